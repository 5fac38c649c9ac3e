"""The tasks of a look with their proxies' logs."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime

from scaudit.collect.aws.logs import AWSLOGS
from scaudit.collect.aws.reads import Reads
from scaudit.collect.proxy_logs import proxy_logs
from scaudit.model import Deployment, LogTarget, Moot, Service, Task, Unread
from scaudit.model.seen import Seen
from scaudit.proxylog import ProxyStart


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
    read: dict[str, ProxyStart | Unread | Moot] = {**elsewhere}
    if wanted:
        read |= proxy_logs(reads, seen[0].task.cluster, region, wanted, at, whole)
    return [replace(one, log=read[one.task.id]) if one.task.id in read else one for one in seen]


def _target(seen: Seen) -> LogTarget | None:
    """Where the task's own deployment sends the log; of a deployment that is no longer listed, where the present one
    does, which is the same place unless it was changed meanwhile: then the stream is not found, and nothing is said."""
    if isinstance(seen.deployment, Deployment):
        return seen.deployment.log
    primary = seen.service.primary if isinstance(seen.service, Service) else None
    return primary.log if primary else None
