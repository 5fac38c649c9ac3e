"""Text as HTML: whatever is put into it is escaped, unless it is HTML already."""

from collections.abc import Iterable
from html import escape
from typing import LiteralString

from scaudit.model.sentences import clean


class Html(str):
    """What is safe to put into a page."""

    __slots__ = ()


def html(template: LiteralString, **values: object) -> Html:
    """A template of our own with these values in its {places}. Text from outside is escaped and has no control
    characters, those that turn the direction of writing among them."""
    return Html(
        template.format(**{name: value if isinstance(value, Html) else _told(value) for name, value in values.items()})
    )


def together(parts: Iterable[Html]) -> Html:
    """One after the other."""
    return Html("".join(parts))


def _told(value: object) -> str:
    return escape(clean(str(value)))
