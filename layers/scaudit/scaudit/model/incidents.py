"""An incident is a function of its members: when it opens, grows, clears and is over, and what is to be announced."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from scaudit.model import Severity

EVERY_TASK = "*"
"""The member that stands for all running tasks of a service, when a sweep saw every one of them pass."""
GROWTH = 10
GROWTH_PAUSE = timedelta(hours=1)


class MemberState(StrEnum):
    """What is last known of one member: `lost` stopped while failing; `closed` cannot fail any more, its sentence
    says why."""

    FAIL = "fail"
    LOST = "lost"
    PASS = "pass"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Member:
    """One task, instance or `-` (the service itself) under one check and endpoint. `since` is when it began to fail;
    `baseline`, that it failed already when scaudit first judged its cluster by this check."""

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


Stood = Mapping[str, Mapping[str, Member]]
"""What stood against one service: the members that fail or are lost, by subject (check#endpoint) and id."""


class Phase(StrEnum):
    """The life of an incident: quiet → open → clear (holding down) → quiet."""

    QUIET = "quiet"
    OPEN = "open"
    CLEAR = "clear"


@dataclass(frozen=True, slots=True)
class Incident:
    """What is remembered of one incident. `episode` counts its openings; `told` is the number of members in the last
    announcement of this episode, 0 when users know nothing of it; `growths` counts the announcements that it grew.

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


@dataclass(frozen=True, slots=True)
class Open:
    """One of all the incidents that are open and worth telling, as the index over them shows it. `cluster` is empty
    for what scaudit finds wrong with itself; `told_at` is None when users know nothing of it."""

    cluster: str
    service: str
    check: str
    endpoint: str
    severity: Severity
    opened_at: datetime
    noticed_at: datetime
    told_at: datetime | None = None
    baseline: bool = False

    @property
    def place(self) -> str:
        return "/".join(filter(None, (self.cluster, self.service)))


class News(StrEnum):
    """What there is to announce."""

    NONE = ""
    OPENED = "opened"
    GREW = "grew"
    RESOLVED = "resolved"


@dataclass(frozen=True, slots=True)
class Step:
    """What follows from the members: the incident as it is now, the news, the lost and closed members that are settled
    by it, and in how many seconds time alone may change it."""

    incident: Incident
    news: News = News.NONE
    settled: tuple[Member, ...] = ()
    look_again: int | None = None


def step(
    members: Sequence[Member],
    incident: Incident,
    now: datetime,
    *,
    hold_down: int,
    alert_severity: Severity | None,
    gather: int = 0,
) -> Step:
    """Derive the incident from its members. `hold_down` is in seconds; no `alert_severity` announces nothing; an
    opening waits `gather` seconds for what is about to fail alike. A baseline opening that others join opens again."""
    speaking = broken(members)
    if speaking:
        return _open(speaking, incident, now, alert_severity, gather)
    settled = tuple(m for m in members if m.state in (MemberState.LOST, MemberState.CLOSED))
    if incident.phase is Phase.QUIET:
        return Step(incident, settled=settled)
    since = incident.clear_since or now
    over_at = since + timedelta(seconds=hold_down)
    if now < over_at:
        return Step(replace(incident, phase=Phase.CLEAR, clear_since=since), look_again=_seconds(over_at - now))
    news = News.RESOLVED if incident.told else News.NONE
    return Step(Incident(episode=incident.episode), news, settled)


def broken(members: Sequence[Member]) -> list[Member]:
    """The members that keep an incident open, the one that failed first in front; none when it is clear.

    A lost task keeps it open until a task created after the youngest lost one has passed: an older sibling's pass
    proves nothing, and a task that merely stops mends nothing.
    """
    failing = [m for m in members if m.state is MemberState.FAIL]
    lost = [m for m in members if m.state is MemberState.LOST]
    if not failing and lost:
        youngest = max(_created(m) for m in lost)
        if any(m.state is MemberState.PASS and _created(m) > youngest for m in members):
            return []
    return sorted([*failing, *lost], key=lambda m: (m.since or m.observed_at, m.id))


def closed_because(members: Sequence[Member]) -> str:
    """Why an incident ended without being mended, or nothing."""
    return "; ".join(sorted({m.sentence for m in members if m.state is MemberState.CLOSED}))


def _created(member: Member) -> datetime:
    return member.task_created_at or member.observed_at


def _open(
    members: Sequence[Member], incident: Incident, now: datetime, alert_severity: Severity | None, gather: int
) -> Step:
    began = members[0].since or members[0].observed_at
    if incident.phase is Phase.QUIET:
        incident = Incident(episode=incident.episode + 1, opened_at=began)
    incident = replace(incident, phase=Phase.OPEN, clear_since=None)
    loud = [
        m
        for m in members
        if alert_severity is not None and m.severity >= alert_severity and not m.caused_by and not m.suppressed
    ]
    if not loud:
        return Step(replace(incident, noticed_at=None))
    baseline = all(m.baseline for m in loud) and (incident.baseline or not incident.told)
    joined = bool(incident.told) and incident.baseline and not baseline
    noticed = now if joined else incident.noticed_at or incident.told_at or now
    worst = max(m.severity for m in loud)
    incident = replace(incident, noticed_at=noticed, severity=worst, baseline=baseline)
    told = replace(incident, told=len(members), told_at=now)
    if joined:  # what is new is not to be found in a list of what was there already
        return Step(told, News.OPENED)
    if not incident.told or incident.told_at is None:
        # Since it was noticed, not since it began: whatever broke with it must have had time to be noticed, too.
        due = noticed + timedelta(seconds=gather)
        return Step(told, News.OPENED) if now >= due else Step(incident, look_again=_seconds(due - now))
    if len(members) < incident.told * GROWTH:
        return Step(incident)
    if now < incident.told_at + GROWTH_PAUSE:
        return Step(incident)  # the next sweep's touch asks again
    return Step(replace(told, growths=incident.growths + 1), News.GREW)


def _seconds(span: timedelta) -> int:
    return int(span.total_seconds()) + 1
