"""The command line: its commands, and the exit codes they share."""

from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from cli.proxylog import Unreadable, lines_of, print_json, print_text
from scaudit.proxylog import read_proxy_log

USAGE = 64
"""EX_USAGE of sysexits.h: the command was not understood, or its file cannot be read."""


class _Group(TyperGroup):
    def main(self, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401
        try:
            return super().main(*args, **kwargs)
        except SystemExit as end:
            raise SystemExit(USAGE if end.code == 2 else end.code) from None


app = typer.Typer(cls=_Group, add_completion=False, no_args_is_help=True, pretty_exceptions_enable=False)


@app.callback()
def scaudit() -> None:
    """Does Service Connect really work for your tasks?"""


@app.command()
def proxylog(
    file: Annotated[str, typer.Argument(help="The log of one proxy container, or - for standard input.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print all that was read, as one JSON object.")] = False,
) -> None:
    """Read the log of a Service Connect proxy: is it ready, with every listener, and if not, why?

    The log may be what CloudWatch Logs, `aws logs tail` or `copilot svc logs` shows, whole or in part.
    """
    try:
        start = read_proxy_log(lines_of(file))
    except Unreadable as error:
        typer.echo(f"scaudit: {error}", err=True)
        raise typer.Exit(USAGE) from None
    (print_json if as_json else print_text)(start)
