"""What one look saw, put to the checks: facts in, verdicts out."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from scaudit.check import Verdict, run
from scaudit.checks import BY_ID, CATALOGUE
from scaudit.facts import Facts, Ghost, expected_port, own_address, own_deployment, shared
from scaudit.model import (
    Deployment,
    Endpoint,
    Instance,
    Moot,
    Neighbour,
    Service,
    Severity,
    Status,
    Task,
    TaskDefinition,
    Unread,
)
from scaudit.proxy_facts import control_plane, proxy_health, proxy_start, start_failure
from scaudit.proxylog import ProxyStart
from scaudit.service_facts import ServiceSeen, service_worlds

LOOKED_AT = Moot("the proxy's start-up log was judged when the task started")
OUTLIVED = timedelta(hours=1)
"""Since its deployment was replaced; longer than any task takes to drain and stop."""
Registration = Instance | Unread | None
_OF_NEIGHBOURS = {"neighbours", "collisions", "calls"}
ABOUT = {about: [c for c in CATALOGUE if c.about == about] for about in ("task", "instance")}


@dataclass(frozen=True, slots=True)
class Seen:
    """One running task as one look saw it; `at` is when its reads began. `service` is None when ECS has none.

    `registrations` maps the name of an endpoint to the task's instance under it, `log` is its proxy's.
    """

    task: Task
    service: Service | Unread | None
    task_definition: TaskDefinition | Unread
    at: datetime
    registrations: Mapping[str, Registration] = field(default_factory=dict)
    log: ProxyStart | Unread | Moot = LOOKED_AT

    @property
    def deployment(self) -> Deployment | Unread | Moot:
        if self.service is None:
            return Moot("service deleted")
        return own_deployment(self.service, self.task.deployment_id)


@dataclass(frozen=True, slots=True)
class Rules:
    """How a deployment of scaudit wants its checks run; `second_look` and `start_deadline` are in seconds."""

    settle_scale: float = 1.0
    second_look: int = 60
    start_deadline: int = 900


def judge_task(seen: Seen, rules: Rules) -> list[Verdict]:
    """Every check about a task; one that names the endpoint is asked once for each of them."""
    worlds = _worlds(seen)
    return [
        run(check, facts, member=seen.task.id, began=seen.task.started_at, now=seen.at, scale=rules.settle_scale)
        for check in ABOUT["task"]
        for facts in (worlds if "endpoint" in check.inputs else worlds[:1])
    ]


def judge_unstarted(seen: Seen) -> list[Verdict]:
    """What the log and ECS say of a task that does not run: it was stopped, or is stuck before RUNNING past its
    deadline. Nothing of it has still to settle."""
    task, idle = seen.task, Moot(f"the task is {seen.task.last_status}")
    facts = Facts(
        task=idle,
        service=seen.service or Unread("service deleted"),
        deployment=idle,
        task_definition=idle,
        address=idle,
        endpoint=idle,
        expected_port=idle,
        instance=idle,
        replaced_since=None,
        proxy_health=idle,
        proxy_log=seen.log,
        proxy_start=proxy_start(seen.log, task),
        control_plane=control_plane(seen.log, task),
        failure=start_failure(task, seen.log),
    )
    return [run(check, facts, member=task.id, began=task.created_at, now=seen.at, scale=0) for check in ABOUT["task"]]


def judge_service(known: ServiceSeen, look: str, at: datetime, rules: Rules) -> list[Verdict]:
    """The checks about a service and its endpoints that belong to this look: `look` has the letters of `Check.where`
    that it covers ("T" a task's event, "S" an audit of the service, "SW" one that knows the whole namespace)."""
    worlds = service_worlds(known)
    began = worlds[0].deployment.created_at if isinstance(worlds[0].deployment, Deployment) else None
    return [
        run(check, facts, member="-", began=began, now=at, scale=rules.settle_scale)
        for check in CATALOGUE
        if check.about in ("service", "endpoint") and not set(look).isdisjoint(check.where)
        for facts in (worlds if "endpoint" in check.inputs else worlds[:1])
    ]


def suspects(known: ServiceSeen, at: datetime, rules: Rules) -> list[Neighbour]:
    """The neighbours without whom a check of the whole namespace would not fail, where that is worth more than a
    note."""

    def fails(neighbours: tuple[Neighbour, ...]) -> bool:
        verdicts = judge_service(replace(known, neighbours=neighbours), "SW", at, rules)
        about_others = [v for v in verdicts if not _OF_NEIGHBOURS.isdisjoint(v.check.inputs)]
        return any(v.status is Status.FAIL and v.severity > Severity.INFO for v in about_others)

    if isinstance(known.neighbours, Unread) or not fails(known.neighbours):
        return []
    return [neighbour for neighbour in known.neighbours if fails((neighbour,))]


def judge_instance(
    id: str,
    service: Service,
    endpoint: Endpoint,
    ghost: Ghost | Unread | Moot | None,
    gone_since: datetime | None,
    at: datetime,
    rules: Rules,
) -> list[Verdict]:
    """Every check about one registration. `gone_since` is when its task stopped; None if ECS no longer knows it, which
    is an hour after at the earliest (AWS: DescribeTasks), so that nothing is left to wait for."""
    facts = Facts(service=service, endpoint=endpoint, ghost=ghost, shared=None)
    began = gone_since or at - timedelta(hours=1)
    return [run(check, facts, member=id, began=began, now=at, scale=rules.settle_scale) for check in ABOUT["instance"]]


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
            member=id,
            began=None,
            now=at,
            scale=rules.settle_scale,
        )
        for id, found in shared(registered, running).items()
    ]


def _worlds(seen: Seen) -> list[Facts]:
    """The facts about the task, once for each endpoint it serves."""
    task, definition, deployment = seen.task, seen.task_definition, seen.deployment
    replaced = deployment if isinstance(deployment, Moot) else None
    about_task = Facts(
        task=task,
        service=seen.service or Unread("service deleted"),
        deployment=deployment,
        task_definition=definition,
        address=own_address(task, definition),
        replaced_since=None,
        proxy_health=replaced or proxy_health(task),
        proxy_log=replaced or seen.log,
        proxy_start=replaced or proxy_start(seen.log, task),
        control_plane=replaced or control_plane(seen.log, task),
        failure=replaced or start_failure(task, seen.log),
    )
    if not isinstance(deployment, Deployment):
        nothing = replace(about_task, endpoint=deployment, expected_port=deployment, instance=deployment)
        return _outlived(seen, nothing) or [nothing]
    if not deployment.endpoints:
        client = Moot("client only: the deployment serves no endpoint, so there is nothing to register")
        return [replace(about_task, endpoint=client, expected_port=client, instance=client)]
    return [
        replace(
            about_task,
            endpoint=endpoint,
            expected_port=expected_port(task, endpoint, definition),
            instance=seen.registrations.get(endpoint.name, Unread("the registration was not read")),
        )
        for endpoint in deployment.endpoints
    ]


def _outlived(seen: Seen, nothing: Facts) -> list[Facts]:
    """A task that still runs an hour after its deployment was replaced, once for each endpoint that still leads to it.

    When that was is not told; but no later than the last change of a PRIMARY deployment that is complete.
    """
    service = seen.service
    if not isinstance(service, Service) or service.primary is None or service.primary.in_progress:
        return []
    since = service.primary.updated_at or service.primary.created_at
    if seen.at - since < OUTLIVED:
        return []
    return [
        replace(nothing, endpoint=endpoint, instance=instance, replaced_since=since)
        for endpoint in service.primary.endpoints
        if isinstance(instance := seen.registrations.get(endpoint.name), Instance)
    ]
