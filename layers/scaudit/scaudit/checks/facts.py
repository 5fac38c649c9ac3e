"""What one check may be asked about: every fact by the name under which a check takes it."""

from dataclasses import field, fields
from datetime import datetime
from typing import Any

from scaudit.checks.derived import CheckRun, ExpectedPort, Outbreak, Shared, StartFailure
from scaudit.model import (
    CloudMapService,
    Deployment,
    Endpoint,
    Instance,
    LeftService,
    LogGroup,
    Moot,
    Namespace,
    Neighbour,
    Service,
    Task,
    TaskDefinition,
    Unread,
)
from scaudit.model.answers import NOT_COLLECTED
from scaudit.model.mentions import Call, Collision, Misnamed
from scaudit.model.proxies import Configuration, ProxyEnd
from scaudit.model.seen import Coverage, Ghost, Permission, Subscription, Unlinked
from scaudit.proxylog import ControlPlane, Listeners, ProxyStart
from scaudit.values import dataclass


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a fact comes from: its words for the page of each check that takes it, and the IAM actions it is read by.

    `momentary` is what Cloud Map showed at one moment: a task that comes or goes meanwhile looks broken.
    `of_neighbours` is what the table keeps of other services: it is as old as the last look at those. `remembered` is
    what may be from memory, up to a day old.
    """

    words: str
    actions: tuple[str, ...]
    momentary: bool = False
    of_neighbours: bool = False
    remembered: bool = False


def fact(words: str, *actions: str, **how: bool) -> Any:  # noqa: ANN401
    """Declare a fact: the default of a field of `Facts`, with its origin; `how` has the rest of that."""
    origin = Origin(words, actions, **how)
    return field(default=NOT_COLLECTED, metadata={"origin": origin})


_LOG = "logs:FilterLogEvents", "logs:GetLogEvents"
_REGIONS = "account:ListRegions", "cloudwatch:ListMetrics", "servicediscovery:ListNamespaces"


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """The facts at hand for one subject. A fact nobody collected is `Unread`, so it can never pass."""

    task: Task | Unread | Moot = fact("the task", "ecs:DescribeTasks")
    service: Service | Unread | Moot = fact("the service", "ecs:DescribeServices")
    deployment: Deployment | Unread | Moot = fact("its deployment", "ecs:DescribeServices")
    task_definition: TaskDefinition | Unread | Moot = fact("the task definition", "ecs:DescribeTaskDefinition")
    address: str | Unread | Moot = fact("the private address of the task's network interface", "ecs:DescribeTasks")
    endpoint: Endpoint | Unread | Moot = fact("one endpoint of the deployment", "ecs:DescribeServices")
    expected_port: ExpectedPort | Unread | Moot = fact(
        "the port that must be registered", "ecs:DescribeTaskDefinition", "ecs:DescribeTasks"
    )
    instance: Instance | Unread | Moot | None = fact(
        "the task's registration",
        "servicediscovery:DiscoverInstances",
        "servicediscovery:GetInstance",
        "servicediscovery:ListInstances",
        momentary=True,
    )
    proxy_health: str | Unread | Moot = fact("the proxy's health", "ecs:DescribeTasks")
    proxy_log: ProxyStart | Unread | Moot = fact("the proxy's log", *_LOG)
    proxy_start: ProxyStart | Unread | Moot = fact(
        "the proxy's start by its log, beside its health", *_LOG, "ecs:DescribeTasks"
    )
    proxy_settings: ProxyStart | Unread | Moot = fact("the proxy's settings, by its log", *_LOG)
    listeners: Listeners | Unread | Moot = fact("the proxy's listeners, by its log", *_LOG)
    control_plane: ControlPlane | Unread | Moot = fact("what the proxy had from its control plane, by its log", *_LOG)
    configuration: Configuration | Unread | Moot = fact("what the proxy made of what it was given, by its log", *_LOG)
    failure: StartFailure | Unread | Moot | None = fact("why the task did not start", "ecs:DescribeTasks", *_LOG)
    proxy_end: ProxyEnd | Unread | Moot | None = fact("whether its proxy ended the task", "ecs:DescribeTasks", *_LOG)
    ghost: Ghost | Unread | Moot | None = fact(
        "a registration whose task is gone", "ecs:DescribeTasks", "servicediscovery:GetInstance", momentary=True
    )
    shared: Shared | Unread | Moot | None = fact(
        "the running tasks registered alike",
        "servicediscovery:DiscoverInstances",
        "ecs:DescribeTasks",
        momentary=True,
    )
    replaced_since: datetime | Unread | Moot | None = fact(
        "whether the task's deployment is still listed", "ecs:DescribeServices"
    )
    throttled_at: datetime | Unread | Moot | None = fact(
        "whether ECS is throttled on service discovery, by the service's events", "ecs:DescribeServices"
    )
    second_set: bool | Unread | Moot = fact(
        "whether the task is of the set that is not PRIMARY while traffic shifts", "ecs:DescribeServices"
    )
    stalled_since: datetime | Unread | Moot | None = fact(
        "since when a shift of traffic has not moved", "ecs:DescribeServices"
    )
    namespace: Namespace | Unread | Moot | None = fact("the namespace", "servicediscovery:GetNamespace")
    cloud_map_service: CloudMapService | Unread | Moot | None = fact(
        "the endpoint's Cloud Map service", "servicediscovery:GetService", remembered=True
    )
    log_group: LogGroup | Unread | Moot | None = fact(
        "the log group of the proxies", "logs:DescribeLogGroups", remembered=True
    )
    neighbours: tuple[Neighbour, ...] | Unread | Moot = fact(
        "the other services of the namespace, by their PRIMARY deployments", "ecs:DescribeServices", of_neighbours=True
    )
    collisions: tuple[Collision, ...] | Unread | Moot = fact(
        "the names of all endpoints of the namespace", "ecs:DescribeServices", of_neighbours=True
    )
    calls: tuple[Call, ...] | Unread | Moot = fact(
        "the endpoints that the task definition names, and since when they are there",
        "ecs:DescribeTaskDefinition",
        "servicediscovery:GetService",
        of_neighbours=True,
    )
    misnamed: tuple[Misnamed, ...] | Unread | Moot = fact(
        "the names in the task definition, beside those that are served",
        "ecs:DescribeTaskDefinition",
        of_neighbours=True,
    )
    misfit: str | Unread = fact("a value in a file")
    left: LeftService | Unread | Moot | None = fact(
        "a Cloud Map service whose ECS service is gone, or has it no longer",
        "servicediscovery:ListServices",
        "servicediscovery:DiscoverInstances",
        "ecs:ListServicesByNamespace",
        "ecs:DescribeServices",
    )
    check_run: CheckRun | Unread = fact("how a check ran")
    permission: Permission | Unread = fact("what AWS answered to a read")
    outbreak: Outbreak | Unread = fact("how many services began to fail lately, by scaudit's table")
    coverage: Coverage | Unread = fact("which tasks were verified lately, by scaudit's table", "ecs:DescribeServices")
    unlinked: Unlinked | Unread = fact(
        "what is in Service Connect in a Region that is not linked", *_REGIONS, "ecs:ListServicesByNamespace"
    )
    subscription: Subscription | Unread = fact("the topic's subscriptions", "sns:GetTopicAttributes")


ORIGINS: dict[str, Origin] = {one.name: one.metadata["origin"] for one in fields(Facts)}
"""Of every fact, by the name under which a check takes it."""
MOMENTARY = frozenset(name for name, origin in ORIGINS.items() if origin.momentary)
OF_NEIGHBOURS = frozenset(name for name, origin in ORIGINS.items() if origin.of_neighbours)
REMEMBERED = frozenset(name for name, origin in ORIGINS.items() if origin.remembered)
