"""What ECS says of a proxy, against which an absent line in its log is weighed."""

from datetime import timedelta
from enum import StrEnum

from scaudit.model.seen import Seen
from scaudit.proxylog import ProxyStart

PATIENCE = timedelta(minutes=3)
"""From the first line of its log, which is when a proxy begins: its task may have waited for capacity before."""


class EcsView(StrEnum):
    """What ECS says of the proxy: only an ill one makes an absent line mean something."""

    WELL = "well"
    ILL = "ill"
    UNSURE = "unsure"


def ecs_view(seen: Seen, scale: float) -> EcsView:
    """ECS agrees that something is wrong when the proxy is UNHEALTHY or the task never started, unless it was called
    off or its proxy has only begun: application containers wait for a healthy one (AWS: ECS agent, ordering)."""
    task, log = seen.task, seen.log
    if task.proxy_health == "UNHEALTHY":
        return EcsView.ILL
    if task.started_at is None and not task.called_off:
        began = log.first_at if isinstance(log, ProxyStart) and task.last_status != "STOPPED" else None
        return EcsView.UNSURE if began and seen.at - began < PATIENCE * scale else EcsView.ILL
    return EcsView.WELL if task.proxy_health == "HEALTHY" else EcsView.UNSURE


def still(view: EcsView) -> str:
    """Why an absent line means nothing."""
    if view is EcsView.WELL:
        return "ECS calls the proxy HEALTHY, so that lines may be lost"
    return "ECS does not call the proxy unhealthy; it may still start"
