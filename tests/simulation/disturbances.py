"""What goes wrong at random around scaudit: events late and twice, calls throttled, runs that stall or are killed."""

from collections import Counter
from random import Random

from tests.simulation.account import Account
from tests.simulation.runs import Fate, Plan

TWICE = LATE = 0.1
"""Shares of the events: delivered twice, overtaken by later ones."""
LATEST = 180
"""Seconds by which the bus is late at most."""
THROTTLED = 0.05
"""The share of the calls. Reads of the estate stay throttled to the SDK's last attempt, so that scaudit must do without
the answer; to its table, queue and topic the next attempt gets through, as on AWS."""
OWN = ("dynamodb:", "sqs:", "sns:Publish")
KILLED = {"verify": 0.03, "notify": 0.2, "sweep": 0.05}
"""Shares of the runs. A message that dies with five runs is a dead letter, a record of the stream survives ten."""
STALLED = {"verify": 0.03, "notify": 0.05, "sweep": 0}
"""Shares of the runs that stand still in the middle, while others go on."""
GOES_ON = 0.5
"""How likely a stalled run goes on when something happens next; if it does not within its time-out, Lambda kills it."""
CALLS = {"verify": 8, "notify": 4, "sweep": 2}
"""At which call it strikes, at most, as a power of two: a run that has fewer gets away."""


class Disturbances:
    """All of them in one account, from one source of random numbers. `met` counts what happened."""

    def __init__(self, random: Random, account: Account) -> None:
        self.met: Counter[str] = Counter()
        self._random, self._account = random, account

    def begin(self) -> None:
        self._account.delays, self._account.plan_for = self._delays, self._plan

    def go_on(self) -> None:
        """Some of the runs that stalled go on."""
        for run in [run for run in self._account.stalled if self._random.random() < GOES_ON]:
            self._account.resume(run)

    def _delays(self) -> list[float]:
        """By how many seconds each delivery of an event is late."""
        copies = 1 + self._happens(TWICE, "events twice")
        return [self._late() for _ in range(copies)]

    def _late(self) -> float:
        return self._random.uniform(1, LATEST) if self._happens(LATE, "events late") else 0

    def _plan(self, function: str) -> Plan:
        """What befalls the calls of one run of this function."""
        strike, at = self._strike(function), int(2 ** self._random.uniform(0, CALLS[function]))
        struck: list[int] = []

        def meet(number: int, name: str) -> Fate:
            if strike and number == at and not struck:
                struck.append(number)
                self.met[f"{function} {strike}"] += 1
                before = self._random.choice((Fate.KILL_BEFORE, Fate.KILL_AFTER))
                return Fate.STALL if strike == "stalled" else before
            if self._happens(THROTTLED, "calls throttled"):
                return Fate.RETRIED if name.startswith(OWN) else Fate.THROTTLE
            return Fate.GO

        return meet

    def _strike(self, function: str) -> str:
        chance = self._random.random()
        if chance < KILLED[function]:
            return "killed"
        return "stalled" if chance < KILLED[function] + STALLED[function] else ""

    def _happens(self, share: float, what: str) -> bool:
        happens = self._random.random() < share
        self.met[what] += happens
        return happens
