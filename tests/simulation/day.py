"""One round of a soak: an account, an estate that lives in it for a day, and the faults that are planted there."""

from collections.abc import Callable, Generator, Sequence
from dataclasses import replace
from datetime import timedelta
from heapq import heappop, heappush
from random import Random

from tests.simulation import template
from tests.simulation.account import Account
from tests.simulation.disturbances import Disturbances
from tests.simulation.faults import KINDS, Fault
from tests.simulation.healthy_life import HOUR, ORDINARY, Happening, rolls
from tests.simulation.score import Score, judged
from tests.simulation.truth import wrong

SIZES = {"rolling": (12, (10, 16)), "quiet": (28, (2, 6)), "fragile": (20, (2, 5))}
"""How many services there are that roll again and again, have something ordinary happen, and have faults planted; and
of how many tasks."""
ROLLS, ORDINARIES, FAULTS, EARLY = 50, 50, 20, 3
"""So many of each; and so many of the faults are there before the first sweep, which tells them as the baseline."""
CREATED, SWEPT = 600, template.SWEEP_EVERY
BEGIN, END, REST = HOUR, 9 * HOUR, 1.5 * HOUR
"""Seconds until the estate is there, and until the first sweep; between which happenings begin; and until all is said
when the last is over."""
STANDS = (1.5 * HOUR, 2.5 * HOUR)
AFTERWARDS = 1.5 * HOUR
"""Seconds that a service is left alone after a fault: a problem that comes back within the hold-down is the same."""
LONG = timedelta(minutes=30)
"""A task that ran so long must have a record."""


class Day:
    """Everything that happens in it follows from the seed."""

    def __init__(self, seed: int) -> None:
        self.account = Account(stalls=True)
        self.disturbances = Disturbances(Random(f"disturbances {seed}"), self.account)
        self.faults: list[Fault] = []
        self._estate, self._random = self.account.estate, Random(f"estate {seed}")
        self._began = self.account.clock.now
        self._agenda: list[tuple[float, int, Happening]] = []
        self._entries = 0
        self._busy: set[str] = set()

    @property
    def elapsed(self) -> float:
        """Simulated seconds."""
        return (self.account.clock.now - self._began).total_seconds()

    def live(self, tell: Callable[["Day"], None]) -> Score:
        """Until the last happening is over and all is said; `tell` hears of the progress."""
        self.disturbances.begin()
        self._plan()
        while self._agenda:
            due, _, happening = heappop(self._agenda)
            self.account.wait(max(0, due - self.elapsed))
            self.disturbances.go_on()
            if (pause := next(happening, None)) is not None:
                self._in(pause, happening)
            tell(self)
        self.account.wait(REST)
        for _ in range(24):  # what came back within a day must be well for longer
            if self.account.oracle.open:
                self.account.wait(3600)
        assert not wrong(self._estate, self.account.clock.now), "all was mended, and the estate is not well"
        return self._score()

    def _score(self) -> Score:
        account, now = self.account, self.account.clock.now
        ran = [t for t in self._estate.tasks.values() if t.started_at and (t.stopped_at or now) - t.started_at > LONG]
        score = judged(self.faults, account.topic.published)
        lost = [
            *(f"dead letter: {body}" for body in account.queue.dead),
            *(f"given up on the stream: {record.key}" for record in account.stream.given_up),
            *(f"never recorded: task {task.id} of {task.service}" for task in ran if task.id not in account.recorded),
        ]
        lies = account.oracle.lies
        return replace(score, events=account.events, false=score.false + lies, lost=score.lost + lost)

    def _plan(self) -> None:
        names: dict[str, list[str]] = {}
        for kind, (count, size) in SIZES.items():
            names[kind] = [f"{kind}-{n:02d}" for n in range(1, count + 1)]
            for name in names[kind]:
                self._in(self._random.uniform(0, CREATED), self._created(name, self._random.randint(*size)))
        kinds = self._random.sample(list(KINDS), len(KINDS))
        some_time = [
            *(self._planted(names["fragile"], kinds[n % len(kinds)]) for n in range(FAULTS)),
            *(self._happens(names["rolling"], rolls) for _ in range(ROLLS)),
            *(self._happens(names["quiet"], ORDINARY[n % len(ORDINARY)]) for n in range(ORDINARIES)),
        ]
        for n, happening in enumerate(some_time):
            when = (CREATED, SWEPT) if n < EARLY else (BEGIN, END)
            self._in(self._random.uniform(*when), happening)

    def _in(self, seconds: float, happening: Happening) -> None:
        """Let it go on in so many seconds; what is due at once, in the order in which it was planned."""
        self._entries += 1
        heappush(self._agenda, (self.elapsed + seconds, self._entries, happening))

    def _created(self, name: str, desired: int) -> Happening:
        self._estate.create(name, desired)
        yield from ()

    def _happens(self, names: Sequence[str], what: Callable[..., Happening]) -> Happening:
        name = yield from self._taken(names)
        yield from what(self._estate, name, self._random)
        self._busy.remove(name)

    def _taken(self, names: Sequence[str]) -> Generator[float, None, str]:
        """One of the services in which nothing else happens, as soon as there is one."""
        while not (free := [name for name in names if name not in self._busy]):
            yield 60
        self._busy.add(name := self._random.choice(free))
        return name

    def _planted(self, names: Sequence[str], kind: str) -> Happening:
        name = yield from self._taken(names)
        fault = Fault(kind, KINDS[kind].check, name, self.account.clock.now, also=KINDS[kind].also)
        self.faults.append(fault)
        self._in(self._random.uniform(*STANDS), self._mended(fault))
        yield from KINDS[kind].plant(fault, self._estate, self._random)

    def _mended(self, fault: Fault) -> Happening:
        fault.mending = True
        yield from KINDS[fault.kind].mend(fault, self._estate, self._random)
        fault.mended = self.account.clock.now
        yield AFTERWARDS
        self._busy.remove(fault.service)
