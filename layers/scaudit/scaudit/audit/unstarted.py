"""Tasks that do not run: post-mortems of stopped ones, and those that are stuck before RUNNING."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime

from scaudit.audit.recorder import Findings
from scaudit.collect.aws.reads import Reads
from scaudit.collect.proxies import with_logs
from scaudit.judge.tasks import judge_unstarted
from scaudit.model import Service, Task, Unread
from scaudit.model.seen import LOOKED_AT, Seen
from scaudit.queue.messages import TaskNudge

_NOT_READ = Unread("the task definition is not read for a task that does not run")


def wants_post_mortem(task: Task) -> bool:
    """Whether a stopped task may tell why: it never started, or its proxy exited or was unhealthy. One that stops for
    ordinary reasons (scale-in, deployment) is only checked for leaving."""
    broken = task.proxy_health == "UNHEALTHY" or task.proxy_exit not in (None, 0)
    return bool(task.proxy) and (task.started_at is None or broken)


def audit_unstarted(
    reads: Reads,
    findings: Findings,
    at: datetime,
    region: str,
    tasks: Sequence[Task],
    services: Callable[[Iterable[str]], Mapping[str, Service | Unread | None]],
    nudges: Mapping[str, TaskNudge],
) -> None:
    """Judge tasks of one cluster that do not run, each stopped one once."""
    fresh = findings.standing.without_post_mortem(tasks)
    if not fresh:
        return
    described = services(task.service for task in fresh)
    seen = [
        Seen(task, service, _NOT_READ, at, log=service if isinstance(service, Unread) else LOOKED_AT)
        for task in fresh
        if not isinstance(service := described[task.service], Service) or service.meshed
    ]
    for one in with_logs(reads, region, seen, at):
        findings.about_unstarted(one, judge_unstarted(one), nudges[one.task.id])
