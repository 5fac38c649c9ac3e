"""Every fact about a task's proxy, and why Service Connect kept a task from RUNNING."""

from typing import Any

from scaudit.checks.derived import StartFailure
from scaudit.judge.ecs_view import EcsView, ecs_view, still
from scaudit.judge.proxy_ends import TOLD_TO_STOP, proxy_end
from scaudit.judge.proxy_log import configuration, control_plane, listeners, proxy_log, proxy_settings, proxy_start
from scaudit.model import Deployment, Moot, Task, Unread
from scaudit.model.seen import LOOKED_AT, Seen
from scaudit.proxylog import Outcome, ProxyStart

BY_LOG = frozenset({"proxy_log", "proxy_start", "proxy_settings", "listeners", "control_plane", "configuration"})
"""The facts that are read out of the log of a task that runs."""


def facts_of_proxy(seen: Seen, scale: float) -> dict[str, Any]:
    """Every fact about the proxy, by its name in Facts. `scale` multiplies the time that a start is given."""
    view = ecs_view(seen, scale)
    return {
        "proxy_health": proxy_health(seen.task),
        "proxy_log": proxy_log(seen),
        "proxy_settings": proxy_settings(seen),
        "proxy_start": proxy_start(seen, view),
        "listeners": listeners(seen, view),
        "control_plane": control_plane(seen, view),
        "configuration": configuration(seen, view),
        "failure": start_failure(seen, view),
        "proxy_end": proxy_end(seen),
    }


def proxy_health(task: Task) -> str | Unread | Moot:
    """HEALTHY or UNHEALTHY, as DescribeTasks says of the proxy container; of a task that stopped it counts only that
    this is why."""
    if task.started_at is None:
        return Moot("the task never reached RUNNING: see SC209")
    if task.last_status == "STOPPED" and not task.stopped_for_its_health:
        return Moot(f"the task is {task.last_status}")
    if task.proxy_health in ("HEALTHY", "UNHEALTHY"):
        return task.proxy_health
    return Unread(f"ECS says {task.proxy_health or 'nothing'} of the proxy's health")


def start_failure(seen: Seen, view: EcsView) -> StartFailure | Unread | Moot | None:
    """Why Service Connect kept a task from RUNNING; None when it got there, Moot when something else is the cause.
    While the log may still be read, the cause that it would name is not known. A log group that the driver makes
    (awslogs-create-group) is made when the proxy starts: that it is missing is no cause."""
    task, log = seen.task, seen.log
    if task.started_at is not None:
        return None
    stuck = task.last_status != "STOPPED"
    if task.registration_reason:
        return StartFailure(f"registration: {task.registration_reason}", stuck)
    if task.proxy_reason:
        return StartFailure(f"its proxy: {task.proxy_reason}", stuck)
    broken = (Outcome.EXITED, Outcome.NOT_READY) if view is EcsView.ILL else (Outcome.EXITED,)
    if isinstance(log, ProxyStart) and log.verdict in broken:
        return StartFailure(f"its proxy: {log.why}", stuck)
    no_group = isinstance(log, Unread) and log.code == "ResourceNotFoundException" and "log group" in log.reason
    if no_group and not _makes_group(seen) and (_names_group(task) or not task.called_off):
        return StartFailure("the log group of its proxy does not exist", stuck)
    if isinstance(log, Unread) and log.transient:
        return log
    if task.proxy_health == "UNHEALTHY":
        return StartFailure(f"its proxy is UNHEALTHY{_seen_of_it(log)}", stuck)
    if task.proxy_exit not in TOLD_TO_STOP and not task.called_off:
        return StartFailure(f"its proxy exited with {task.proxy_exit}", stuck)
    if stuck and view is EcsView.UNSURE and isinstance(log, ProxyStart):
        return Unread(f"{log.why} {still(view)}")
    if not (isinstance(log, ProxyStart) or log is LOOKED_AT or task.called_off):
        return Unread(f"whether its proxy kept the task from RUNNING cannot be told: {log.reason}")
    return Moot(f"Service Connect is not the cause: {'; '.join(task.reasons) or 'ECS gives no reason'}")


def _seen_of_it(log: ProxyStart | Unread | Moot) -> str:
    """What the log shows of a proxy that is not well, though its last Envoy started."""
    if not isinstance(log, ProxyStart):
        return ""
    degraded = log.why.rstrip(".") if log.verdict is Outcome.DEGRADED else ""
    told = "; ".join(filter(None, (log.ended, degraded)))
    return f": {told}" if told else ""


def _names_group(task: Task) -> bool:
    """Whether ECS itself says that a log group is missing (AWS: stopped task error messages,
    ResourceInitializationError)."""
    return any("log group does not exist" in reason for reason in task.reasons)


def _makes_group(seen: Seen) -> bool:
    return isinstance(seen.deployment, Deployment) and seen.deployment.log.makes_group
