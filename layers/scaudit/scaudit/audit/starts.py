"""What records say of how long something took: a task's start, as far as one look tells; a deployment, as ECS does."""

from datetime import datetime, timedelta
from math import ceil, floor
from typing import Any

from scaudit.model import Deployment, Instance
from scaudit.model.seen import Seen
from scaudit.proxylog import Outcome, ProxyStart
from scaudit.queue.messages import DeploymentEvent
from scaudit.record import head

WATCHED = timedelta(hours=1)
"""So long after it was RUNNING a look still tells of a task's start: no bound that comes later is of any use."""
Seconds = dict[str, float | None]


def deployment_record(told: DeploymentEvent, at: datetime) -> dict[str, Any]:
    """What ECS told of a deployment, which came to verify `at` this moment."""
    return {
        **head("deployment", told.region, at),
        "ecs_cluster": told.cluster,
        "ecs_service": told.service,
        "deployment": told.deployment,
        "event": told.event,
        "event_at": told.at,
        "reason": told.reason,
    }


def start_times(seen: Seen, now: datetime) -> Seconds:
    """What a look that ends `now` tells, in seconds; nothing of a start that is long past.

    `running_after` is from the task's creation until it was RUNNING, by ECS; None for one that was not. Cloud Map tells
    no time of a registration (AWS: GetInstance, ListInstances), so that there are bounds only, from the same moment: it
    was registered under every endpoint by the end of the look (`registered_by`, rounded up), or was not at its
    beginning (`unregistered_at`, rounded down). `ready_after` is from the first line of its proxy's log until Envoy
    started its workers, by that log; None where it was read and shows no such line.
    """
    created, started = seen.task.created_at, seen.task.started_at
    if started and (started < created or seen.at - started > WATCHED):
        return {}
    running = (started - created).total_seconds() if started else None
    return {
        "running_after": None if running is None else round(running, 1),
        **_registered(seen, running or 0.0, now),
        **_ready(seen.log),
    }


def _registered(seen: Seen, running: float, now: datetime) -> Seconds:
    """It was RUNNING when it was looked at, by ECS's clock: if ours is behind, the bound is not."""
    if not isinstance(seen.deployment, Deployment) or not seen.deployment.endpoints:
        return {}
    found = [seen.registrations.get(endpoint.name, ...) for endpoint in seen.deployment.endpoints]
    if all(isinstance(each, Instance) for each in found):
        return {"registered_by": ceil(max((now - seen.task.created_at).total_seconds(), running))}
    age = floor((seen.at - seen.task.created_at).total_seconds())
    return {"unregistered_at": age} if None in found and age > 0 else {}


def _ready(log: object) -> Seconds:
    """Not of a part of a log, nor of one in which lines of two are mixed."""
    if not isinstance(log, ProxyStart) or not log.dump_seen or log.cut or log.verdict is Outcome.UNKNOWN:
        return {}
    if log.ready_at is None:
        return {} if log.ready or log.ready_lines else {"ready_after": None}
    return {} if log.seconds_to_ready is None else {"ready_after": round(log.seconds_to_ready, 1)}
