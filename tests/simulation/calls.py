"""boto3's calls, faked: each passes the line, and what the code asks for beyond the fakes is noticed at once."""

import inspect
from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any

from tests.simulation.runs import Line, NotFaked


class Client:
    """A boto3 client over something; its calls are its methods under `call`."""

    def __init__(self, line: Line, estate: Any) -> None:
        self._line, self._estate = line, estate

    def __getattr__(self, name: str) -> Any:
        raise NotFaked(f"{type(self).__name__} has no {name}")


def call(action: str) -> Callable[[Callable[..., dict[str, Any]]], Callable[..., dict[str, Any]]]:
    """The method answers the call that this IAM action names, with the parameters it takes and no others."""

    def declare(answer: Callable[..., dict[str, Any]]) -> Callable[..., dict[str, Any]]:
        signature = inspect.signature(answer)

        @wraps(answer)
        def asked(self: Client, **parameters: Any) -> dict[str, Any]:
            try:
                signature.bind(self, **parameters)
            except TypeError as error:
                raise NotFaked(f"{action}: {error}") from error
            return self._line(action, lambda: answer(self, **parameters))

        return asked

    return declare


def at_most(number: int, asked: Sequence[Any]) -> None:
    """AWS refuses a longer list: no code may send one."""
    if len(asked) > number:
        raise NotFaked(f"{len(asked)} at once, and AWS takes {number}")


def page(names: Sequence[str], most: int, token: str) -> tuple[Sequence[str], str]:
    """The next page of sorted names, and the token of the one after it; a token says behind which name it begins."""
    rest = [name for name in names if name > token]
    return rest[:most], rest[most - 1] if len(rest) > most else ""
