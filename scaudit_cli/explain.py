"""The command `scaudit explain`: the page of a check, or the list of all of them."""

import re
import sys
from collections.abc import Sequence
from difflib import get_close_matches
from typing import TYPE_CHECKING, Annotated

import typer

from scaudit_cli.usage import Refused

if TYPE_CHECKING:
    from scaudit.checks.check import Check


def _ids() -> list[str]:
    from scaudit.checks import BY_ID

    return list(BY_ID)


def explain(
    about: Annotated[
        str,
        typer.Argument(
            metavar="ID|WORD",
            help="The id of a check, such as SC305 or 305, or a word, such as port.",
            show_default=False,
            autocompletion=_ids,
        ),
    ] = "",
) -> None:
    """What a check looks at, why it matters, what it says and what to do; without an id, the list of all checks.

    A word lists the checks that speak of it.
    """
    from scaudit.checks import BY_ID, CATALOGUE, NOT_BUILT

    check_id = f"SC{about}" if about.isdigit() else about.upper()
    if check_id in NOT_BUILT:
        raise Refused(f"there is no check {check_id} yet: it {NOT_BUILT[check_id]}")
    if check_id in BY_ID:
        _page(check_id)
    elif found := _about(about, CATALOGUE):
        _list(found)
    else:
        near = get_close_matches(check_id, BY_ID, 3, cutoff=0.5)
        hint = f"; did you mean {', '.join(near)}?" if near else ""
        raise Refused(f"there is no check {check_id}, and none speaks of {about!r}{hint} (scaudit explain lists them)")


def _about(word: str, catalogue: "Sequence[Check]") -> "list[Check]":
    """The checks in whose words there is one that begins so; all for no word."""
    begins = re.compile(rf"\b{re.escape(word)}", re.IGNORECASE)
    return [check for check in catalogue if begins.search(f"{check.title} {check.why} {check.fix}")]


def _list(checks: "Sequence[Check]") -> None:
    if not sys.stdout.isatty():  # Rich is slow to import
        for check in checks:
            typer.echo(f"{check.id}  {check.severity.word:9}{check.title}")
        return
    from rich.console import Console
    from rich.text import Text

    console = Console(highlight=False)
    for check in checks:
        severity = Text(f"{check.severity.word:9}", style="dim")
        line = Text(f"{check.id}  ", style="bold").append(severity).append(check.title, style="not bold")
        console.print(line, soft_wrap=True)


def _page(check_id: str) -> None:
    from scaudit_cli import pages

    page = pages.explain(check_id)
    if not sys.stdout.isatty():
        typer.echo(page)
        return
    from rich.console import Console
    from rich.markdown import Markdown

    Console(highlight=False).print(Markdown(page))
