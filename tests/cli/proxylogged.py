"""The command `scaudit proxylog`, run on a file or on what it is given."""

from pathlib import Path

from typer.testing import CliRunner

from scaudit_cli.app import app

LOGS = Path(__file__).parents[1] / "data" / "proxy-logs"


def run(*arguments: str | Path, given: bytes = b"") -> tuple[int, str, str]:
    result = CliRunner().invoke(app, ["proxylog", *map(str, arguments)], input=given, env={"COLUMNS": "200"})
    return result.exit_code, result.stdout, result.stderr
