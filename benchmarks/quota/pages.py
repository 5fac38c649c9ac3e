"""Pages as AWS gives them: no more than asked for, and now and then an empty one that is not the last."""

from collections.abc import Iterable
from typing import Protocol, TypeVar

from tests.simulation.runs import NotFaked

EMPTY_EACH = 3
"""Before every so manieth page comes an empty one (AWS: ListInstances, FilterLogEvents)."""
MOST = 100
"""Items a page (AWS: ListTasks, ListServices, ListClusters, ListInstances)."""


class Listed(Protocol):
    """What can be listed: its key is its place in the list."""

    @property
    def key(self) -> str: ...


T = TypeVar("T", bound=Listed)


def page(items: Iterable[T], size: int, token: str) -> tuple[list[T], str]:
    """The page that a token names (the first has none), and the token of the next, empty after the last. A token holds
    its place in the list although items come and go."""
    if not 1 <= size <= MOST:
        raise NotFaked(f"{size} a page: AWS gives 1 to {MOST}")
    given, _, after = token.partition("/")
    number = int(given or 1)
    if number % EMPTY_EACH == 0 and not after.endswith("+"):
        return [], f"{number}/{after}+"
    left = sorted((item for item in items if item.key > after.removesuffix("+")), key=lambda item: item.key)
    shown = left[:size]
    return shown, f"{number + 1}/{shown[-1].key}" if len(left) > size else ""
