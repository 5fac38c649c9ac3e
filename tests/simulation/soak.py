"""The soak: days of a living estate in minutes, with the real verify, notify and sweep, while much goes wrong.

Sixty services run in a simulated account; the stream of each proxy to its control plane ends every 40 minutes, as it
does by design. Fifty times one of them rolls, and as often something else happens as it does in a healthy estate: tasks
scale, crash, are interrupted, register late, shift from blue to green. Twenty faults are planted in others and mended:
wrong registrations, proxies that never start, and ones that end or hang after minutes or hours. Meanwhile a tenth of
the events comes twice and a tenth late, a twentieth of the calls is throttled, and runs of verify, notify and sweep are
killed. The last line says

    soak: E events, P planted, found F, missed M, false X, lost L, messages per incident R

E  events that the rules sent to the queue, each delivery counted
P  planted faults: F were announced under their check's id and service, M were not until the end
X  what was said and was not so: of nothing that was planted, open twice, resolved too early; and every lie that the
   oracle noted in the table and on the topic
L  what ended nowhere: dead letters, stream records given up, incidents of mended faults that were never resolved,
   tasks that ran for half an hour and have no record
R  messages published for each planted fault; one when it opens and one when it is resolved are 2

Run with `python -m tests.simulation.soak [--seconds N] [--seed S]`. A round is a day of an estate of its own, and
everything in it follows from its seed; the next round has the next seed, and begins if it will end within the seconds.
One round is run in any case: `--seconds 0 --seed S` runs again what failed.
"""

import argparse
import logging
import os
import secrets
import sys
import time
from collections import Counter
from collections.abc import Callable
from functools import partial
from pathlib import Path

PROJECT = Path(__file__).parents[2]
sys.path.insert(0, str(PROJECT / "layers" / "scaudit"))

from tests.simulation.day import Day  # noqa: E402
from tests.simulation.score import Score, judged  # noqa: E402

EVERY = 5
"""Seconds between two lines of progress."""
Say = Callable[[str], None]


class Progress:
    """How far a day is, now and then."""

    def __init__(self, say: Say) -> None:
        self._say, self._last = say, time.monotonic()

    def __call__(self, day: Day) -> None:
        if time.monotonic() < self._last + EVERY:
            return
        self._last = time.monotonic()
        so_far = judged(day.faults, day.account.topic.published)
        hours, minutes = divmod(int(day.elapsed) // 60, 60)
        counts = f"{day.account.events} events, {so_far.planted} planted, found {so_far.found}"
        self._say(f"  {hours:02d}:{minutes:02d} simulated: {counts}")


def soak(seed: int, seconds: float, say: Say) -> Score:
    """Rounds from this seed on. Whatever was missed, false or lost is said as soon as its round is over."""
    total, met, simulated = Score(), Counter[str](), 0.0
    began, longest = time.monotonic(), 0.0
    while not longest or time.monotonic() - began + longest <= seconds:
        say(f"round with seed {seed}")
        started, day = time.monotonic(), Day(seed)
        score = day.live(Progress(say))
        for what, each in (("missed", score.missed), ("false", score.false), ("lost", score.lost)):
            for one in each:
                say(f"  {what}: {one} (again: --seconds 0 --seed {seed})")
        longest = max(longest, time.monotonic() - started)
        total, met, simulated = total + score, met + day.disturbances.met, simulated + day.elapsed
        seed += 1
    took = time.monotonic() - began
    say(f"{simulated / 3600:.0f} hours in {took:.0f} s, {total.events / took:.0f} events a second")
    say("on the way: " + ", ".join(f"{count} {what}" for what, count in sorted(met.items())))
    if waits := sorted(total.waits):
        say(f"from fault to message: {_minutes(waits[len(waits) // 2])} in the middle, {_minutes(waits[-1])} at most")
    return total


def _minutes(seconds: float) -> str:
    return f"{seconds / 60:.0f} min"


def main() -> int:
    parser = argparse.ArgumentParser(prog="soak", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--seconds", type=float, default=300, help="begin no round that would end later")
    parser.add_argument("--seed", type=int, default=None, help="of the first round; any, if it is not given")
    asked = parser.parse_args()
    if sys.flags.hash_randomization:  # the order of sets of names would differ each time, and with it what follows
        os.execve(sys.executable, sys.orig_argv, {**os.environ, "PYTHONHASHSEED": "0"})
    logging.disable(logging.CRITICAL)  # what is thrown at scaudit it logs, each time
    seed = secrets.randbelow(1_000_000) if asked.seed is None else asked.seed
    score = soak(seed, asked.seconds, partial(print, flush=True))
    print(score, flush=True)
    return 0 if score.clean else 1


if __name__ == "__main__":
    sys.exit(main())
