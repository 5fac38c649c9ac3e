"""Lists cut into pages as AWS does."""

from collections.abc import Callable, Iterable
from typing import TypeVar

from local.emulator.protocol import AwsError

T = TypeVar("T")


def page(
    items: Iterable[T], key: Callable[[T], str], size: int, token: str | None, *, most: int, error: str
) -> tuple[list[T], str | None]:
    """One page in order of `key`, and the token of the next.

    The token is the last key shown, so that a list which changes between two pages shows what stays exactly once.
    """
    if not 1 <= size <= most:
        raise AwsError(error, f"The number of results must be between 1 and {most}.")
    rest = sorted((item for item in items if token is None or key(item) > token), key=key)
    shown = rest[:size]
    return shown, key(shown[-1]) if len(rest) > len(shown) else None
