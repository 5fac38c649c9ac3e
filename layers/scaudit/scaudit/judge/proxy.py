"""What may be concluded about a proxy: its log beside what ECS says of it. Absence in a log alone proves nothing."""

from enum import StrEnum

from scaudit.checks.facts import StartFailure
from scaudit.model import Moot, Task, Unread
from scaudit.proxylog import ControlPlane, Outcome, ProxyStart


class EcsView(StrEnum):
    """What ECS says of the proxy: only an ill one makes an absent line mean something."""

    WELL = "well"
    ILL = "ill"
    UNSURE = "unsure"


def ecs_view(task: Task) -> EcsView:
    """ECS agrees that something is wrong when the proxy is UNHEALTHY or the task never started, unless it was called
    off: application containers wait for a healthy proxy (AWS: ECS agent, container ordering)."""
    if task.proxy_health == "UNHEALTHY" or (task.started_at is None and not task.called_off):
        return EcsView.ILL
    return EcsView.WELL if task.proxy_health == "HEALTHY" else EcsView.UNSURE


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


def proxy_start(log: ProxyStart | Unread | Moot, task: Task) -> ProxyStart | Unread | Moot:
    """The log as far as it tells how the start went."""
    if not isinstance(log, ProxyStart):
        return log
    if not log.dump_seen:
        return Moot("start-up lines no longer kept")
    if log.verdict is Outcome.UNKNOWN:
        return Unread(log.why)
    if not log.ready and log.verdict is not Outcome.EXITED and ecs_view(task) is not EcsView.ILL:
        return Unread(f"{log.why}; ECS does not call the proxy unhealthy, and lines may be lost")
    return log


def control_plane(log: ProxyStart | Unread | Moot, task: Task) -> ControlPlane | Unread | Moot:
    """What the proxy had from its control plane, as far as the log or ECS makes it certain."""
    if not isinstance(log, ProxyStart):
        return log
    control = log.control_plane
    if (control.clusters_answered and control.listeners_answered) or control.refused or control.timeouts:
        return control
    if not log.dump_seen:
        return Moot("start-up lines no longer kept")
    if log.verdict is Outcome.UNKNOWN:
        return Unread(log.why)
    if ecs_view(task) is EcsView.ILL:
        return control
    return Unread("the log shows no answer of the control plane; ECS does not call the proxy unhealthy")


def start_failure(
    task: Task, log: ProxyStart | Unread | Moot, *, makes_group: bool
) -> StartFailure | Unread | Moot | None:
    """Why Service Connect kept a task from RUNNING; None when it got there, Moot when something else is the cause.
    While the log may still be read, the cause that it would name is not known. A log group that the driver
    `makes_group` (awslogs-create-group) is made when the proxy starts: that it is missing is no cause."""
    if task.started_at is not None:
        return None
    stuck = task.last_status != "STOPPED"
    if task.registration_reason:
        return StartFailure(f"registration: {task.registration_reason}", stuck)
    if task.proxy_reason:
        return StartFailure(f"its proxy: {task.proxy_reason}", stuck)
    broken = (Outcome.EXITED,) if task.called_off else (Outcome.EXITED, Outcome.NOT_READY)
    if isinstance(log, ProxyStart) and log.verdict in broken:
        return StartFailure(f"its proxy: {log.why}", stuck)
    no_group = isinstance(log, Unread) and log.code == "ResourceNotFoundException" and "log group" in log.reason
    if no_group and not (task.called_off or makes_group):
        return StartFailure("the log group of its proxy does not exist", stuck)
    if isinstance(log, Unread) and log.transient:
        return log
    if task.proxy_health == "UNHEALTHY":
        return StartFailure("its proxy is UNHEALTHY", stuck)
    return Moot(f"Service Connect is not the cause: {'; '.join(task.reasons) or 'ECS gives no reason'}")
