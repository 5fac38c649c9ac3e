"""The life of an incident as a function of its members: when it opens, grows, clears and is over, and what is news."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from scaudit.model import Severity
from scaudit.model.broken import broken
from scaudit.model.incidents import CANNOT_TELL, Incident, Member, MemberState, News, Phase, at_once, share_of
from scaudit.values import dataclass

GROWTH = 10
"""So many times as many at once as were last told of are news. What a crash loop has used up is no growth."""
PAUSE = timedelta(hours=1)
"""Between two announcements that an incident grew."""
SAME_EPISODE = timedelta(hours=24)
"""What comes back within this time of its end is the same incident."""
LONGEST_HOLD = timedelta(hours=23)
"""An incident that came back is over a day after its last loss at the latest; a sweep may have to see it."""
PATIENCE = 5
"""So many hold-downs may pass before it is told what alone was lost, if it is not critical: should it happen again,
that is worse, and told at once. Proxies were reported to end 25 minutes after each start
(amazon-ecs-service-connect-agent, issue 127)."""


@dataclass(frozen=True, slots=True)
class Step:
    """What follows from the members: the incident as it is now, the news, the lost and closed members that are settled
    by it, and in how many seconds time alone may change it; `waits`, that only patience keeps it from being told."""

    incident: Incident
    news: News = News.NONE
    settled: tuple[Member, ...] = ()
    look_again: int | None = None
    waits: bool = False


def step(
    members: Sequence[Member],
    incident: Incident,
    now: datetime,
    *,
    hold_down: int,
    alert_severity: Severity | None,
    gather: int = 0,
    late: bool = False,
    patient: bool = True,
) -> Step:
    """Derive the incident from its members. `hold_down` is in seconds; no `alert_severity` announces nothing; an
    opening waits `gather` seconds for what is about to fail alike, and what was lost some hold-downs for the next,
    unless notify is not `patient`; `late` says that its check finds what befalls tasks of any age. A baseline opening
    that others join opens again."""
    gathering = timedelta(seconds=gather)
    speaking = broken(members, late=late)
    if speaking:
        patiently = timedelta(seconds=patient * PATIENCE * hold_down)
        return _open(speaking, incident, now, alert_severity, gathering, patiently)
    settled = tuple(m for m in members if m.state in (MemberState.LOST, MemberState.CLOSED))
    untold = _untold(settled, incident, now, gathering)
    told = _open(untold, incident, now, alert_severity, timedelta(0), timedelta(0)) if untold else None
    if told and told.news is not News.NONE:  # nothing is over before it was told
        return replace(told, look_again=1)
    if incident.phase is Phase.QUIET:
        return Step(incident, settled=settled)
    since = incident.clear_since or now
    over_at = max(since + timedelta(seconds=hold_down), _held(members, incident, since, late=late))
    if now < over_at:
        return Step(replace(incident, phase=Phase.CLEAR, clear_since=since), look_again=_seconds(over_at - now))
    return Step(_over(incident, since, now), News.RESOLVED if incident.told else News.NONE, settled)


def closed_because(members: Sequence[Member]) -> str:
    """Why an incident ended without being mended, or nothing: what was closed before the last of it passed did not end
    it."""
    passed = max((m.observed_at for m in members if m.state is MemberState.PASS), default=None)
    closed = {
        m.closed_because
        for m in members
        if m.state is MemberState.CLOSED and (passed is None or m.observed_at >= passed)
    }
    return "; ".join(sorted(closed))


def _held(members: Sequence[Member], incident: Incident, since: datetime, *, late: bool) -> datetime:
    """Until when an incident that came back is held down: twice what its tasks lived, and twice the calm before that
    was none, lie between its last loss and its end. So a crash loop is one incident, at whatever pace. What shows at
    once does so in the next task, too, however long this one was left to run. Of what nobody can tell of any more a day
    has passed already."""
    if not incident.returns or CANNOT_TELL in closed_because(members):
        return since
    lost = [m for m in members if m.state is MemberState.LOST]
    longest = max([incident.calm, *(m.lived if late else m.lasted for m in lost)])
    return max((m.observed_at for m in lost), default=since) + min(2 * longest, LONGEST_HOLD)


def _over(incident: Incident, since: datetime, now: datetime) -> Incident:
    """What is remembered of an incident that ended: from when to when it was, how bad, when users were told of it, and
    when they last heard of its end, if they ever did."""
    ended, worst = now if incident.told else incident.resolved_at, max(incident.severity, incident.told_severity)
    kept = Incident(episode=incident.episode, opened_at=incident.opened_at, clear_since=since, told_at=incident.told_at)
    if ended is None:
        return replace(kept, severity=worst)
    return replace(kept, severity=worst, resolved_at=ended, returns=incident.returns, calm=incident.calm)


def unheard(over: Incident) -> Incident:
    """An incident that is over and of whose opening nobody heard: it was taken back. Of one that came back, users heard
    of the end before that."""
    return replace(over, told_at=None, resolved_at=over.opened_at if over.returns else None)


def _begun(incident: Incident, began: datetime, now: datetime) -> Incident:
    """An incident that opens: a new episode, or the last one, which was not over."""
    if incident.resolved_at and now < incident.resolved_at + SAME_EPISODE:
        calm = max(incident.calm, now - (incident.clear_since or incident.resolved_at))
        return Incident(
            episode=incident.episode,
            opened_at=began,
            resolved_at=incident.resolved_at,
            returns=incident.returns + 1,
            calm=calm,
        )
    return Incident(episode=incident.episode + 1, opened_at=began)


def _untold(ended: Sequence[Member], incident: Incident, now: datetime, gathering: timedelta) -> list[Member]:
    """What users have not heard of though they could have: it was noticed for long enough, or nobody looked while it
    stood, and it is not of an incident that is over."""
    if incident.phase is Phase.OPEN and not incident.told and incident.noticed_at:
        return list(ended) if now >= incident.noticed_at + gathering else []
    new = [m for m in ended if not incident.clear_since or m.observed_at > incident.clear_since]
    return [m for m in new if now >= (m.since or m.observed_at) + gathering] if incident.phase is Phase.QUIET else []


def _open(
    members: Sequence[Member],
    incident: Incident,
    now: datetime,
    alert_severity: Severity | None,
    gathering: timedelta,
    patiently: timedelta,
) -> Step:
    if incident.phase is Phase.QUIET:
        incident = _begun(incident, members[0].since or members[0].observed_at, now)
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
    known = max(worst, incident.told_severity)
    told = replace(
        incident,
        told=len(members),
        told_at_once=at_once(members),
        told_at=now,
        told_severity=known,
        share=max(incident.share, share_of(members)),
    )
    if joined:  # what is new is not to be found in a list of what was there already
        return Step(told, News.OPENED)
    if not incident.told or incident.told_at is None:
        # Since it was noticed, not since it began: whatever broke with it must have had time to be noticed, too.
        if now < noticed + gathering:
            return Step(incident, look_again=_seconds(noticed + gathering - now))
        if worst < Severity.CRITICAL and all(m.state is MemberState.LOST for m in loud) and now < noticed + patiently:
            return Step(incident, look_again=_seconds(noticed + patiently - now), waits=True)
        return Step(told, News.OPENED)
    return _grown(incident, told, now)


def _grown(incident: Incident, told: Incident, now: datetime) -> Step:
    """An incident that users know of: whether it has become worse in a way that they want to hear of. What has to wait
    is asked again by the next sweep's touch."""
    assert incident.told_at is not None
    if told.told_severity > incident.told_severity and (
        told.told_severity is Severity.CRITICAL or now >= incident.told_at + PAUSE
    ):
        return Step(replace(told, growths=incident.growths + 1), News.ROSE)
    grew = told.told_at_once >= (incident.told_at_once or incident.told) * GROWTH or told.share > incident.share
    if grew and now >= incident.told_at + PAUSE:
        return Step(replace(told, growths=incident.growths + 1), News.GREW)
    return Step(incident)


def _seconds(span: timedelta) -> int:
    return int(span.total_seconds()) + 1
