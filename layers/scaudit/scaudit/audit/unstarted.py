"""Tasks that do not run: post-mortems of stopped ones, and those that are stuck before RUNNING."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime

from scaudit.audit.context import Context
from scaudit.audit.outcomes import UnstartedJudged
from scaudit.collect.proxies import with_logs
from scaudit.judge.tasks import judge_unstarted
from scaudit.model import Service, Task, Unread
from scaudit.model.seen import LOOKED_AT, Seen
from scaudit.queue.messages import TaskNudge

_NOT_READ = Unread("the task definition is not read for a task that does not run")


def wants_post_mortem(task: Task) -> bool:
    """Whether the proxy of a stopped task may have ended it: the task never started, or its proxy was unhealthy, has a
    reason, exited, or ended well in a task that a container's end stopped: with a spent restart budget it does (agent's
    source). One that stops for ordinary reasons (scale-in, deployment) is only checked for leaving."""
    broken = task.proxy_health == "UNHEALTHY" or task.proxy_reason or task.proxy_exit not in (None, 0)
    with_it = task.proxy_exit == 0 and task.stop_code == "EssentialContainerExited"
    return bool(task.proxy) and bool(task.started_at is None or broken or with_it)


def look_at_unstarted(
    context: Context,
    at: datetime,
    services: Callable[[Sequence[str]], Mapping[str, Service | Unread | None]],
    tasks: Mapping[str, tuple[TaskNudge, Task]],
) -> Iterator[UnstartedJudged]:
    """Judge tasks of one cluster that do not run, as they were described `at`."""
    wanted = context.wanted.post_mortems([task for _, task in tasks.values()])
    if not wanted:
        return
    described = services([task.service for task in wanted])
    seen = [
        Seen(
            task,
            service,
            _NOT_READ,
            at,
            log=service if isinstance(service, Unread) else LOOKED_AT,
            ended_alike=context.wanted.ended_alike(task, service),
        )
        for task in wanted
        if not isinstance(service := described[task.service], Service) or service.meshed
    ]
    for one in with_logs(context.reads, context.region, seen, at):
        yield UnstartedJudged(tasks[one.task.id][0], one, judge_unstarted(one, context.rules))
