"""Whether its proxy ended a task that ran. DescribeTasks does not tell in which order containers ended, so that the end
of the proxy's log must tell it where neither a reason nor an exit code does."""

from scaudit.model import Moot, Unread
from scaudit.model.proxies import ProxyEnd
from scaudit.model.seen import Seen
from scaudit.proxylog import Outcome, ProxyStart

_BY_CONTAINERS = "EssentialContainerExited"
TOLD_TO_STOP = (None, 0, 137, 143)
"""How a proxy ends that was told to stop: it drains and exits with 0, or is killed (SIGTERM 143, SIGKILL 137)."""


def proxy_end(seen: Seen) -> ProxyEnd | Unread | Moot | None:
    """How the proxy ended the task; None where it runs, or something else ended it. Whoever calls it with the log of a
    stopped task has read that log up to its end."""
    task, log = seen.task, seen.log
    if task.started_at is None:
        return Moot("the task never reached RUNNING: see SC209")
    if task.last_status != "STOPPED":
        return None
    end = ProxyEnd(task.proxy_reason, task.proxy_exit, task.proxy_health, _last_words(log), seen.ended_alike)
    if end.told or task.stopped_for_its_health:
        return end
    if task.stop_code != _BY_CONTAINERS:
        return None  # from outside, or for a reason that is not known: neither convicts the proxy
    if task.proxy_reason or task.proxy_exit not in TOLD_TO_STOP:
        return end
    if isinstance(log, ProxyStart) and _was_stopped(log):
        return None
    why = log.why if isinstance(log, ProxyStart) else log.reason
    return Unread(f"an essential container ended the task; whether it was the proxy cannot be told: {why}")


def _was_stopped(log: ProxyStart) -> bool:
    """Whether it was told to stop, well or not, and had not given up before."""
    return log.verdict is Outcome.STOPPED or (log.verdict is Outcome.DEGRADED and log.stop_line is not None)


def _last_words(log: ProxyStart | Unread | Moot) -> str:
    """What the log says of an end that came before the agent was told to stop."""
    return log.why if isinstance(log, ProxyStart) and log.verdict is Outcome.EXITED else ""
