"""What every AWS call passes: it takes its time, takes from its quota, and is counted."""

import threading
import time
from collections import Counter
from collections.abc import Callable
from typing import TypeVar

from benchmarks.quota.buckets import Bucket, quotas
from benchmarks.quota.virtual import Time
from tests.simulation.runs import Killed

CALL = 0.005
"""Seconds that a call takes. Real ones take longer; short ones press the quotas harder."""
T = TypeVar("T")
_worker = threading.local()


def measured(work: Callable[[], T], ends: float) -> tuple[T | None, float]:
    """Do a worker's work, which is killed at the virtual second `ends`: its answer, or None, and its seconds of CPU
    without those of this AWS."""
    _worker.ends, _worker.aws = ends, 0.0
    began = time.thread_time()
    try:
        answer = work()
    except Killed:
        answer = None
    finally:
        _worker.ends = float("inf")  # what this thread does next is no worker's
    return answer, time.thread_time() - began - float(_worker.aws)


def ends() -> float:
    """The virtual second at which the present worker is killed."""
    return float(getattr(_worker, "ends", float("inf")))


class Wire:
    """The way to AWS. `running` and `clock` make it the line that the fakes of tests/simulation hang on."""

    running = None

    def __init__(self, virtual: Time, region: str) -> None:
        self.time, self.clock = virtual, virtual.clock
        self._quotas, self._region = quotas(), region
        self.forget()

    def forget(self) -> None:
        """Count from nothing; AWS's buckets are full again."""
        self.calls: Counter[str] = Counter()
        self.buckets = {quota.name: Bucket(quota, self._region) for quota in self._quotas.values()}
        self.last_read = self.time.seconds()

    def __call__(self, name: str, effect: Callable[[], T]) -> T:
        """Make the call that the IAM action names. Raises what AWS raises, and Killed past the worker's end."""
        began = time.thread_time()
        try:
            self.time.sleep(CALL)
            if self.time.seconds() > getattr(_worker, "ends", float("inf")):
                raise Killed(name)
            self.calls[name] += 1
            if quota := self._quotas.get(name):
                self.last_read = self.time.seconds()
                self.buckets[quota.name].take(self.last_read, name.split(":")[1])
            return effect()
        finally:
            _worker.aws = getattr(_worker, "aws", 0.0) + time.thread_time() - began

    def reads(self) -> dict[str, int]:
        """The calls that a quota of ECS, Cloud Map, Logs or SNS covers, most first."""
        return {name: n for name, n in self.calls.most_common() if name in self._quotas}
