"""What goes wrong at random around scaudit: events late and twice, calls throttled, runs killed."""

from collections import Counter
from random import Random

from tests.simulation.runs import Fate, Plan

TWICE = LATE = 0.1
"""Shares of the events: delivered twice, overtaken by later ones."""
LATEST = 180
"""Seconds by which the bus is late at most."""
THROTTLED = 0.05
"""The share of the calls. Reads of the estate stay throttled to the SDK's last attempt, so that scaudit must do without
the answer; to its table, queue and topic the next attempt gets through, as on AWS."""
KILLED = 0.03
"""The share of the runs that are marked for it. A mark is for one call, the first to the 256th; a shorter run lives."""
LONGEST = 8
"""Calls of a run, as a power of two: runs have from three calls to hundreds."""
OWN = ("dynamodb:", "sqs:", "sns:Publish")


class Disturbances:
    """All of them, from one source of random numbers. `met` counts what happened."""

    def __init__(self, random: Random) -> None:
        self._random = random
        self.met: Counter[str] = Counter()

    def delays(self) -> list[float]:
        """By how many seconds each delivery of an event is late."""
        copies = 1 + self._happens(TWICE, "events twice")
        return [self._late() for _ in range(copies)]

    def plan(self, function: str) -> Plan:
        """What befalls the calls of one run of this function."""
        fatal = int(2 ** self._random.uniform(0, LONGEST)) if self._random.random() < KILLED else 0
        kill = self._random.choice((Fate.KILL_BEFORE, Fate.KILL_AFTER))

        def meet(number: int, name: str) -> Fate:
            if number == fatal:
                self.met[f"{function} killed"] += 1
                return kill
            if self._happens(THROTTLED, "calls throttled"):
                return Fate.RETRIED if name.startswith(OWN) else Fate.THROTTLE
            return Fate.GO

        return meet

    def _late(self) -> float:
        return self._random.uniform(1, LATEST) if self._happens(LATE, "events late") else 0

    def _happens(self, share: float, what: str) -> bool:
        happens = self._random.random() < share
        self.met[what] += happens
        return happens
