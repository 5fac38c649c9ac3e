"""What the fakes of the simulated account have in common: what they are over, and AWS's limits."""

from collections.abc import Sequence
from typing import Any

from tests.simulation.clock import Clock
from tests.simulation.runs import NotFaked


class Over:
    """A service of AWS's over an estate, by the methods of boto3's client."""

    def __init__(self, clock: Clock, estate: Any) -> None:
        self._clock, self._estate = clock, estate


def at_most(number: int, asked: Sequence[Any]) -> None:
    """AWS refuses a longer list: no code may send one."""
    if len(asked) > number:
        raise NotFaked(f"{len(asked)} at once, and AWS takes {number}")


def page(names: Sequence[str], most: int, token: str) -> tuple[Sequence[str], str]:
    """The next page of sorted names, and the token of the one after it; a token says behind which name it begins."""
    rest = [name for name in names if name > token]
    return rest[:most], rest[most - 1] if len(rest) > most else ""
