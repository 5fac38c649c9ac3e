"""Whether the demo kept its promise: every planted fault announced once and resolved once, and nothing else said."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from local.demo.estate import Planted
from local.demo.inbox import Arrived


@dataclass(frozen=True, slots=True)
class Score:
    """How many faults were planted, how many of them came full circle, and what was said that should not have been."""

    planted: int
    full_circle: int
    false_alarms: tuple[Arrived, ...] = ()

    @property
    def kept(self) -> bool:
        """Whether every fault went full circle and nothing else was told."""
        return self.planted > 0 and self.full_circle == self.planted and not self.false_alarms

    @property
    def line(self) -> str:
        """The last line of the demo, which README quotes."""
        return (
            f"demo: {self.full_circle} of {self.planted} faults found, announced and resolved; "
            f"{len(self.false_alarms)} false alarms"
        )


def score(planted: Sequence[Planted], arrived: Iterable[Arrived]) -> Score:
    """A fault comes full circle with one message "open", of all its tasks at once, and one "resolved". A repeat of
    either, and anything about another service or check, is a false alarm."""
    arrived = list(arrived)
    said = Counter((*of(m), m.state) for m in arrived)
    counted = {of(m): m.affected for m in arrived if m.state == "open"}
    full = [
        p
        for p in planted
        if said[*of(p), "open"] == said[*of(p), "resolved"] == 1 and counted[of(p)] == (p.tasks or counted[of(p)])
    ]
    expected = {(*of(p), state) for p in planted for state in ("open", "resolved")}
    seen: set[tuple[str, ...]] = set()
    false = []
    for message in arrived:
        what = (*of(message), message.state)
        if what not in expected or what in seen:
            false.append(message)
        seen.add(what)
    return Score(len(planted), len(full), tuple(false))


def of(told: Planted | Arrived) -> tuple[str, str, str]:
    """What a fault, or a message of one, is about."""
    return told.service, told.check, told.region
