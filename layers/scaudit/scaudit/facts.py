"""What one check may be asked about: every fact by the name under which a check takes it."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from scaudit.model import (
    CloudMapService,
    Deployment,
    Endpoint,
    Instance,
    LogGroup,
    Moot,
    Namespace,
    Neighbour,
    Service,
    Task,
    TaskDefinition,
    Unread,
)
from scaudit.proxy_facts import StartFailure
from scaudit.proxylog import ControlPlane, ProxyStart

NOT_COLLECTED = Unread("not collected for this look")


@dataclass(frozen=True, slots=True)
class Ghost:
    """A registration that is left of a task that is gone, or is a `stray`: that of a task which runs for another
    service. `leads_to` names the running task that is reached there now, empty when none was found."""

    instance: Instance
    leads_to: str = ""
    stray: bool = False


@dataclass(frozen=True, slots=True)
class Shared:
    """An address and port under which several running tasks are registered: this one and the `others`, by id."""

    where: str
    others: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Collision:
    """What an endpoint has in common with another: `name` is its discovery name or an alias, `other` whose it is too.
    `hidden` tells which services of the namespace could not be seen, empty when all were."""

    name: str
    other: str
    hidden: str = ""


@dataclass(frozen=True, slots=True)
class Call:
    """That a task definition names an endpoint: where, by which alias, whose it is, and since when it exists."""

    place: str
    alias: str
    owner: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class CheckRun:
    """That a check ran on a service, and the error it raised if it did."""

    check: str
    error: str = ""


@dataclass(frozen=True, slots=True)
class Permission:
    """That an AWS call was made for a cluster, and the refusal if it was refused."""

    action: str
    refusal: Unread | None = None


@dataclass(frozen=True, slots=True)
class Outbreak:
    """How many services began to fail within a quarter of an hour, of how many that are known."""

    services_failing: int
    services_known: int


@dataclass(frozen=True, slots=True)
class Coverage:
    """How many Service Connect tasks of a cluster run, and how many of them were verified lately."""

    cluster: str
    running: int
    verified: int


@dataclass(frozen=True, slots=True)
class Subscription:
    """Who listens to the topic: its confirmed subscriptions, and those that still wait to be confirmed."""

    confirmed: int
    pending: int


@dataclass(frozen=True, slots=True)
class ExpectedPort:
    """The ports that Cloud Map may rightly carry; `confirmed` is False where no real Cloud Map output was ever seen."""

    ports: tuple[int, ...]
    confirmed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """The facts at hand for one subject. A fact nobody collected is `Unread`, so it can never pass."""

    task: Task | Unread | Moot = NOT_COLLECTED
    service: Service | Unread | Moot = NOT_COLLECTED
    deployment: Deployment | Unread | Moot = NOT_COLLECTED
    task_definition: TaskDefinition | Unread | Moot = NOT_COLLECTED
    address: str | Unread | Moot = NOT_COLLECTED
    endpoint: Endpoint | Unread | Moot = NOT_COLLECTED
    expected_port: ExpectedPort | Unread | Moot = NOT_COLLECTED
    instance: Instance | Unread | Moot | None = NOT_COLLECTED
    proxy_health: str | Unread | Moot = NOT_COLLECTED
    proxy_log: ProxyStart | Unread | Moot = NOT_COLLECTED
    proxy_start: ProxyStart | Unread | Moot = NOT_COLLECTED
    control_plane: ControlPlane | Unread | Moot = NOT_COLLECTED
    failure: StartFailure | Unread | Moot | None = NOT_COLLECTED
    ghost: Ghost | Unread | Moot | None = NOT_COLLECTED
    shared: Shared | Unread | Moot | None = NOT_COLLECTED
    replaced_since: datetime | Unread | Moot | None = NOT_COLLECTED
    namespace: Namespace | Unread | Moot | None = NOT_COLLECTED
    cloud_map_service: CloudMapService | Unread | Moot | None = NOT_COLLECTED
    log_group: LogGroup | Unread | Moot | None = NOT_COLLECTED
    neighbours: tuple[Neighbour, ...] | Unread | Moot = NOT_COLLECTED
    collisions: tuple[Collision, ...] | Unread | Moot = NOT_COLLECTED
    calls: tuple[Call, ...] | Unread | Moot = NOT_COLLECTED
    misfit: str | Unread = NOT_COLLECTED
    check_run: CheckRun | Unread = NOT_COLLECTED
    permission: Permission | Unread = NOT_COLLECTED
    outbreak: Outbreak | Unread = NOT_COLLECTED
    coverage: Coverage | Unread = NOT_COLLECTED
    subscription: Subscription | Unread = NOT_COLLECTED


def own_deployment(service: Service | Unread, deployment_id: str) -> Deployment | Unread | Moot:
    """The deployment that started a task: the one whose id is the task's `startedBy`.

    Never `deployments[0]`: an old deployment's tasks run beside the new one's while a service rolls.
    """
    if isinstance(service, Unread):
        return service
    for deployment in service.deployments:
        if deployment.id == deployment_id:
            return deployment
    return Moot(f"deployment replaced: {deployment_id or 'none named'} is no longer listed by the service")


def own_address(task: Task, task_definition: TaskDefinition | Unread) -> str | Unread | Moot:
    """The private IPv4 address of the task's own network interface, which ECS registers in awsvpc mode."""
    if task.address:
        return task.address
    if isinstance(task_definition, Unread):
        return task_definition
    if task_definition.network_mode != "awsvpc":
        return Moot(f"{task_definition.network_mode} mode: the task has no address of its own")
    return Unread("the task's network interface shows no private IPv4 address")


def shared(registered: Mapping[str, Instance], running: Collection[str]) -> dict[str, Shared | None]:
    """What each running task that is registered under one endpoint shares with others, by task id. A task that no
    longer runs may have left its registration to the next one on its port: that is SC206's."""
    holders: dict[str, list[str]] = {}
    for id in sorted(registered.keys() & set(running)):
        holders.setdefault(f"{registered[id].address}:{registered[id].port}", []).append(id)
    return {
        id: Shared(where, tuple(other for other in ids if other != id)) if len(ids) > 1 else None
        for where, ids in holders.items()
        for id in ids
    }


def expected_port(
    task: Task, endpoint: Endpoint, task_definition: TaskDefinition | Unread
) -> ExpectedPort | Unread | Moot:
    """The port that Cloud Map must carry for this task and endpoint.

    In awsvpc mode without override it is the container port (AWS: "By default, the Service Connect proxy listens on
    the containerPort"; two real ListInstances outputs agree). With an override, and in bridge mode (the host port of
    the proxy container), it follows from documents but was never seen, so it is not confirmed.
    """
    if isinstance(task_definition, Unread):
        return task_definition
    if task_definition.network_mode not in ("awsvpc", "bridge"):
        return Moot(f"{task_definition.network_mode} mode has no Service Connect: see SC103")
    if endpoint.ingress_port_override:
        return ExpectedPort((endpoint.ingress_port_override,), confirmed=False)
    if task_definition.network_mode == "awsvpc":
        if endpoint.port_name not in task_definition.ports:
            return Moot(f"portName {endpoint.port_name} has no port mapping: see SC102")
        return ExpectedPort((task_definition.ports[endpoint.port_name],), confirmed=True)
    if task.proxy_host_ports:
        return ExpectedPort(task.proxy_host_ports, confirmed=False)
    return Unread("bridge mode: the proxy container shows no host port")
