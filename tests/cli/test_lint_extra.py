"""`scaudit lint` without its extra: plain JSON is judged all the same, and what needs the extra says so."""

import json
import shlex
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from scaudit_cli.app import app
from scaudit_cli.lint import extra

DATA = Path(__file__).parents[1] / "data" / "lint"


@pytest.fixture(autouse=True)
def bare(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(extra, "find_spec", lambda name: None)


def run(*arguments: str | Path) -> tuple[int, str, str]:
    result = CliRunner().invoke(app, ["lint", *map(str, arguments)])
    return result.exit_code, result.stdout, result.stderr


def test_plain_json_is_judged(monkeypatch: pytest.MonkeyPatch):
    def found() -> set[tuple[str, str, str]]:
        told = json.loads(run(*DATA.glob("*.json"), "--output", "json", "--verbose")[1])
        return {(one["id"], one["status"], str(one["messages"])) for one in told["findings"]}

    without = found()
    monkeypatch.undo()
    assert without == found() and "SC101" in {id for id, status, _ in without if status == "fail"}


@pytest.mark.parametrize("text", ["Resources: {}", "containerDefinitions: []", "- 1"])
def test_what_needs_the_extra_says_how_to_install_it(tmp_path: Path, text: str):
    path = tmp_path / "file"
    path.write_text(text)
    command = f"{shlex.quote(sys.executable)} -m pip install 'scaudit[lint]'\n"
    needs = f"scaudit: {path} is YAML, which needs scaudit's extra `lint`; install it: "
    assert run(path) == (64, "", needs + command)


def test_a_template_in_json_is_judged(tmp_path: Path):
    path = tmp_path / "template.json"
    path.write_text('{"Resources": {}}')
    assert run(path)[0] == 0


def test_what_is_wrong_in_json_is_said_without_the_extra(tmp_path: Path):
    path = tmp_path / "file.json"
    path.write_text('{\n"serviceName": "a",,')
    code, out, err = run(path)
    assert (code, out) == (64, "") and f"cannot read {path}: line 2: " in err and "extra" not in err
