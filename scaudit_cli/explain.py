"""The command `scaudit explain`: the page of a check, or the list of all of them."""

from difflib import get_close_matches
from typing import Annotated

import typer

from scaudit_cli.usage import Refused


def explain(
    check_id: Annotated[
        str, typer.Argument(metavar="ID", help="The id of a check, such as SC305.", show_default=False)
    ] = "",
) -> None:
    """What a check looks at, why it matters, what it says and what to do; without an id, the list of all checks."""
    from rich.console import Console
    from rich.text import Text

    from scaudit.checks import CATALOGUE

    console = Console(highlight=False)
    if check_id:
        page = _page(check_id.upper())
        if console.is_terminal:
            from rich.markdown import Markdown

            console.print(Markdown(page))
        else:
            typer.echo(page)
        return
    for check in CATALOGUE:
        severity = Text(f"{check.severity.word:9}", style="dim")
        line = Text(f"{check.id}  ", style="bold").append(severity).append(check.title, style="not bold")
        console.print(line, soft_wrap=True)


def _page(check_id: str) -> str:
    from scaudit.checks import BY_ID, NOT_BUILT
    from scaudit_cli import pages

    if check_id in NOT_BUILT:
        raise Refused(f"there is no check {check_id} yet: it {NOT_BUILT[check_id]}")
    if check_id not in BY_ID:
        near = get_close_matches(check_id, BY_ID, 3, cutoff=0.5)
        hint = f"; did you mean {', '.join(near)}?" if near else ""
        raise Refused(f"there is no check {check_id}{hint} (scaudit explain lists them)")
    return pages.explain(check_id)
