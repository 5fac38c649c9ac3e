"""A soak: a day of a living estate in minutes, with the real verify, notify and sweep, and much going wrong.

Sixty services run in one simulated account. Fifty times one of them rolls, and as often something else happens as it
does in a healthy estate; twenty faults are planted in others and mended. Meanwhile a tenth of the events comes twice, a
tenth late, a twentieth of the calls is throttled, and runs of verify, notify and sweep are killed. Everything follows
from the seed. The last line says

    soak: E events, P planted, found F, missed M, false X, lost L, messages per incident R

E  events that the rules sent to the queue, each delivery counted
P  planted faults; F of them were announced under their check's id and service, M were not until the end
X  what was announced or recorded and was not so: about nothing planted, open twice, resolved too early; every lie that
   the oracle noted
L  what ended nowhere: dead letters, stream records given up, incidents of mended faults that were never resolved, tasks
   that ran for an hour and have no record
R  messages published for each planted fault: one when it opens and one when it is resolved are 2

Run with `python -m tests.simulation.soak [--seconds N] [--seed S]`. A round is a day of an estate of its own; another
one, with the next seed, begins as long as it will fit into the seconds. One round is always run: `--seconds 0 --seed S`
runs again what a failure names.
"""

import argparse
import logging
import os
import secrets
import sys
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from functools import partial
from heapq import heappop, heappush
from pathlib import Path
from random import Random

PROJECT = Path(__file__).parents[2]
sys.path[:0] = [str(PROJECT), str(PROJECT / "layers" / "scaudit")]

from tests.simulation.account import Account  # noqa: E402
from tests.simulation.disturbances import Disturbances  # noqa: E402
from tests.simulation.faults import KINDS, Fault  # noqa: E402
from tests.simulation.healthy_life import ORDINARY, Happening, rolls  # noqa: E402
from tests.simulation.score import Score, judged  # noqa: E402
from tests.simulation.truth import wrong  # noqa: E402

ROLLING, QUIET, FRAGILE = 12, 28, 20
"""How many services roll again and again, have something ordinary happen, have faults planted."""
ROLLS, ORDINARIES, FAULTS = 50, 50, 20
HOUR = 3600
BEGIN, END, REST = HOUR, 11 * HOUR, 1.5 * HOUR
"""Seconds within which something begins, and until all is said in the end."""
STANDS = (1.5 * HOUR, 3 * HOUR)
AFTERWARDS = 1.5 * HOUR
"""Seconds that a service is left alone after a fault: a problem that comes back within the hold-down is the same."""
LONG = timedelta(hours=1)
"""A task that ran so long must have a record."""
Report = Callable[[str], None]


