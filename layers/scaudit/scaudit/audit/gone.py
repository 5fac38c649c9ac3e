"""What tasks that are gone left in Cloud Map."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from math import ceil

from scaudit.audit.context import Context
from scaudit.audit.outcomes import LeftoverJudged, TooEarly
from scaudit.checks import BY_ID
from scaudit.collect.gone import leftovers
from scaudit.judge.registrations import judge_instance
from scaudit.model import Instance, Service, Task, Unread
from scaudit.queue.messages import TaskNudge

Gone = tuple[TaskNudge, Task | None]
"""A task that ECS stopped or has forgotten (None), or one that runs for another service than the nudge names."""


def look_at_leftovers(
    context: Context,
    services: Callable[[Sequence[str]], Mapping[str, Service | Unread | None]],
    registered: Callable[[str], Mapping[str, Mapping[str, Instance]]],
    gone: Sequence[Gone],
) -> Iterator[LeftoverJudged | TooEarly]:
    """Look at what these tasks left, once it has had its time to go. What was `registered` for a service by endpoint
    and task id when it was read as a whole is read again only where a first look is believed: what was not told yet
    waits for a second look anyway, and what was told goes on."""
    at = context.clock()
    due: dict[str, list[Gone]] = {}
    for nudge, task in gone:
        service = nudge.service or (task.service if task else "")
        if not service:
            continue
        wait = _settling(task, at, context.rules.settle_scale)
        if task and wait > 0 and not context.wanted.at_once:
            yield TooEarly(replace(nudge, service=service, version=task.version), wait)
        else:
            due.setdefault(service, []).append((nudge, task))
    described = services(list(due)) if due else {}
    for name, left in due.items():
        found = described[name]
        if isinstance(found, Service) and found.meshed:
            seen = {} if context.wanted.at_once else registered(name)
            yield from _judged(context, found, left, seen, at)


def _judged(
    context: Context,
    service: Service,
    gone: Sequence[Gone],
    seen: Mapping[str, Mapping[str, Instance]],
    at: datetime,
) -> Iterator[LeftoverJudged]:
    left = leftovers(context.reads, service, {nudge.task: task for nudge, task in gone}, seen)
    for nudge, task in gone:
        since = task.ended_at if task else None
        verdicts = [
            verdict
            for endpoint in service.endpoints
            for verdict in judge_instance(
                nudge.task, service, endpoint, left[endpoint.name, nudge.task], since, at, context.rules
            )
        ]
        yield LeftoverJudged(nudge, service, verdicts, since, at)


def _settling(task: Task | None, at: datetime, scale: float) -> int:
    """Seconds until a registration that is left of the task means something."""
    if task is None or task.ended_at is None:
        return 0
    return ceil(BY_ID["SC206"].settles * scale - (at - task.ended_at).total_seconds())
