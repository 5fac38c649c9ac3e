"""SC2xx: what Cloud Map says of a running task, beside what the task and its deployment are."""

from collections.abc import Iterator

from scaudit.check import Finding, check
from scaudit.facts import ExpectedPort, Ghost
from scaudit.model import Endpoint, Instance, Service, Severity, Task

SETTLES = 600
"""Seconds. With health checks Service Connect may wait 8 minutes before it makes a task available
(AWS: Service Connect concepts, "Initial Health Check configuration"); two more for the registration itself."""

_FIX_REGISTRATION = (
    "Force a new deployment so that ECS registers the task anew; find out who else writes to this Cloud Map service."
)


def _steady(service: Service) -> str | None:
    return f"{service.strategy} deployment in progress: both sets of tasks are registered" if service.shifting else None


def _registered(instance: Instance | None) -> str | None:
    return None if instance else "not registered: see SC201"


def _registered_and_steady(instance: Instance | None, service: Service) -> str | None:
    return _registered(instance) or _steady(service)


@check(
    "SC201",
    title="the running task is registered",
    about="task",
    severity=Severity.CRITICAL,
    settles=SETTLES,
    applies=_steady,
    after=("SC104",),
    fix="Replace the task (aws ecs stop-task) or force a new deployment; if it comes back, look at the task's "
    "ServiceConnect attachment and at the service's events for Cloud Map errors.",
)
def task_is_registered(task: Task, endpoint: Endpoint, instance: Instance | None) -> Iterator[Finding]:
    if instance is None:
        where = f"{task.address or 'an address'} under its task id"
        yield Finding(f"registration in Cloud Map service {endpoint.name} is missing, expected {where}")


@check(
    "SC202",
    title="the registered address is the task's",
    about="task",
    severity=Severity.CRITICAL,
    applies=_registered,
    after=("SC201",),
    fix=_FIX_REGISTRATION,
)
def address_is_the_tasks(address: str, endpoint: Endpoint, instance: Instance) -> Iterator[Finding]:
    if instance.address != address:
        yield Finding(f"registered address is {instance.address or 'missing'}, expected {address}")


@check(
    "SC203",
    title="the registered port is the endpoint's",
    about="task",
    severity=Severity.CRITICAL,
    applies=_registered,
    after=("SC201", "SC102"),
    fix=_FIX_REGISTRATION,
)
def port_is_the_endpoints(expected_port: ExpectedPort, endpoint: Endpoint, instance: Instance) -> Iterator[Finding]:
    if instance.port in map(str, expected_port.ports):
        return
    sentence = f"registered port is {instance.port or 'missing'}, expected {' or '.join(map(str, expected_port.ports))}"
    if expected_port.confirmed:
        yield Finding(sentence)
    else:
        yield Finding(f"{sentence} (this rule is not confirmed on AWS)", Severity.WARNING)


@check(
    "SC204",
    title="the registration carries this deployment",
    about="task",
    severity=Severity.ERROR,
    settles=SETTLES,
    applies=_registered_and_steady,
    after=("SC201",),
    fix="Replace the task (aws ecs stop-task); if it comes back, force a new deployment.",
)
def registration_is_this_deployments(task: Task, endpoint: Endpoint, instance: Instance) -> Iterator[Finding]:
    if instance.deployment != task.task_set:
        yield Finding(f"registered deployment is {instance.deployment or 'missing'}, expected {task.task_set}")


@check(
    "SC206",
    title="no registration is left of a task that is gone",
    about="instance",
    severity=Severity.ERROR,
    settles=300,
    applies=_steady,
    fix="Find out in the service's events and in CloudTrail why ECS did not deregister it; force a new deployment, and "
    "if the registration stays, deregister this instance by hand.",
)
def nothing_is_left_of_gone_tasks(ghost: Ghost | None, endpoint: Endpoint) -> Iterator[Finding]:
    if ghost is None:
        return
    where = f"{ghost.instance.address}:{ghost.instance.port}"
    if ghost.reused_by:
        yield Finding(
            f"registration {where} of a task that is gone leads to {ghost.reused_by}",
            Severity.CRITICAL,
        )
    else:
        yield Finding(f"registration {where} is left of a task that is gone")
