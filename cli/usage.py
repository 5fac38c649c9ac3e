"""What the commands share: how they say that they were not understood."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import typer
from typer.core import TyperGroup

USAGE = 64
"""EX_USAGE of sysexits.h: the command was not understood, or its file cannot be read."""


class Refused(Exception):
    """What was asked cannot be done as it was asked, and why."""


class Group(TyperGroup):
    """Commands that exit with USAGE when they are not understood; Typer's own code for that is 2, which is taken."""

    def make_context(self, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401
        with _usage():
            return super().make_context(*args, **kwargs)

    def invoke(self, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401
        with _usage():
            return super().invoke(*args, **kwargs)


@contextmanager
def _usage() -> Iterator[None]:
    try:
        yield
    except typer.TyperException as error:
        error.exit_code = USAGE
        raise
    except Refused as why:
        typer.echo(f"scaudit: {why}", err=True)
        raise typer.Exit(USAGE) from None
