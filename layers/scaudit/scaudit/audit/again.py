"""When a task or an incident is looked at again, and when its log need not be."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from scaudit.audit.context import LAG, Edges
from scaudit.audit.outcomes import LeftoverJudged, Outcome, TaskJudged, TooEarly, Unseen, UnstartedJudged
from scaudit.audit.recorder import Said
from scaudit.audit.wanted import END
from scaudit.checks.check import Verdict
from scaudit.collect.aws.logs import NO_LINE
from scaudit.judge.second_look import next_look
from scaudit.model import Status, Unread
from scaudit.model.places import Place
from scaudit.model.seen import Seen
from scaudit.proxylog import ProxyStart
from scaudit.queue.messages import TaskNudge

MOST_LOOKS = 20
ARRIVES, LATE = timedelta(minutes=10), timedelta(hours=1)
"""So long after a task's end the last lines of its log may still be on their way. So long after its end its stream may
still be made, for then ECS may have forgotten it (AWS: DescribeTasks); and so long after its start a log does not
become longer at its beginning."""
SOON = 300
"""Seconds between two looks for a log that is to come: its cause is told no later than that after it came."""
_GRACE = 120
"""Seconds by which a delayed message may be late before its chain of looks counts as broken."""


def look_again(edges: Edges, outcome: Outcome, said: Said) -> None:
    """Send for the next look at what is not settled yet, or end the chain of looks; and mark a log that was judged."""
    match outcome:
        case TaskJudged(nudge, seen):
            task, at = seen.task, seen.at
            unsettled = [v for v in said.verdicts if v.status is Status.PENDING or _may_answer(v)]
            named = replace(nudge, service=task.service, version=task.version, suspected=said.suspected)
            if unsettled:
                _send(edges, named, next_look(unsettled, task.started_at, at))
            else:
                _end(edges, named, at)
                if log_is_done(seen, said.verdicts):
                    edges.ledger.log_read(_place(named), task.id, at)
        case UnstartedJudged(nudge, seen):
            task = seen.task
            named = replace(nudge, service=task.service, version=task.version)
            if any(map(_may_answer, said.verdicts)):
                _send(edges, named, LAG)
            elif task.stopped_at and _may_arrive(seen, said.verdicts, task.stopped_at):
                _send(edges, named, min(next_look((), task.stopped_at, seen.at), SOON))
            elif task.last_status == "STOPPED" and not (isinstance(seen.log, Unread) and seen.log.action):
                edges.ledger.log_read(_place(named), task.id + END, seen.at)
        case LeftoverJudged(nudge, service, _, gone_since, at):
            unsettled = [v for v in said.verdicts if v.status in (Status.PENDING, Status.FAIL) or _may_answer(v)]
            named = replace(nudge, service=service.name, suspected=said.suspected)
            if unsettled:  # kept in sight while any of it is left
                _send(edges, named, next_look(unsettled, gone_since, at))
            else:
                _end(edges, named, at)
        case TooEarly(nudge, seconds):
            _send(edges, nudge, seconds)
        case Unseen(nudge, unread) if unread.transient:
            _send(edges, nudge, LAG)


def log_is_done(seen: Seen, verdicts: Sequence[Verdict]) -> bool:
    """Whether nothing new will come of a running task's log: all that rests on it came to pass or fail, or the task is
    an hour old and what is not there will not come, be it that the stream is no longer kept."""
    old = seen.task.started_at is not None and seen.at > seen.task.started_at + LATE
    if isinstance(seen.log, Unread):
        return old and seen.log.code == "ResourceNotFoundException"
    told = {v.status for v in verdicts if "proxy_start" in v.check.inputs or "control_plane" in v.check.inputs}
    complete = not told.isdisjoint((Status.PASS, Status.FAIL)) and told.isdisjoint((Status.UNKNOWN, Status.PENDING))
    return isinstance(seen.log, ProxyStart) and (complete or old)


def _may_arrive(seen: Seen, verdicts: Sequence[Verdict], stopped_at: datetime) -> bool:
    """Whether more may come of a stopped task's log, which would tell what is not known."""
    log = seen.log
    absent = isinstance(log, Unread) and (log.code == "ResourceNotFoundException" or log.reason == NO_LINE)
    unclear = any(v.status is Status.UNKNOWN and "proxy_end" in v.check.inputs for v in verdicts)
    patience = LATE if absent else ARRIVES if unclear or isinstance(log, Unread) else timedelta(0)
    return seen.at < stopped_at + patience


def touch(edges: Edges, region: str, cluster: str, service: str, at: datetime) -> None:
    """Have notify look again at every incident of a service that is not at rest; a look may have got lost."""
    place = Place(region, cluster, service)
    for change in edges.ledger.restless(place):
        edges.ledger.touch(change, at)


def _may_answer(verdict: Verdict) -> bool:
    return any(unread.transient for unread in verdict.unread)


def _send(edges: Edges, nudge: TaskNudge, delay: int) -> None:
    """Unless another chain of looks is at the task. The send comes last: what breaks before it brings this message
    back."""
    now = edges.clock()
    due = now + timedelta(seconds=delay + _GRACE)
    if nudge.look < MOST_LOOKS and edges.ledger.chain(_place(nudge), nudge.task, nudge.chain, due, now):
        edges.queue.send(replace(nudge, look=nudge.look + 1), delay)


def _end(edges: Edges, nudge: TaskNudge, at: datetime) -> None:
    if nudge.look:
        edges.ledger.end_chain(_place(nudge), nudge.task, nudge.chain, at)


def _place(nudge: TaskNudge) -> Place:
    return Place(nudge.region, nudge.cluster, nudge.service)
