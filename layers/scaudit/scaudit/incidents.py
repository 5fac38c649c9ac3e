"""An incident is a function of its members: when it opens, clears and is over, and what is to be announced."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from scaudit.model import Severity


class MemberState(StrEnum):
    """What is last known of one member; `lost` is a task that stopped while failing."""

    FAIL = "fail"
    LOST = "lost"
    PASS = "pass"


@dataclass(frozen=True, slots=True)
class Member:
    """One task (or `-`, the service itself) under one check and endpoint. `since` is when it began to fail."""

    id: str
    state: MemberState
    observed_at: datetime
    severity: Severity = Severity.INFO
    sentence: str = ""
    caused_by: str = ""
    since: datetime | None = None
    task_created_at: datetime | None = None


class Phase(StrEnum):
    """The life of an incident: quiet → open → clear (holding down) → quiet."""

    QUIET = "quiet"
    OPEN = "open"
    CLEAR = "clear"


@dataclass(frozen=True, slots=True)
class Incident:
    """What is remembered of one incident. `episode` counts its openings, `announced` says that users know of it."""

    phase: Phase = Phase.QUIET
    episode: int = 0
    announced: bool = False
    opened_at: datetime | None = None
    clear_since: datetime | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """What follows from the members: the incident as it is now, the news, the lost members that are settled by it,
    and in how many seconds time alone may change it."""

    incident: Incident
    news: str = ""
    settled: tuple[Member, ...] = ()
    look_again: int | None = None


def step(
    members: Sequence[Member], incident: Incident, now: datetime, *, hold_down: int, alert_severity: Severity | None
) -> Step:
    """Derive the incident from its members. `hold_down` is in seconds; no `alert_severity` announces nothing."""
    failing = [m for m in members if m.state is MemberState.FAIL]
    lost = [m for m in members if m.state is MemberState.LOST]
    if failing or (lost and not _replaced(lost, members)):
        return _open(broken(members), incident, now, alert_severity)
    if incident.phase is Phase.QUIET:
        return Step(incident)
    since = incident.clear_since or now
    over_at = since + timedelta(seconds=hold_down)
    if now < over_at:
        wait = int((over_at - now).total_seconds()) + 1
        return Step(replace(incident, phase=Phase.CLEAR, clear_since=since), look_again=wait)
    quiet = Incident(episode=incident.episode, opened_at=incident.opened_at)
    return Step(quiet, news="resolved" if incident.announced else "", settled=tuple(lost))


def broken(members: Sequence[Member]) -> list[Member]:
    """The members that speak for an open incident, the one that failed first in front."""
    found = [m for m in members if m.state is not MemberState.PASS]
    return sorted(found, key=lambda m: (m.since or m.observed_at, m.id))


def _replaced(lost: Sequence[Member], members: Sequence[Member]) -> bool:
    """Whether a task created after the youngest lost one has passed: an older sibling's pass proves nothing."""
    youngest = max(m.task_created_at or m.observed_at for m in lost)
    return any(m.state is MemberState.PASS and m.task_created_at and m.task_created_at > youngest for m in members)


def _open(members: Sequence[Member], incident: Incident, now: datetime, alert_severity: Severity | None) -> Step:
    if incident.phase is Phase.QUIET:
        began = members[0].since or members[0].observed_at
        incident = Incident(episode=incident.episode + 1, opened_at=began)
    incident = replace(incident, phase=Phase.OPEN, clear_since=None)
    worth_telling = alert_severity is not None and any(
        m.severity >= alert_severity and not m.caused_by for m in members
    )
    if worth_telling and not incident.announced:
        return Step(replace(incident, announced=True), news="opened")
    return Step(incident)
