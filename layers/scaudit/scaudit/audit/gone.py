"""What is gone: tasks that stopped and what they left in Cloud Map, and subjects that can no longer fail."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from math import ceil

from scaudit.audit.recorder import Findings
from scaudit.checks import BY_ID
from scaudit.collect.aws.reads import Reads
from scaudit.collect.gone import leftovers
from scaudit.judge.registrations import judge_instance
from scaudit.judge.rules import Rules
from scaudit.model import Service, Task, Unread
from scaudit.queue.messages import TaskNudge


def audit_gone(
    reads: Reads,
    findings: Findings,
    at: datetime,
    rules: Rules,
    gone: Mapping[str, Task | None],
    services: Callable[[Iterable[str]], Mapping[str, Service | Unread | None]],
    nudges: Mapping[str, TaskNudge],
) -> None:
    """Look at what these tasks left in Cloud Map, once it has had its time to go. None is a task ECS has forgotten; one
    that runs is another service's."""
    due: dict[str, dict[str, Task | None]] = {}
    for id, task in gone.items():
        service = nudges[id].service or (task.service if task else "")
        if not service or (task and task.last_status == "STOPPED" and not task.proxy):
            continue
        wait = _settling(task, at, rules.settle_scale)
        if task and wait > 0:
            findings.look_again(replace(nudges[id], service=service, version=task.version), wait)
        else:
            due.setdefault(service, {})[id] = task
    described = services(due) if due else {}
    for name, tasks in due.items():
        found = described[name]
        if isinstance(found, Service) and found.meshed:
            _judge(reads, findings, at, rules, found, tasks, nudges)


def _judge(
    reads: Reads,
    findings: Findings,
    at: datetime,
    rules: Rules,
    service: Service,
    tasks: Mapping[str, Task | None],
    nudges: Mapping[str, TaskNudge],
) -> None:
    left = leftovers(reads, service, tasks)
    for id, task in tasks.items():
        since = task.stopped_at if task else None
        verdicts = [
            verdict
            for endpoint in service.endpoints
            for verdict in judge_instance(id, service, endpoint, left[endpoint.name, id], since, at, rules)
        ]
        findings.about_instance(service, id, verdicts, since, nudges[id], at)


def _settling(task: Task | None, at: datetime, scale: float) -> int:
    """Seconds until a registration that is left of the task means something."""
    if task is None or task.stopped_at is None:
        return 0
    return ceil(BY_ID["SC206"].settles * scale - (at - task.stopped_at).total_seconds())
