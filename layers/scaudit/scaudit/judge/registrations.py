"""What is registered, put to the checks about registrations."""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta

from scaudit.checks import ABOUT, BY_ID
from scaudit.checks.check import Verdict, run
from scaudit.checks.derived import Shared
from scaudit.checks.facts import Facts
from scaudit.judge.rules import Rules
from scaudit.model import Endpoint, Instance, Moot, Service, Unread
from scaudit.model.seen import Ghost

_LEAVES = timedelta(minutes=10)
"""So long before its end a task may begin to leave Cloud Map: it drains in between."""


def throttled(service: Service | Unread | None, since: datetime) -> datetime | None:
    """When the service last said, since then, that its operations on service discovery are throttled."""
    at = service.throttled_at if isinstance(service, Service) else None
    return at if at and at >= since else None


def shared(registered: Mapping[str, Instance], running: Collection[str]) -> dict[str, Shared | None]:
    """What each running task that is registered under one endpoint shares with others, by task id. A task that no
    longer runs may have left its registration to the next one on its port: that is SC206's."""
    holders: dict[str, list[str]] = {}
    for task_id in sorted(registered.keys() & set(running)):
        holders.setdefault(registered[task_id].where, []).append(task_id)
    return {
        task_id: Shared(where, tuple(other for other in ids if other != task_id)) if len(ids) > 1 else None
        for where, ids in holders.items()
        for task_id in ids
    }


def judge_instance(
    task_id: str,
    service: Service,
    endpoint: Endpoint,
    ghost: Ghost | Unread | Moot | None,
    gone_since: datetime | None,
    at: datetime,
    rules: Rules,
) -> list[Verdict]:
    """Every check about one registration. `gone_since` is when its task stopped; None if ECS no longer knows it, which
    is an hour after at the earliest (AWS: DescribeTasks), so that nothing is left to wait for."""
    began = gone_since or at - timedelta(hours=1)
    throttled_at = throttled(service, began - _LEAVES)
    facts = Facts(service=service, endpoint=endpoint, ghost=ghost, shared=None, throttled_at=throttled_at)
    return [
        run(check, facts, member=task_id, began=began, now=at, scale=rules.settle_scale) for check in ABOUT["instance"]
    ]


def judge_shared(
    service: Service,
    endpoint: Endpoint,
    registered: Mapping[str, Instance],
    running: Collection[str],
    at: datetime,
    rules: Rules,
) -> list[Verdict]:
    """SC207 for each running task of a service in bridge mode, from all that is registered under one endpoint."""
    return [
        run(
            BY_ID["SC207"],
            Facts(service=service, endpoint=endpoint, shared=found),
            member=task_id,
            began=None,
            now=at,
            scale=rules.settle_scale,
        )
        for task_id, found in shared(registered, running).items()
    ]
