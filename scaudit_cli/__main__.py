"""`python -m scaudit_cli` is `scaudit`."""

import atexit
import gc
import io
import os
import sys
from contextlib import suppress

from scaudit_cli import INTERRUPTED

OBJECTS = 200_000
"""New objects after which garbage is looked for: Python's 700 cost a tenth of the CPU, for answers without cycles."""


def main() -> None:
    """The program: runs the command that the arguments name, and exits."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # where a terminal's encoding has no tick, print its number
            stream.reconfigure(errors="backslashreplace")
    gc.set_threshold(OBJECTS)
    atexit.register(gc.freeze)  # or Python looks for garbage while it exits: a sixth of the CPU of `check`
    try:
        from scaudit_cli.app import app  # here, so that Ctrl-C meanwhile is no traceback

        app(prog_name="scaudit")
    except KeyboardInterrupt:
        _leave()
    except SystemExit as end:
        if end.code == INTERRUPTED:
            _leave()
        raise


def _leave() -> None:
    """Exit after Ctrl-C at once: Python would wait for the calls that are under way."""
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError, ValueError):
            stream.flush()
    os._exit(INTERRUPTED)


if __name__ == "__main__":
    main()