class Day:
    """One round: an account, an estate that lives in it, and what is planted there."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)
        self.account = Account()
        self.estate = self.account.estate
        self.disturbances = Disturbances(self.random)
        self.faults: list[Fault] = []
        self._began = self.account.clock.now
        self._agenda: list[tuple[float, int, Happening]] = []
        self._busy: set[str] = set()
        self._count = 0

    def live(self, tell: Callable[["Day"], None]) -> Score:
        """Until the last happening is over and all is said; `tell` hears of the progress."""
        self._plan()
        while self._agenda:
            due, _, happening = heappop(self._agenda)
            self.account.wait(max(0, due - self.elapsed))
            if (pause := next(happening, None)) is not None:
                self._later(pause, happening)
            tell(self)
        self.account.wait(REST)
        tell(self)
        return self.score()

    @property
    def elapsed(self) -> float:
        return (self.account.clock.now - self._began).total_seconds()

    def score(self) -> Score:
        """What it came to, as far as it is known by now."""
        account, now = self.account, self.account.clock.now
        score = judged(self.faults, account.topic.published)
        assert self._agenda or not wrong(self.estate, now), "all was mended, and the estate is not well"
        ran = [t for t in self.estate.tasks.values() if t.started_at and (t.stopped_at or now) - t.started_at > LONG]
        return replace(
            score,
            events=account.events,
            false=score.false + account.oracle.lies,
            lost=[
                *score.lost,
                *(f"dead letter: {body}" for body in account.queue.dead),
                *(f"given up on the stream: {record.key}" for record in account.stream.given_up),
                *(
                    f"never recorded: task {task.id} of {task.service}"
                    for task in ran
                    if task.id not in account.recorded
                ),
            ],
        )

    def _plan(self) -> None:
        rolling, quiet, fragile = (
            [f"{kind}-{n:02d}" for n in range(1, count + 1)]
            for kind, count in (("rolling", ROLLING), ("quiet", QUIET), ("fragile", FRAGILE))
        )
        sizes = dict.fromkeys(rolling, (10, 16)) | dict.fromkeys(quiet, (2, 6)) | dict.fromkeys(fragile, (2, 5))
        for name, size in sizes.items():
            self._at(self.random.uniform(0, BEGIN / 2), self._created(name, self.random.randint(*size)))
        for _ in range(ROLLS):
            self._some_time(partial(self._in_one_of, rolling, rolls))
        for n in range(ORDINARIES):
            self._some_time(partial(self._in_one_of, quiet, ORDINARY[n % len(ORDINARY)]))
        kinds = list(KINDS)
        for n in range(FAULTS):
            self._some_time(partial(self._planted, fragile, kinds[n % len(kinds)]))
        self.account.delays = self.disturbances.delays
        self.account.plan_for = self.disturbances.plan

    def _some_time(self, happening: Callable[[], Happening]) -> None:
        self._at(self.random.uniform(BEGIN, END), happening())

    def _at(self, due: float, happening: Happening) -> None:
        self._count += 1
        heappush(self._agenda, (due, self._count, happening))

    def _later(self, pause: float, happening: Happening) -> None:
        self._at(self.elapsed + pause, happening)

    def _created(self, name: str, desired: int) -> Happening:
        self.estate.create(name, desired)
        yield from ()

    def _in_one_of(self, names: list[str], happens: Callable[..., Happening]) -> Happening:
        name = yield from self._taken(names)
        yield from happens(self.estate, name, self.random)
        self._busy.remove(name)

    def _taken(self, names: list[str]):
        """One of the services in which nothing else happens."""
        while not (free := [name for name in names if name not in self._busy]):
            yield 60
        name = self.random.choice(free)
        self._busy.add(name)
        return name

    def _planted(self, names: list[str], kind: str) -> Happening:
        how = KINDS[kind]
        name = yield from self._taken(names)
        fault = Fault(kind, how.check, name, self.account.clock.now)
        self.faults.append(fault)
        self._later(self.random.uniform(*STANDS), self._mended(fault))
        yield from how.plant(fault, self.estate, self.random)

    def _mended(self, fault: Fault) -> Happening:
        fault.mending = True
        yield from KINDS[fault.kind].mend(fault, self.estate, self.random)
        fault.mended = self.account.clock.now
        yield AFTERWARDS
        self._busy.remove(fault.service)


class Progress:
    """A line every few seconds of the wall's time."""

    EVERY = 5

    def __init__(self, report: Report) -> None:
        self._report, self._last = report, time.monotonic()

    def __call__(self, day: Day) -> None:
        if time.monotonic() < self._last + self.EVERY:
            return
        self._last = time.monotonic()
        score = judged(day.faults, day.account.topic.published)
        hours, minutes = divmod(int(day.elapsed) // 60, 60)
        so_far = f"{day.account.events} events, {score.planted} planted, found {score.found}"
        self._report(f"  {hours:02d}:{minutes:02d} simulated: {so_far}")


def soak(seed: int, seconds: float, report: Report) -> Score:
    """Rounds from this seed on, for so many seconds; raises nothing for what was found."""
    total, met = Score(), Counter[str]()
    began, longest = time.monotonic(), 0.0
    while not longest or time.monotonic() - began + longest <= seconds:
        started = time.monotonic()
        report(f"round with seed {seed}")
        day = Day(seed)
        score = day.live(Progress(report))
        longest = max(longest, time.monotonic() - started)
        total, met = total + score, met + day.disturbances.met
        for what, each in (("missed", score.missed), ("false", score.false), ("lost", score.lost)):
            for one in each:
                report(f"  {what}: {one}   (again: --seconds 0 --seed {seed})")
        seed += 1
    took = time.monotonic() - began
    report(", ".join(f"{count} {what}" for what, count in sorted(met.items())))
    waits = sorted(total.waits)
    if waits:
        report(f"from fault to message: {waits[len(waits) // 2]} in the middle, {waits[-1]} at most")
    report(f"{total.events / took:.0f} events a second")
    return total


def main() -> int:
    parser = argparse.ArgumentParser(prog="soak", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--seconds", type=float, default=300, help="begin no round that would end later")
    parser.add_argument("--seed", type=int, default=None, help="of the first round; the next one has the next")
    asked = parser.parse_args()
    if sys.flags.hash_randomization:  # sets of names are ordered by their hashes: one seed, one soak
        os.execve(sys.executable, [*sys.orig_argv], {**os.environ, "PYTHONHASHSEED": "0"})
    logging.disable(logging.CRITICAL)  # what is thrown at scaudit is logged by it, each time
    seed = secrets.randbelow(1_000_000) if asked.seed is None else asked.seed
    score = soak(seed, asked.seconds, partial(print, flush=True))
    print(score, flush=True)
    return 0 if score.clean else 1


if __name__ == "__main__":
    sys.exit(main())
