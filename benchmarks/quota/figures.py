"""What one sweep cost and found, in figures that can leave the process that measured them."""

import resource
import sys
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from benchmarks.quota.account import Account, named
from benchmarks.quota.generate import Members, everyone


@dataclass(frozen=True, slots=True)
class Drawn:
    """How far one quota was drawn on. `in_1` and `in_10` are the most calls in any 1 and 10 seconds, each with its
    share of what AWS lets pass in them; `lowest` is what was left of the bucket at worst, as a share."""

    quota: str
    published: bool
    calls: int
    throttled: int
    in_1: tuple[int, float]
    in_10: tuple[int, float]
    lowest: float

    @property
    def share(self) -> float:
        """The worst of them: at most a half keeps to half of the quota."""
        return max(self.in_1[1], self.in_10[1], 1 - self.lowest)


@dataclass(frozen=True, slots=True)
class Figures:
    """One sweep. `seconds` are virtual until the last read, `cpu` real ones of the functions without this AWS."""

    name: str
    tasks: int
    reads: Mapping[str, int]
    table_calls: int
    drawn: tuple[Drawn, ...]
    seconds: float
    cpu: float
    judged: int
    unjudged: int
    twice: int
    killed: int
    returned: int
    log_bytes: int
    peak_mb: float
    missed: Members
    false: Members

    @property
    def throttled(self) -> int:
        return sum(drawn.throttled for drawn in self.drawn)


def figures(name: str, account: Account, began: datetime, planted: Members) -> Figures:
    """The figures of the sweep that began then, when these members were to be found."""
    reads = Counter[str]()
    for wire in account.wires.values():
        reads.update(wire.reads())
    throughout = {
        named(region, task.id)
        for region, estate in account.estates.items()
        for service in everyone(estate)
        for task in service.tasks
        if task.status(began) == task.status(account.clock.now) == "RUNNING"
    }
    found = failing(account)
    return Figures(
        name=name,
        tasks=len(throughout),
        reads=dict(reads.most_common()),
        table_calls=sum(n for call, n in account.wire.calls.items() if call.startswith("dynamodb:")),
        drawn=tuple(
            Drawn(
                quota=bucket.quota.name + (f" {region}" if len(account.wires) > 1 else ""),
                published=bucket.quota.published,
                calls=len(bucket.taken),
                throttled=bucket.throttled,
                in_1=(bucket.peak(1), bucket.share(1)),
                in_10=(bucket.peak(10), bucket.share(10)),
                lowest=bucket.lowest,
            )
            for region, wire in account.wires.items()
            for bucket in wire.buckets.values()
            if bucket.taken
        ),
        seconds=max(wire.last_read for wire in account.wires.values()) - account.began,
        cpu=account.cpu,
        judged=len(account.judged.keys() | account.apart),
        unjudged=len(throughout - account.judged.keys() - account.apart),
        twice=sum(looks > 1 for looks in account.judged.values()),
        killed=account.killed,
        returned=account.returned,
        log_bytes=account.written,
        peak_mb=peak_mb(),
        missed=planted - found,
        false=found - planted,
    )


def failing(account: Account) -> Members:
    """The members on record as failing."""
    return {key for key, item in account.table.items.items() if item.get("state") == {"S": "fail"}}


def peak_mb() -> float:
    """What this process had at most in memory (getrusage counts KiB, on a Mac bytes)."""
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most / (1 << 20 if sys.platform == "darwin" else 1 << 10)
