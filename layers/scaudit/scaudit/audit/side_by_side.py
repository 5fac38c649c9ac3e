"""Work that waits for AWS, done at once."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

T = TypeVar("T")


def side_by_side(works: Sequence[Callable[[], T]]) -> list[T]:
    """What each of these comes to, in their order. Raises what one of them raises, when all have ended."""
    if len(works) < 2:
        return [work() for work in works]
    with ThreadPoolExecutor(len(works)) as threads:
        return [future.result() for future in [threads.submit(work) for work in works]]
