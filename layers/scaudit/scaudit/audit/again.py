"""When a task or an incident is looked at again, and when its log need not be."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from scaudit.audit.context import LAG, Edges
from scaudit.audit.outcomes import LeftoverJudged, Outcome, PutOff, TaskJudged, TooEarly, Unseen, UnstartedJudged
from scaudit.audit.recorder import Said
from scaudit.audit.wanted import END
from scaudit.checks.check import Verdict
from scaudit.collect.aws.logs import NO_LINE
from scaudit.collect.proxy_logs import PARTS
from scaudit.judge.proxy import BY_LOG
from scaudit.judge.second_look import next_look
from scaudit.model import Moot, Status, Unread
from scaudit.model.places import Place
from scaudit.model.seen import Seen
from scaudit.model.service_states import GONE, JUDGED, LogMark
from scaudit.proxylog import ProxyStart
from scaudit.queue.messages import TaskNudge, TaskNudges

Later = tuple[TaskNudge, int]
"""The next look at a task, and in how many seconds."""
MOST_LOOKS = 20
FEW_TOGETHER, MOST_TOGETHER = 100, 1000
"""Tasks that are looked at together: of one service, which few calls read, as many as the 45 seconds suffice for that a
look must have left to begin; of several services fewer. What was suspected is confirmed after all else was read: were
that to take all the time, it would never be."""
ARRIVES, LATE = timedelta(minutes=10), timedelta(hours=1)
"""So long after a task's end the last lines of its log may still be on their way. So long after its end its stream may
still be made, for then ECS may have forgotten it (AWS: DescribeTasks); and so long after its start a log does not
become longer at its beginning."""
KEPT = timedelta(days=1)
"""No log is kept for less (AWS: PutRetentionPolicy): the stream of a younger task was never there, or was deleted."""
SOON = 300
"""Seconds between two looks for a log that is to come: its cause is told no later than that after it came."""
_OF_START = BY_LOG - {"proxy_settings"}
_GRACE = 120
"""Seconds by which a delayed message may be late before its chain of looks counts as broken."""


def look_again(edges: Edges, outcome: Outcome, said: Said, logs: dict[tuple[Place, str], LogMark]) -> Iterator[Later]:
    """The next look that is to be sent for, at what is not settled yet, or the chain of looks ends; and put among
    `logs` one that was judged."""
    match outcome:
        case TaskJudged(nudge, seen):
            task, at = seen.task, seen.at
            unsettled = [v for v in said.verdicts if v.status is Status.PENDING or _may_answer(v)]
            named = replace(nudge, service=task.service, version=task.version, suspected=said.suspected)
            if unsettled:
                delay = next_look(unsettled, task.started_at, at)
                cause = any(map(_may_answer, unsettled)) and any(v.status is Status.FAIL for v in said.verdicts)
                yield from _later(edges, named, min(delay, LAG) if cause else delay)  # it may be told for another
            else:
                _end(edges, named, at)
                if mark := came_of_log(seen, said.verdicts):
                    logs[_place(named), task.id] = mark
        case UnstartedJudged(nudge, seen):
            task = seen.task
            named = replace(nudge, service=task.service, version=task.version)
            if any(map(_may_answer, said.verdicts)):
                yield from _later(edges, named, LAG)
            elif task.stopped_at and _may_arrive(seen, said.verdicts, task.stopped_at):
                yield from _later(edges, named, min(next_look((), task.stopped_at, seen.at), SOON))
            elif task.last_status == "STOPPED" and not (isinstance(seen.log, Unread) and seen.log.action):
                logs[_place(named), task.id + END] = JUDGED
        case LeftoverJudged(nudge, service, _, gone_since, at):
            unsettled = [v for v in said.verdicts if v.status is Status.PENDING or _may_answer(v)]
            named = replace(nudge, service=service.name, suspected=said.suspected)
            if unsettled:  # what is left and on record is kept in sight by the sweep
                yield from _later(edges, named, next_look(unsettled, gone_since, at))
            else:
                _end(edges, named, at)
        case TooEarly(nudge, seconds):
            yield from _later(edges, nudge, seconds)
        case PutOff(nudge):  # the same look, later: no chain of looks goes on by it
            yield nudge, 0
        case Unseen(nudge, unread) if unread.transient:
            yield from _later(edges, nudge, LAG)


def came_of_log(seen: Seen, verdicts: Sequence[Verdict]) -> LogMark | None:
    """What is to be remembered of a running task's log of which nothing new will come: all that rests on it came to
    pass or fail, or the task is an hour old and what is not there will not come. What no look ever passed stays
    unknown; what is not there may have expired only if it is older than any log that is kept. Of a proxy that is
    UNHEALTHY the end was read, and is again."""
    age = seen.at - seen.task.started_at if seen.task.started_at else timedelta(0)
    late, log = age > LATE, seen.log
    if seen.task.proxy_health == "UNHEALTHY":
        return None
    of_log = [v for v in verdicts if not BY_LOG.isdisjoint(v.check.inputs)]
    untold = tuple(sorted({v.check.id for v in of_log if v.status is Status.UNKNOWN}))
    if isinstance(log, Unread):
        if not (late and (_is_absent(log) or log.reason in PARTS)):
            return None
        return GONE if age > KEPT and _is_absent(log) else replace(JUDGED, untold=untold)
    if isinstance(log, Moot):
        return None
    told = {v.status for v in of_log if not _OF_START.isdisjoint(v.check.inputs)}
    if not told.isdisjoint((Status.UNKNOWN, Status.PENDING)) and not late:
        return None
    if told.isdisjoint((Status.PASS, Status.FAIL, Status.UNKNOWN)):
        return GONE if late and not log.dump_seen else None
    return replace(JUDGED, untold=untold)


def _is_absent(log: ProxyStart | Unread | Moot) -> bool:
    """Whether the stream of a log was not found, or has no line in the task's window."""
    return isinstance(log, Unread) and (log.code == "ResourceNotFoundException" or log.reason == NO_LINE)


