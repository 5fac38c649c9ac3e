"""Deployments that shift traffic between two sets of tasks, and what is said meanwhile of either set (J9)."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from scaudit.model import Service
from scaudit.model.seen import Seen, ServiceSeen
from tests.builders import DEPLOYMENT, HEALTHY, SERVICE, TASK, WEB, with_instance, with_registration
from tests.checks.worlds.rows import Row, ago, of_service, of_task

DAY = 24 * 60


def shifting(strategy: str = "BLUE_GREEN", since: datetime = TASK.created_at, **second: Any) -> Service:
    """The service while traffic shifts to its PRIMARY deployment from a second one. ECS tells no rolloutState."""
    begun = replace(DEPLOYMENT, created_at=since)
    blue = replace(DEPLOYMENT, **{"id": "ecs-svc/1", "primary": False, "created_at": since, **second})
    return replace(SERVICE, strategy=strategy, deployments=(begun, blue))


def of_blue(seen: Seen) -> Seen:
    """This task as one of the set that is not PRIMARY while traffic shifts."""
    green, blue = replace(DEPLOYMENT, id="ecs-svc/2"), replace(DEPLOYMENT, primary=False)
    return replace(seen, service=replace(SERVICE, strategy="CANARY", deployments=(green, blue)))


def stalled(minutes: float, strategy: str = "LINEAR", **second: Any) -> ServiceSeen:
    """The service, audited so many minutes after its shift began."""
    return replace(WEB, service=shifting(strategy, ago(minutes), **second), neighbours=())


UNREGISTERED = with_registration(None)

FAILING = [
    Row(
        "no task of the PRIMARY set is registered", of_task(replace(UNREGISTERED, service=shifting())), {"SC201 nginx"}
    ),
    Row("nor one of the second set", of_task(of_blue(UNREGISTERED)), {"SC201 nginx"}),
    Row("a wrong address in the second set", of_task(of_blue(with_instance(address="10.0.0.1"))), {"SC202 nginx"}),
    Row("a wrong port in the second set", of_task(of_blue(with_instance(port="9999"))), {"SC203 nginx"}),
    Row(
        "another zone while traffic shifts",
        of_task(replace(with_instance(zone="x"), service=shifting())),
        {"SC205 nginx"},
    ),
    *(
        Row(f"a {strategy} deployment has not moved for a day", of_service(stalled(DAY + 1, strategy)), {"SC210"})
        for strategy in ("BLUE_GREEN", "LINEAR", "CANARY")
    ),
    Row(
        "a deployment with two sets of tasks, of which ECS tells the state",
        of_service(replace(stalled(DAY + 1), service=replace(shifting(since=ago(DAY + 1), in_progress=True)))),
        {"SC210"},
    ),
]

HEALTHY_ALL_THE_SAME = [
    Row("two sets of tasks, each registered", of_task(of_blue(HEALTHY))),
    Row("another deployment's registration while traffic shifts", of_task(of_blue(with_instance(deployment="-")))),
    Row("a shift that began a day ago", of_service(stalled(DAY))),
    Row("a shift that moved within the day", of_service(stalled(2 * DAY, updated_at=ago(DAY)))),
    Row("a set of tasks that is no longer needed", of_service(stalled(2 * DAY, idle=True))),
    Row("a rolling update that stands for a day", of_service(stalled(2 * DAY, "ROLLING"))),
]
