"""`python -m scaudit_cli` is `scaudit`."""

import io
import sys

from scaudit_cli.app import app


def main() -> None:
    """The program: runs the command that the arguments name, and exits."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # where a terminal's encoding has no tick, print its number
            stream.reconfigure(errors="backslashreplace")
    app(prog_name="scaudit")


if __name__ == "__main__":
    main()
