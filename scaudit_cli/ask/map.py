"""The command `scaudit map`: one page that shows every endpoint, from the deployed stack or from an audit now."""

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from scaudit_cli.ask.form import Form
from scaudit_cli.deployed import Deployed, answers, find
from scaudit_cli.output import Output
from scaudit_cli.usage import Profile, Refused, Stack, StackRegion

if TYPE_CHECKING:
    from scaudit_cli.map.model import Map


_FORMATS = {*Output, *Form, "html", "svg"}
"""Whoever writes one of these means a format, as with the other commands, and no file of that name."""


def draw(
    namespace: Annotated[
        str, typer.Option("--namespace", "-n", metavar="N", help="Only this namespace (name or ARN).")
    ] = "",
    output: Annotated[
        str, typer.Option("--output", "-o", metavar="FILE", help="The page, or - for standard output.")
    ] = "map.html",
    live: Annotated[
        bool, typer.Option("--live", help="Audit now, as check does, instead of asking the stack.")
    ] = False,
    stack: Stack = "scaudit",
    region: StackRegion = "",
    profile: Profile = "",
) -> None:
    """Draw every endpoint: who serves and who names it, how many tasks are registered, and what is wrong.

    One HTML file that needs no network. Exit code 0 when it was written, whatever it shows; 64 when it was not.
    """
    from scaudit_cli.check.as_map import audited
    from scaudit_cli.map.page import page

    if output.lower() in _FORMATS:
        raise Refused(f"--output names the file of the page, and {output} is a format: write --output map.html")
    if live and stack != "scaudit":
        raise Refused("--live asks no stack: leave out --stack, or --live")
    shown = (
        audited(namespace, region, profile)
        if live
        else on_record(find(stack, region, profile), namespace, datetime.now(UTC))
    )
    _write(output, page(shown))
    typer.echo(f"{'' if output == '-' else f'{output}: '}{shown.summary}", err=True)


def on_record(deployed: Deployed, namespace: str, at: datetime) -> "Map":
    """What the stack knows. Raises Refused."""
    from scaudit_cli.ask import recorded
    from scaudit_cli.ask.status import read
    from scaudit_cli.map.whole import map_of

    status = read(deployed, at)
    with answers():
        regions = [recorded.known(deployed, region, at) for region in status.regions]
    return map_of(
        regions,
        recorded.troubles(status),
        [
            *status.doubts,
            *(doubt for region in zip(status.regions, regions, strict=True) for doubt in recorded.gaps(*region)),
        ],
        recorded.looked_at(status),
        f"stack {deployed.stack}, account {deployed.account}, {', '.join(deployed.regions)}",
        at,
        namespace,
    )


def _write(output: str, text: str) -> None:
    if output == "-":
        sys.stdout.write(text)
        return
    try:
        Path(output).write_text(text, encoding="utf-8")
    except (OSError, ValueError) as error:  # ValueError: a name that no file can have
        raise Refused(f"{output} cannot be written: {getattr(error, 'strerror', None) or error}") from None
