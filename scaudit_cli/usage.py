"""What the commands share: the words of their options, and how they say that they were not understood."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from enum import Enum
from typing import Annotated, Any, get_args

import typer
from typer.core import TyperCommand, TyperGroup

from scaudit.model import Severity
from scaudit_cli.output import Output

CLEAN, FOUND, COULD_NOT_TELL = 0, 1, 2
USAGE = 64
"""EX_USAGE of sysexits.h: the command was not understood, or its file cannot be read."""
SPAN = re.compile(r"(\d{1,4})([mhdw])")
"""A span of time as people write it."""


class Refused(Exception):
    """What was asked cannot be done as it was asked, and why. `bare` is the sentence without the `advice` that follows
    it, for where that is not to be followed."""

    def __init__(self, why: str, advice: str = "") -> None:
        self.bare = why
        super().__init__(f"{why}{advice}")


class _AsGiven:
    """How a parameter's value becomes one of its type: as it is where it is one already, or is left out, or is the
    value of an Enum's member; else in Typer's way. That is Pydantic's, even for a text or a flag that is left out, and
    to import Pydantic takes as long as to import Typer."""

    def __init__(self, kind: Any, typers: Callable[[], Any]) -> None:  # noqa: ANN401
        self._kind, self._typers = (get_args(kind) or (kind,))[0], typers

    def coerce(self, value: Any, param: Any, ctx: Any) -> Any:  # noqa: ANN401
        """Typer's."""
        if value is None:
            return () if param.multiple or param.nargs == -1 else None
        given = value if isinstance(value, list | tuple) else (value,)
        if all(isinstance(one, self._kind) for one in given):
            return value
        if issubclass(self._kind, Enum) and value in [member.value for member in self._kind]:
            return self._kind(value)
        return self._typers().coerce(value, param=param, ctx=ctx)


class _Plain:
    """A command whose help says of a flag that it is one, and not `<bool>`, and whose start is quick."""

    def get_params(self, ctx: Any) -> list[Any]:  # noqa: ANN401
        """Typer's."""
        params: list[Any] = super().get_params(ctx)  # type: ignore[misc]
        for param in params:
            if getattr(param, "is_flag", False):
                param.metavar = ""
            if "get_runtime_param" not in vars(param) and hasattr(param, "get_runtime_param"):  # new in Typer 0.29
                way = _AsGiven(param.type_descriptor.annotation, param.get_runtime_param)
                param.get_runtime_param = lambda way=way: way
        return params


class Command(_Plain, TyperCommand):
    """One command. Typer keeps the line breaks of a docstring in its help, but for those of its first paragraph."""

    def __init__(self, *args: Any, help: str | None = None, **kwargs: Any) -> None:  # noqa: A002, ANN401
        super().__init__(*args, help=re.sub(r"(?<!\n)\n(?!\n)", " ", help or ""), **kwargs)


class Group(_Plain, TyperGroup):
    """Commands that exit with USAGE when they are not understood; Typer's own code for that is 2, which is taken."""

    def make_context(self, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401
        """Typer's; wrong usage exits with USAGE."""
        with _usage():
            return super().make_context(*args, **kwargs)

    def invoke(self, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401
        """Typer's; wrong usage and `Refused` exit with USAGE."""
        with _usage():
            return super().invoke(*args, **kwargs)


_INSTEAD = {
    "check": "write a service as CLUSTER/SERVICE, and each of several clusters behind a --cluster",
    "describe": "write a service as CLUSTER/SERVICE, and behind it no more than one task",
    "history": "write a service as CLUSTER/SERVICE",
    "status": "it is about all that the stack watches; scaudit history SERVICE tells of one service, scaudit check "
    "CLUSTER/SERVICE looks at one",
    "map": "it shows one namespace with --namespace N, and one service is told of by scaudit describe CLUSTER/SERVICE",
    "redrive": "it is about all dead letters; the stack is named by --stack",
    "test-alert": "it names no service; the stack is named by --stack",
    "explain": "it takes one id, or one word",
    "proxylog": "it reads one log; several are read by cat FILE... | scaudit proxylog -",
}
"""What to write instead of arguments that a command does not take."""


@contextmanager
def _usage() -> Iterator[None]:
    try:
        yield
    except typer.TyperException as error:
        error.exit_code = USAGE
        command = getattr(getattr(error, "ctx", None), "info_name", None) or ""
        if "unexpected extra argument" in error.message and command in _INSTEAD:
            error.message += f": {_INSTEAD[command]}"
        error.message = error.message.replace("Value error, ", "")  # Pydantic's, for the value of an Enum
        raise
    except Refused as why:
        typer.echo(f"scaudit: {why}", err=True)
        raise typer.Exit(USAGE) from None


def examples(*lines: str) -> str:
    """An epilog of a command: Typer keeps only line breaks that are doubled."""
    return "\n\n".join(("Examples:", *lines))


def _severity(word: str | Severity) -> Severity:
    """Typer hands over the default too."""
    if isinstance(word, Severity):
        return word
    try:
        return Severity[word.upper()]
    except KeyError:
        words = ", ".join(severity.word for severity in Severity)
        raise typer.BadParameter(f"'{word}' is not one of {words}.") from None


As = Annotated[Output, typer.Option("--output", "-o", help="How findings are written.")]
FailOn = Annotated[
    Severity,
    typer.Option(
        parser=_severity,
        autocompletion=lambda: [severity.word for severity in Severity],
        metavar="SEVERITY",
        show_default=False,
        help="Exit with 1 when something of this severity or a higher one fails: info, warning, error (the default) or "
        "critical.",
    ),
]
Verbose = Annotated[
    bool, typer.Option("--verbose", "-v", help="Also list what passed, and what does not apply and why.")
]
Stack = Annotated[str, typer.Option(help="The name of the deployed stack.")]
StackRegion = Annotated[
    str, typer.Option("--region", "-r", metavar="R", help="The Region of the stack; else the one of your AWS settings.")
]
Profile = Annotated[str, typer.Option("--profile", metavar="P", help="The AWS profile to use.", show_default=False)]
OUTCOMES = (
    "Exit codes: 0 healthy, recovered or stopped; 1 degraded, not ready or exited; 2 could not tell; "
    "64 wrong usage, or a file that cannot be read."
)
EXIT_CODES = (
    "Exit codes: 0 nothing failed at or above --fail-on; 1 something did; 2 could not tell "
    "(unknown at or above it, or anything pending); 64 wrong usage."
)
STATUS_CODES = (
    "Exit codes: 0 nothing is wrong at or above --fail-on, and every task was verified; 1 something is; 2 could not "
    "tell (not swept, not verified, pending, no heartbeat); 64 wrong usage, or the stack cannot be reached."
)
