"""Pages as AWS gives them: no more than asked for, and now and then an empty one that is not the last."""

from collections.abc import Sequence
from typing import TypeVar

from tests.simulation.runs import NotFaked

T = TypeVar("T")
EMPTY_EACH = 3
"""Before every so manieth page comes an empty one (AWS: ListInstances, FilterLogEvents)."""
_EMPTY = "+"


def page(items: Sequence[T], size: int, token: str, most: int = 100) -> tuple[Sequence[T], str]:
    """The page that a token names (the first has none), and the token of the next, empty after the last."""
    if not 1 <= size <= most:
        raise NotFaked(f"{size} a page: AWS gives 1 to {most}")
    number = int(token.removesuffix(_EMPTY) or 0)
    if token.endswith(_EMPTY):
        return items[:0], str(number)
    left = items[(number + 1) * size :]
    empty = _EMPTY if (number + 2) % EMPTY_EACH == 0 else ""
    return items[number * size : (number + 1) * size], f"{number + 1}{empty}" if left else ""
