"""`python -m cli` is `scaudit`."""

from cli.app import app

app(prog_name="scaudit")
