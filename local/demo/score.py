"""Whether the demo kept its promise: every planted fault announced once and resolved once, and nothing else said."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from local.demo.inbox import Arrived


@dataclass(frozen=True, slots=True)
class Score:
    """How many faults were planted, how many of them came full circle, and what was said that should not have been."""

    planted: int
    full_circle: int
    false_alarms: tuple[Arrived, ...]

    @property
    def kept(self) -> bool:
        return self.planted > 0 and self.full_circle == self.planted and not self.false_alarms

    @property
    def line(self) -> str:
        return (
            f"demo: {self.full_circle} of {self.planted} faults found, announced and resolved; "
            f"{len(self.false_alarms)} false alarms"
        )


def score(planted: Mapping[str, str], arrived: Iterable[Arrived]) -> Score:
    """`planted` maps each faulty service to the check that must find it. A repeated announcement is a false alarm."""
    arrived = list(arrived)
    said = Counter((message.service, message.check, message.state) for message in arrived)
    full = [s for s, check in planted.items() if said[s, check, "open"] == said[s, check, "resolved"] == 1]
    seen: set[tuple[str, str, str]] = set()
    false = []
    for message in arrived:
        what = (message.service, message.check, message.state)
        if planted.get(message.service) != message.check or what in seen:
            false.append(message)
        seen.add(what)
    return Score(len(planted), len(full), tuple(false))
