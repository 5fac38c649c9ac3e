"""How long the command takes to start, beside an empty Typer application with as many commands.

Run with `.venv/bin/python -m benchmarks.start`. CPU of whole processes, whose bytecode is kept; they take turns, and
the ratios are medians over the rounds. The yardstick is `--help` of the empty application.
"""

import sys
import tempfile
from pathlib import Path

from benchmarks.lint import ROUNDS, compare

EMPTY = """
import typer

app = typer.Typer()

def nothing():
    "Nothing."

for number in range({count}):
    app.command(f"command-{{number}}")(nothing)

app()
"""
BUDGET = 1.2
WORDS = (["--help"], ["explain"], ["explain", "SC305"], ["--version"])


def main() -> None:
    print("starting scaudit, CPU of whole processes")
    sys.path.insert(0, str(Path(__file__).parents[1] / "layers" / "scaudit"))
    from scaudit_cli.app import app

    with tempfile.TemporaryDirectory() as folder:
        empty = Path(folder) / "empty.py"
        empty.write_text(EMPTY.format(count=len(app.registered_commands)))
        for words in WORDS:
            ours, theirs = [sys.executable, "-m", "scaudit_cli", *words], [sys.executable, str(empty), "--help"]
            compare(" ".join(["scaudit", *words]), ours, theirs, BUDGET, ROUNDS)


if __name__ == "__main__":
    main()
