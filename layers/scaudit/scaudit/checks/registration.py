"""What Cloud Map says of a running task, beside what the task and its deployment are."""

from collections.abc import Iterator
from datetime import UTC, datetime

from scaudit.checks import sources
from scaudit.checks.check import Finding, Trigger, check
from scaudit.checks.derived import ExpectedPort
from scaudit.model import Endpoint, Instance, Service, Severity, Task
from scaudit.model.tasks import is_ipv6

SETTLES = 600
"""Seconds. With health checks Service Connect may wait 8 minutes before it makes a task available
(AWS: Service Connect concepts, "Initial Health Check configuration"); two more for the registration itself."""

_DOUBTFUL = Severity.WARNING
_SEEN = f"{sources.ANSWERS} (real answers of ListInstances)"
FIX_REGISTRATION = (
    "Force a new deployment so that ECS registers the task anew; find out who else writes to this Cloud Map service."
)


def steady(service: Service) -> str | None:
    """Why nothing is said while a deployment shifts traffic between two sets of tasks; None when none does."""
    return f"{service.strategy} deployment in progress: both sets of tasks are registered" if service.shifting else None


def _of_second_set(sentence: str) -> Finding:
    """Both sets register (AWS: Service Connect with blue/green deployments); what becomes of the one that goes, or is
    only tested yet, no page says."""
    return Finding(
        f"{sentence} (its task set is not PRIMARY during a traffic shift; rule not confirmed on AWS)", _DOUBTFUL
    )


def for_throttling(throttled_at: datetime | None) -> str:
    """What ECS itself says of a registration that it did not change, as the end of a sentence."""
    if throttled_at is None:
        return ""
    at = f"{throttled_at.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
    return f"; the service's events say at {at} that its operations on service discovery are throttled"


def _registered(instance: Instance | None) -> str | None:
    return None if instance else "not registered: see SC201"


def _registered_and_steady(instance: Instance | None, service: Service) -> str | None:
    return _registered(instance) or steady(service)


def _zones_known(instance: Instance | None, task: Task) -> str | None:
    known = instance and instance.zone and task.zone
    return _registered(instance) or (None if known else "a zone is not told: nothing to compare")


@check(
    "SC201",
    title="the running task is registered",
    about="task",
    on=Trigger.TASK | Trigger.SERVICE,
    running_only=True,
    severity=Severity.CRITICAL,
    settles=SETTLES,
    after=("SC104",),
    why="Clients find a task only through its registration; a task without one gets no requests.",
    fix="Replace the task (aws ecs stop-task) or force a new deployment; if it comes back, look at the task's "
    "ServiceConnect attachment and at the service's events for Cloud Map errors.",
    source=f"{_SEEN}; {sources.SHARED_NAMESPACES} (troubleshooting: RegisterInstance is required to run a task)",
)
def task_is_registered(
    task: Task, endpoint: Endpoint, instance: Instance | None, second_set: bool, throttled_at: datetime | None
) -> Iterator[Finding]:
    """The task's instance under the endpoint; None when Cloud Map has none. `throttled_at` is when ECS last said, since
    the task was created, that it is throttled there."""
    if instance is None:
        where = f"{task.address or 'an address'} under its task id"
        sentence = f"registration in Cloud Map service {endpoint.name} is missing, expected {where}"
        sentence += for_throttling(throttled_at)
        yield _of_second_set(sentence) if second_set else Finding(sentence)


@check(
    "SC202",
    title="the registered address is the task's",
    about="task",
    on=Trigger.TASK | Trigger.SERVICE,
    running_only=True,
    severity=Severity.CRITICAL,
    applies=_registered,
    after=("SC201",),
    why="Clients connect to the registered address; another one leads to another task, or nowhere.",
    fix=FIX_REGISTRATION,
    source=_SEEN,
)
def address_is_the_tasks(address: str, endpoint: Endpoint, instance: Instance, second_set: bool) -> Iterator[Finding]:
    """The registered address, beside that of the task's network interface; a warning where IPv6 is in it."""
    if instance.address == address:
        return
    sentence = f"registered address is {instance.address or 'missing'}, expected {address}"
    if is_ipv6(address) or is_ipv6(instance.address):
        under = f"{sentence} (that ECS registers it as AWS_INSTANCE_IPV6 is not confirmed on AWS)"
        yield Finding(under, Severity.WARNING)
    else:
        yield _of_second_set(sentence) if second_set else Finding(sentence)


@check(
    "SC203",
    title="the registered port is the endpoint's",
    about="task",
    on=Trigger.TASK | Trigger.SERVICE,
    running_only=True,
    severity=Severity.CRITICAL,
    applies=_registered,
    after=("SC201", "SC102"),
    why="Clients connect to the registered port; behind another one listens no proxy.",
    fix=FIX_REGISTRATION,
    source=f"{_SEEN}; {sources.COMPONENTS} (Networking). With an override, and in bridge mode: not confirmed on AWS",
)
def port_is_the_endpoints(
    expected_port: ExpectedPort, endpoint: Endpoint, instance: Instance, second_set: bool
) -> Iterator[Finding]:
    """The registered port, beside the ports that it may be; a warning where these are not confirmed on AWS."""
    if instance.port in map(str, expected_port.ports):
        return
    sentence = f"registered port is {instance.port or 'missing'}, expected {' or '.join(map(str, expected_port.ports))}"
    if not expected_port.confirmed:
        yield Finding(f"{sentence} (this rule is not confirmed on AWS)", _DOUBTFUL)
    else:
        yield _of_second_set(sentence) if second_set else Finding(sentence)


@check(
    "SC204",
    title="the registration carries this deployment",
    about="task",
    on=Trigger.TASK | Trigger.SERVICE,
    running_only=True,
    severity=Severity.ERROR,
    settles=SETTLES,
    applies=_registered_and_steady,
    after=("SC201",),
    why="A registration of another deployment sends requests to the wrong version, or with the wrong settings.",
    fix="Replace the task (aws ecs stop-task); if it comes back, force a new deployment.",
    source=f"{_SEEN}; {sources.LOGS} (the proxy's log names the same task set)",
)
def registration_is_this_deployments(
    task: Task, endpoint: Endpoint, instance: Instance, replaced_since: datetime | None
) -> Iterator[Finding]:
    """The registered `DeploymentId`, beside the task's task set. For a task whose deployment was replaced an hour ago,
    `replaced_since`, a warning that it still runs."""
    if replaced_since:
        since = f"{replaced_since.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
        yield Finding(
            f"the task still runs for {task.deployment_id}, which was replaced before {since}", Severity.WARNING
        )
    elif instance.deployment != task.task_set:
        yield Finding(f"registered deployment is {instance.deployment or 'missing'}, expected {task.task_set}")


@check(
    "SC205",
    title="the registered zone is the task's",
    about="task",
    on=Trigger.TASK | Trigger.SERVICE,
    running_only=True,
    severity=Severity.WARNING,
    settles=SETTLES,
    applies=_zones_known,
    after=("SC201",),
    why="Zone-aware routing prefers tasks of the client's zone; a wrong zone sends requests across zones.",
    fix=FIX_REGISTRATION,
    source=f"{_SEEN}; {sources.ZONES}",
)
def zone_is_the_tasks(task: Task, endpoint: Endpoint, instance: Instance) -> Iterator[Finding]:
    """The registered Availability Zone, beside the task's."""
    if instance.zone != task.zone:
        yield Finding(f"registered zone is {instance.zone}, expected {task.zone}")
