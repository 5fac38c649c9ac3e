"""What an incident is made of: its members, what is remembered of it, and what there is to announce."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from enum import IntEnum, StrEnum
from itertools import accumulate

from scaudit.model import Severity
from scaudit.model.places import Place, Subject
from scaudit.values import dataclass

CANNOT_TELL = "can no longer tell"
"""So begins why a member is closed of which nothing is known any more; all other reasons are of what is over."""
EVERY_TASK = "*"
"""The member that stands for all running tasks of a service, when a sweep saw every one of them pass."""


class MemberState(StrEnum):
    """What is last known of one member: `lost` stopped while failing; `closed` failed or was lost, and cannot fail any
    more."""

    FAIL = "fail"
    LOST = "lost"
    PASS = "pass"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Member:
    """One task, instance or `-` (the service itself) under one check and endpoint. `since` is when it began to fail;
    `baseline`, that it failed already when scaudit first judged its cluster by this check; `running`, how many tasks
    of its service ran then, 0 when that is not known or does not matter; `rolling`, that its deployment was rolling out
    then, so that more of its tasks were to come; `closed_because`, why it is closed; `until`, what the tag says
    that has it `suppressed`."""

    id: str
    state: MemberState
    observed_at: datetime
    severity: Severity = Severity.INFO
    sentence: str = ""
    caused_by: str = ""
    suppressed: bool = False
    baseline: bool = False
    since: datetime | None = None
    task_created_at: datetime | None = None
    running: int = 0
    rolling: bool = False
    closed_because: str = ""
    until: str = ""

    @property
    def created(self) -> datetime:
        """When its task was created; of what has no task, when it was seen."""
        return self.task_created_at or self.observed_at

    @property
    def lived(self) -> timedelta:
        """How old its task was when it was last seen, or lost."""
        return self.observed_at - self.created

    @property
    def lasted(self) -> timedelta:
        """How old its task was when it began to fail."""
        return (self.since or self.observed_at) - self.created


def at_once(members: Sequence[Member]) -> int:
    """The most of these failing and lost members that were there at the same time: one is there from its creation until
    its loss was seen, and one that fails still is."""
    come = [(min(m.created, m.since or m.created), 0, 1) for m in members]
    gone = [(m.observed_at, 1, -1) for m in members if m.state is MemberState.LOST]
    return max(accumulate(change for _, _, change in sorted([*come, *gone])), default=0)


Stood = Mapping[Subject, Mapping[str, Member]]
"""What stood against one service: the members that fail or are lost, by subject (check#endpoint) and id."""


class Phase(StrEnum):
    """The life of an incident: quiet → open → clear (holding down) → quiet."""

    QUIET = "quiet"
    OPEN = "open"
    CLEAR = "clear"


class Share(IntEnum):
    """How much of the tasks that run a failure has reached."""

    SOME = 0
    HALF = 1
    ALL = 2


def share_of(members: Sequence[Member]) -> Share:
    """How much of the running tasks fails now; SOME where that is not known."""
    failing = sum(m.state is MemberState.FAIL for m in members)
    running = max((m.running for m in members if m.state is MemberState.FAIL), default=0)
    if not running or 2 * failing < running:
        return Share.SOME
    return Share.ALL if failing >= running else Share.HALF


def is_rolling(members: Sequence[Member]) -> bool:
    """Whether whatever fails is of a deployment that is rolling out, so that its other tasks may follow."""
    failing = [m for m in members if m.state is MemberState.FAIL]
    return bool(failing) and all(m.rolling for m in failing)


@dataclass(frozen=True, slots=True)
class Incident:
    """What is remembered of one incident. `told` is the number of members in the last announcement since it opened, 0
    when users know nothing of it; `told_severity` and `share` are the worst that they know; `growths` counts the
    announcements that it grew.

    `episode` counts its openings; one that comes back within a day of `resolved_at` is the same episode, and `returns`
    counts how often it did. `calm` is the longest quiet that proved to be no end. `told_at_once` is how many of those
    told of were there at the same time, 0 for all of them.

    Of one that is over it stays on record from `opened_at` to `clear_since`, its severity, and when it was told.

    `noticed_at` is since when it is on record as worth telling, None while it is not; `severity` is then its worst
    member's, and `baseline` says that only what was there before scaudit speaks."""

    phase: Phase = Phase.QUIET
    episode: int = 0
    opened_at: datetime | None = None
    clear_since: datetime | None = None
    told: int = 0
    told_at: datetime | None = None
    growths: int = 0
    noticed_at: datetime | None = None
    severity: Severity = Severity.INFO
    baseline: bool = False
    told_severity: Severity = Severity.INFO
    share: Share = Share.SOME
    resolved_at: datetime | None = None
    returns: int = 0
    calm: timedelta = timedelta(0)
    told_at_once: int = 0


@dataclass(frozen=True, slots=True)
class Open:
    """One of all the incidents that are open and worth telling, as the index over them shows it. `told_at` is
    None when users know nothing of it."""

    place: Place
    subject: Subject
    severity: Severity
    opened_at: datetime
    noticed_at: datetime
    told_at: datetime | None = None
    baseline: bool = False


class News(StrEnum):
    """What there is to announce; `rose` is in severity."""

    NONE = ""
    OPENED = "opened"
    GREW = "grew"
    ROSE = "rose"
    RESOLVED = "resolved"
