"""What sweeps remember of a service: how it stands, and what was last told of each of its tasks."""

from collections.abc import Mapping
from dataclasses import field
from datetime import datetime
from enum import StrEnum

from scaudit.model.answers import Status
from scaudit.values import dataclass

SERVICE = "-"
"""Under this name it is remembered what was told of the service itself, beside its tasks."""


RETOLD = "-"
"""Stands for the digest where an event's look told something else than the last sweep: the next one has a line of it,
even where all is again as the last one told it."""


UNDECIDED = (Status.UNKNOWN, Status.PENDING)


class CameTo(StrEnum):
    """What came of the log of a running task's proxy: nothing yet, it was judged, or it is no longer kept."""

    OPEN = "."
    JUDGED = "+"
    GONE = "-"


@dataclass(frozen=True, slots=True)
class LogMark:
    """What is remembered of a log of which nothing new will come. `untold` are the checks, by id, that it was read or
    looked for to no end: they stay unknown, and what passed stays so."""

    came_to: CameTo = CameTo.OPEN
    untold: tuple[str, ...] = ()

    def __str__(self) -> str:
        return self.came_to + ",".join(self.untold)

    @classmethod
    def of(cls, text: str) -> "LogMark":
        """What `str` made of it. Raises ValueError for anything else."""
        return cls(CameTo(text[:1]), tuple(filter(None, text[1:].split(","))))


OPEN, JUDGED, GONE = LogMark(), LogMark(CameTo.JUDGED), LogMark(CameTo.GONE)


@dataclass(frozen=True, slots=True)
class Worst:
    """The worst that stands against a service or an endpoint: the check, its answer (fail, unknown, pending), how bad,
    and of how many tasks, registrations or services (then it is 1) it is so."""

    check: str
    status: str
    severity: str
    members: int


@dataclass(frozen=True, slots=True)
class EndpointState:
    """An endpoint: how many instances Cloud Map has under its name, None where that could not be read; the worst that
    stands against it or its service as a whole, None when nothing does; and since when that is so."""

    name: str
    registered: int | None
    worst: Worst | None
    since: datetime


@dataclass(frozen=True, slots=True)
class Told:
    """What a record of its own last told of a task, and when: its verdict, and a digest of all answers. `log` marks
    what is known of its proxy's log, if that need not be read again; `because` are the checks, by id, that make it
    pending or unknown. Of a service that fails, which mere advice makes nearly every one do, `beside` says that they
    are so all the same."""

    verdict: str
    digest: str
    at: datetime
    log: LogMark = OPEN
    because: tuple[str, ...] = ()
    beside: str = ""

    @property
    def undecided(self) -> str:
        """Unknown or pending, where it is so that something is; else empty."""
        return self.beside or (self.verdict if self.verdict in UNDECIDED else "")


@dataclass(frozen=True, slots=True)
class ServiceState:
    """A service as the sweep saw it that last found something changed. `running` and `desired` are ECS's counts of
    tasks. A service that serves nothing has one endpoint without a name. `fingerprint` is of everything that was read
    when nothing was left to settle, else empty. `marked_at` is when the look of an event last told of it since, if one
    did. `unmet` is how many running tasks ECS counted beyond those that were met."""

    running: int
    desired: int
    endpoints: tuple[EndpointState, ...]
    told: Mapping[str, Told] = field(default_factory=dict)
    fingerprint: str = ""
    marked_at: str = ""
    unmet: int = 0


NOTHING = ServiceState(0, 0, ())
"""What is remembered of a service that no sweep has met."""
