"""The proxies' logs of tasks, read and understood."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from scaudit.collect.aws.logs import AWSLOGS, MOST_LOG_PAGES, Lines, proxy_lines
from scaudit.collect.aws.reads import Reads
from scaudit.model import Deployment, LogTarget, Moot, Service, Task, Unread
from scaudit.model.seen import Seen
from scaudit.proxylog import Outcome, ProxyStart, read_proxy_log

_CUT = (
    f"the proxy's log holds more than the {MOST_LOG_PAGES} pages that are read; its level may be debug, or it has a "
    "line for each request"
)


def with_logs(reads: Reads, region: str, seen: Sequence[Seen], at: datetime, whole: Collection[str] = ()) -> list[Seen]:
    """These tasks of one cluster with their proxies' logs, those of the `whole` ones, by id, up to now. A log that goes
    by intent to where scaudit does not read is nothing that could be read another time: SC106 tells it, once."""
    wanted: dict[str, tuple[Task, LogTarget]] = {}
    elsewhere: dict[str, Moot] = {}
    for one in seen:
        target = _target(one)
        if target and target.driver not in ("", AWSLOGS):
            elsewhere[one.task.id] = Moot(
                f"the proxy's log goes to {target.driver}, which scaudit does not read: see SC106"
            )
        elif target:
            wanted[one.task.id] = one.task, target
    lines: Mapping[str, Lines | Unread] = {}
    if wanted:
        lines = proxy_lines(reads, seen[0].task.cluster, region, wanted, at, whole)
    read: dict[str, ProxyStart | Unread | Moot] = {**elsewhere}
    read |= {task_id: found if isinstance(found, Unread) else _understood(found) for task_id, found in lines.items()}
    return [replace(one, log=read[one.task.id]) if one.task.id in read else one for one in seen]


def _understood(found: Lines) -> ProxyStart | Unread:
    """What a part of a log proves, counts; what it does not show may be in the rest."""
    log = read_proxy_log(found.lines)
    if not found.cut:
        return log
    if log.verdict not in (Outcome.DEGRADED, Outcome.EXITED):
        return Unread(_CUT)
    return replace(log, cut=_CUT, listeners=replace(log.listeners, missing=(), unexplained=()))


def _target(seen: Seen) -> LogTarget | None:
    """Where the task's own deployment sends the log; of a deployment that is no longer listed, where the present one
    does, which is the same place unless it was changed meanwhile: then the stream is not found, and nothing is said."""
    if isinstance(seen.deployment, Deployment):
        return seen.deployment.log
    primary = seen.service.primary if isinstance(seen.service, Service) else None
    return primary.log if primary else None
