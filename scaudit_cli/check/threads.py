"""Calls that do not need one another, side by side."""

import threading
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

Item = TypeVar("Item")
T = TypeVar("T")


class SideBySide:
    """Does what `map` does with `most` threads. Within one of them it is `map`: threads that wait for threads of the
    same pool could wait for ever."""

    def __init__(self, most: int) -> None:
        self._pool = ThreadPoolExecutor(most)
        self._here = threading.local()

    def __call__(self, work: Callable[[Item], T], items: Iterable[Item]) -> Iterable[T]:
        """What comes of each item, in their order. Raises what the first of them raises."""
        items = list(items)
        if len(items) < 2 or getattr(self._here, "busy", False):
            return map(work, items)
        return self._pool.map(lambda item: self._within(work, item), items)

    def _within(self, work: Callable[[Item], T], item: Item) -> T:
        self._here.busy = True
        return work(item)
