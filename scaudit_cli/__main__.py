"""`python -m scaudit_cli` is `scaudit`."""

import atexit
import gc
import io
import sys

from scaudit_cli.app import app

OBJECTS = 200_000
"""New objects after which garbage is looked for: Python's 700 cost a tenth of the CPU, for answers without cycles."""


def main() -> None:
    """The program: runs the command that the arguments name, and exits."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # where a terminal's encoding has no tick, print its number
            stream.reconfigure(errors="backslashreplace")
    gc.set_threshold(OBJECTS)
    atexit.register(gc.freeze)  # or Python looks for garbage while it exits: a sixth of the CPU of `check`
    app(prog_name="scaudit")


if __name__ == "__main__":
    main()
