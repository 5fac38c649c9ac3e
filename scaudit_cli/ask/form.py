"""How answers of the stack are written."""

import os
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from rich.console import Console


class Form(StrEnum):
    """For people or for machines."""

    TEXT = "text"
    JSON = "json"


def console(out: TextIO) -> "Console":
    """A console without colours where `NO_COLOR` is set or `out` is no terminal."""
    from rich.console import Console  # here, since it is slow to import

    plain = bool(os.environ.get("NO_COLOR"))  # no-color.org; Rich itself would still print bold
    return Console(
        file=out, highlight=False, soft_wrap=True, markup=False, emoji=False, color_system=None if plain else "auto"
    )


def age(span: timedelta) -> str:
    """A span of time in minutes, hours or days, rounded down."""
    minutes = max(0, int(span.total_seconds()) // 60)
    return f"{minutes} min" if minutes < 120 else f"{minutes // 60} h" if minutes < 2880 else f"{minutes // 1440} days"


def minute(moment: datetime) -> str:
    """A moment as people read it."""
    return f"{moment:%Y-%m-%d %H:%M} UTC"


def iso(moment: datetime | None) -> str | None:
    """A moment as machines read it."""
    return moment.isoformat(timespec="seconds") if moment else None


def members(number: int, about: str) -> str:
    """So many of what a check is about: a task, an instance or a namespace."""
    kinds = {"instance": "registration", "namespace": "Cloud Map service"}
    return count(number, kinds.get(about, "task"))


def count(number: int, what: str, several: str = "") -> str:
    """A number of things."""
    return f"{number} {what if number == 1 else several or f'{what}s'}"
