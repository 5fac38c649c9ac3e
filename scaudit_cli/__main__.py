"""`python -m cli` is `scaudit`."""

import io
import sys

from scaudit_cli.app import app

for stream in (sys.stdout, sys.stderr):
    if isinstance(stream, io.TextIOWrapper):  # where a terminal's encoding has no tick, print its number
        stream.reconfigure(errors="backslashreplace")
app(prog_name="scaudit")
