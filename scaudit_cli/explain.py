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

_ID = re.compile(r"SC\d+")


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
        near = get_close_matches(check_id, BY_ID, 3, cutoff=0.8)
        hint = f"; did you mean {' or '.join(near)}?" if near else ""
        word = "" if _ID.fullmatch(check_id) else f", and none speaks of {about!r}"
        raise Refused(f"there is no check {check_id}{word}{hint} (scaudit explain lists them)")


def _about(word: str, catalogue: "Sequence[Check]") -> "list[Check]":
    """The checks in whose words there is one that begins so; all for no word."""
    begins = re.compile(rf"\b{re.escape(word)}", re.IGNORECASE)
    return [check for check in catalogue if begins.search(f"{check.title} {check.why} {check.fix}")]


def _list(checks: "Sequence[Check]") -> None:
    if not sys.stdout.isatty():  # Rich is slow to import
        for check in checks:
            typer.echo(f"{check.id}  {check.severity.word:9}{check.title}")
        return
    from rich.text import Text

    from scaudit_cli.ask.form import console
    from scaudit_cli.output.lines import columns, wrapped

    page = console(sys.stdout)
    for check in checks:
        head = Text(f"{check.id}  ", style="bold").append(f"{check.severity.word:9}", style="dim not bold")
        for line in wrapped(head, check.title, columns(page, sys.stdout), head.cell_len):
            page.print(line)


def _page(check_id: str) -> None:
    from scaudit_cli import pages

    if not sys.stdout.isatty():
        typer.echo(pages.explain(check_id))
        return
    from rich.text import Text

    from scaudit.checks import BY_ID
    from scaudit_cli.ask.form import console
    from scaudit_cli.output.lines import columns, wrapped

    check, examples, page = BY_ID[check_id], pages.examples_of(check_id), console(sys.stdout)
    title = [(Text(f"{check.id}  ", "bold"), check.title)]
    paragraphs = [(Text(""), check.why), (Text(""), "It reports, for example:")]
    said = [(Text(f"  {severity}  ", "dim"), sentence) for severity, sentence in examples.items()]
    facts = [(Text(f"  {name:11}", "dim"), told) for name, told in pages.facts(check, examples)]
    for part in (title, paragraphs, said, facts):
        if part is not title:
            page.print()
        for head, told in part:
            for line in wrapped(head, told, columns(page, sys.stdout), head.cell_len):
                page.print(line)