def _may_arrive(seen: Seen, verdicts: Sequence[Verdict], stopped_at: datetime) -> bool:
    """Whether more may come of a stopped task's log, which would tell what is not known."""
    log = seen.log
    unclear = any(v.status is Status.UNKNOWN and "proxy_end" in v.check.inputs for v in verdicts)
    patience = LATE if _is_absent(log) else ARRIVES if unclear or isinstance(log, Unread) else timedelta(0)
    return seen.at < stopped_at + patience


def touch(edges: Edges, region: str, cluster: str, service: str, at: datetime) -> None:
    """Have notify look again at every incident of a service that is not at rest; a look may have got lost."""
    place = Place(region, cluster, service)
    for change in edges.ledger.restless(place):
        edges.ledger.touch(change, at)


def _may_answer(verdict: Verdict) -> bool:
    return any(unread.transient for unread in verdict.unread)


def _later(edges: Edges, nudge: TaskNudge, delay: int) -> Iterator[Later]:
    """Unless another chain of looks is at the task."""
    now = edges.clock()
    due = now + timedelta(seconds=delay + _GRACE)
    if nudge.look < MOST_LOOKS and edges.ledger.chain(_place(nudge), nudge.task, nudge.chain, due, now):
        yield replace(nudge, look=nudge.look + 1), delay


def send(edges: Edges, later: Iterable[Later]) -> None:
    """Send for looks, together for what is due together. It is the last act: what breaks before it brings the message
    back that these looks come from."""
    due: dict[tuple[str, int], list[TaskNudge]] = {}
    for nudge, delay in later:
        due.setdefault((nudge.cluster, delay), []).append(nudge)
    for (_, delay), nudges in due.items():
        for part in parts(nudges):
            edges.queue.send(TaskNudges(part) if len(part) > 1 else part[0], delay)


def parts(nudges: Sequence[TaskNudge]) -> Iterator[Sequence[TaskNudge]]:
    """As many at a time as one look takes on, those of a service together."""
    by_service: dict[str, list[TaskNudge]] = {}
    for nudge in nudges:
        by_service.setdefault(nudge.service, []).append(nudge)
    part: list[TaskNudge] = []
    for mine in by_service.values():
        if part and len(part) + len(mine) > FEW_TOGETHER:
            yield part
            part = []
        part += mine
        while len(part) > MOST_TOGETHER:
            yield part[:MOST_TOGETHER]
            part = part[MOST_TOGETHER:]
    if part:
        yield part


def _end(edges: Edges, nudge: TaskNudge, at: datetime) -> None:
    if nudge.look:
        edges.ledger.end_chain(_place(nudge), nudge.task, nudge.chain, at)


def _place(nudge: TaskNudge) -> Place:
    return Place(nudge.region, nudge.cluster, nudge.service)
