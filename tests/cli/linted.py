"""`scaudit lint` on the article's two files, as they should have been and with a change."""

import json
from collections.abc import Callable
from copy import deepcopy
from pathlib import Path

from typer.testing import CliRunner

from scaudit_cli.app import app
from scaudit_cli.lint.about import PARTS
from tests.fakes.schemas import described

DATA = Path(__file__).parents[1] / "data" / "lint"
CASES = DATA / "cases"
ARTICLE = [DATA / "service-connect-nginx-service.json", DATA / "service-connect-nginx.json"]
SERVICE, DEFINITION = (json.loads(path.read_text()) for path in ARTICLE)
SERVICE["serviceConnectConfiguration"]["namespace"] = "service-connect"
Change = Callable[[dict, dict, dict, dict], object]
"""Takes the service, its Service Connect configuration, the task definition and its container."""


def run(*arguments: str | Path) -> tuple[int, str, str]:
    result = CliRunner().invoke(app, ["lint", *map(str, arguments)], env={"COLUMNS": "200"})
    return result.exit_code, result.stdout, result.stderr


def findings(*arguments: str | Path) -> list[dict]:
    return described("check", run(*arguments, "--output", "json", "--verbose")[1])["findings"]


def of(id: str, found: list[dict]) -> dict:
    (one,) = [f for f in found if f["id"] == id]
    return one


def written(folder: Path, change: Change) -> list[Path]:
    service, definition = deepcopy(SERVICE), deepcopy(DEFINITION)
    change(service, service["serviceConnectConfiguration"], definition, definition["containerDefinitions"][0])
    paths = [folder / "service.json", folder / "definition.json"]
    for path, content in zip(paths, (service, definition), strict=True):
        path.write_text(json.dumps(content, indent=1))
    return paths


def told(*arguments: str | Path) -> set[str]:
    """What failed at warning and above, and what is unknown: of the checks whose parts are listed, as any other is
    about everything and so unknown while anything is."""
    return {
        f"{f['id']} {f['status']}"
        for f in findings(*arguments)
        if (f["status"] == "unknown" and f["id"] in PARTS.keys() | {"SC112"})
        or (f["status"] == "fail" and f["severity"] != "info")
    }


def case(*names: str) -> list[Path]:
    return [CASES / name for name in names]


def put(folder: Path, **contents: object) -> list[Path]:
    """Files with these names and contents; `__` stands for the dot before the ending."""
    paths = [folder / name.replace("__", ".") for name in contents]
    for path, content in zip(paths, contents.values(), strict=True):
        path.write_text(content if isinstance(content, str) else json.dumps(content, indent=1))
    return paths


def without(content: dict, *names: str, **changes: object) -> dict:
    return {name: value for name, value in {**deepcopy(content), **changes}.items() if name not in names}
