"""Lines for people: wrapped where a terminal ends, at words; an address or a command stays whole, to be copied."""

import sys
import textwrap
from collections.abc import Iterator
from typing import IO

from rich.console import Console
from rich.text import Text

_WIDEST = 100
"""Columns that are used at most."""
_DEEP = 8
"""Spaces before a line that stands below the second column of another."""


def columns(console: Console, out: IO[str]) -> int:
    """The columns of a terminal; elsewhere lines stay whole, for whoever searches them."""
    return min(console.width, _WIDEST) if out.isatty() else sys.maxsize


def wrapped(head: Text, text: str, width: int, indent: int = 4) -> Iterator[Text]:
    """What stands behind a beginning, in lines of so many columns, those after the first with an indent. What has no
    room there begins a line of its own."""
    first, *more = _in_lines(text, width, head.cell_len, indent if head.cell_len else 0)
    yield head.append(first[head.cell_len :], style="default not dim not bold" if head.cell_len else head.style)
    yield from map(Text, more)


def hanging(line: str, width: int) -> list[str]:
    """A line that is laid out in columns with spaces, in lines of a terminal's: the further ones begin where the last
    column of its left half does. A line without columns is one of a list, or stands in a column itself (`_DEEP`)."""
    text = line.lstrip(" ")
    lead = len(line) - len(text)
    gap = line.rfind("  ", lead, width // 2)
    indent = gap + 2 if gap >= 0 else lead if lead >= _DEEP else lead + 2
    return _in_lines(text, width, lead, indent)


def _in_lines(text: str, width: int, first: int, further: int) -> list[str]:
    return textwrap.wrap(
        text,
        width,
        initial_indent=" " * first,
        subsequent_indent=" " * further,
        break_on_hyphens=False,
        break_long_words=False,
    ) or [" " * first]
