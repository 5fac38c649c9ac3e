"""What one look saw, put to the checks: facts in, verdicts out."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from scaudit.check import Verdict, run
from scaudit.checks import BY_ID, CATALOGUE
from scaudit.facts import CheckRun, Facts, Ghost, Permission, expected_port, own_address, own_deployment
from scaudit.model import Deployment, Endpoint, Instance, Moot, Service, Task, TaskDefinition, Unread
from scaudit.proxy_facts import control_plane, proxy_health, proxy_start, start_failure
from scaudit.proxylog import ProxyStart

LOOKED_AT = Moot("the proxy's start-up log was judged when the task started")
Registration = Instance | Unread | None
ABOUT = {about: [c for c in CATALOGUE if c.about == about] for about in ("task", "service", "instance")}


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
        proxy_health=idle,
        proxy_log=seen.log,
        proxy_start=proxy_start(seen.log, task),
        control_plane=control_plane(seen.log, task),
        failure=start_failure(task, seen.log),
    )
    return [run(check, facts, member=task.id, began=task.created_at, now=seen.at, scale=0) for check in ABOUT["task"]]


def judge_service(
    service: Service | Unread, task_definition: TaskDefinition | Unread, at: datetime, rules: Rules
) -> list[Verdict]:
    """Every check about a service, on its PRIMARY deployment: the one that decides what comes next."""
    primary = service if isinstance(service, Unread) else service.primary or Moot("the service has no deployment")
    facts = Facts(service=service, deployment=primary, task_definition=task_definition)
    began = primary.created_at if isinstance(primary, Deployment) else None
    return [run(check, facts, member="-", began=began, now=at, scale=rules.settle_scale) for check in ABOUT["service"]]


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
    facts = Facts(service=service, endpoint=endpoint, ghost=ghost)
    began = gone_since or at - timedelta(hours=1)
    return [run(check, facts, member=id, began=began, now=at, scale=rules.settle_scale) for check in ABOUT["instance"]]


def judge_itself(
    audited: Mapping[str, Iterable[Verdict]], permissions: Mapping[tuple[str, str], Permission], at: datetime
) -> list[Verdict]:
    """SC9xx from a batch: the checks that ran on each service, and the calls that were made for each cluster."""
    runs: dict[tuple[str, str], CheckRun] = {}
    for service, verdicts in audited.items():
        for verdict in verdicts:
            key = (service, verdict.check.id)
            if verdict.error or key not in runs:
                runs[key] = CheckRun(verdict.check.id, verdict.error)
    asked = [("SC901", service, check, Facts(check_run=ran)) for (service, check), ran in runs.items()]
    asked += [("SC902", cluster, action, Facts(permission=p)) for (cluster, action), p in permissions.items()]
    return [
        replace(run(BY_ID[id], facts, member=member, began=None, now=at, scale=1), endpoint=slot)
        for id, member, slot, facts in asked
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
        proxy_health=replaced or proxy_health(task),
        proxy_log=replaced or seen.log,
        proxy_start=replaced or proxy_start(seen.log, task),
        control_plane=replaced or control_plane(seen.log, task),
        failure=replaced or start_failure(task, seen.log),
    )
    if not isinstance(deployment, Deployment):
        return [replace(about_task, endpoint=deployment, expected_port=deployment, instance=deployment)]
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
