"""What one check may be asked about: every fact by the name under which a check takes it."""

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
from scaudit.model.answers import NOT_COLLECTED
from scaudit.model.seen import Coverage, Ghost, Permission, Subscription
from scaudit.proxylog import ControlPlane, ProxyStart


@dataclass(frozen=True, slots=True)
class Shared:
    """An address and port under which several running tasks are registered: this one and the `others`, by id."""

    where: str
    others: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Collision:
    """What an endpoint has in common with another: `name` is its discovery name or an alias, `other` whose it is too.
    `hidden` tells which services of the namespace could not be seen, empty when all were. `confirmed` is False where no
    answer of AWS to it was ever seen."""

    name: str
    other: str
    hidden: str = ""
    confirmed: bool = True


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
class Outbreak:
    """How many services began to fail within a quarter of an hour, of how many that are known."""

    services_failing: int
    services_known: int


@dataclass(frozen=True, slots=True)
class ExpectedPort:
    """The ports that Cloud Map may rightly carry; `confirmed` is False where no real Cloud Map output was ever seen."""

    ports: tuple[int, ...]
    confirmed: bool


@dataclass(frozen=True, slots=True)
class StartFailure:
    """A task that did not reach RUNNING, and what in Service Connect is the cause. `stuck` is one that still tries."""

    cause: str
    stuck: bool


@dataclass(frozen=True, slots=True)
class ProxyEnd:
    """That its proxy ended a task that had reached RUNNING: what ECS says of the proxy container (`reason`,
    `exit_code`, `health`), what the end of its log says (`told`), and how many `others` of its deployment ended so."""

    reason: str = ""
    exit_code: int | None = None
    health: str = ""
    told: str = ""
    others: int = 0


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
    proxy_end: ProxyEnd | Unread | Moot | None = NOT_COLLECTED
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


MOMENTARY = frozenset({"instance", "ghost", "shared"})
"""Facts that Cloud Map showed at one moment: a task that comes or goes meanwhile looks broken."""
OF_NEIGHBOURS = frozenset({"neighbours", "collisions", "calls"})
"""Facts about other services that the table keeps: they are as old as the last look at those."""
