"""What is known of Service Connect: frozen values in the field's own words."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import IntEnum, StrEnum


class Severity(IntEnum):
    """How much a finding hurts, in rising order."""

    INFO = 0
    WARNING = 1
    ERROR = 2
    CRITICAL = 3

    @property
    def word(self) -> str:
        return self.name.lower()


class Status(StrEnum):
    """What a check came to (docs/operating.md, "five answers")."""

    PASS = "pass"
    FAIL = "fail"
    PENDING = "pending"
    UNKNOWN = "unknown"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True)
class Unread:
    """A fact that could not be read, and why. Whatever needs it is `unknown`.

    `action` is the IAM action that was refused, empty when permission was not the reason; `code` is AWS's error code;
    `transient` says that asking again may answer.
    """

    reason: str
    action: str = ""
    resource: str = ""
    code: str = ""
    transient: bool = False


@dataclass(frozen=True, slots=True)
class Moot:
    """A fact that this subject does not have, and why. Whatever needs it is `skipped`."""

    reason: str


@dataclass(frozen=True, slots=True)
class Task:
    """One task as DescribeTasks shows it. `service` is empty for a task no service started; `proxy` is the name of its
    proxy container, `reasons` is what ECS says of its end (the task's and its containers'), and `registration_reason`
    what its Service Connect attachment says."""

    arn: str
    cluster: str
    service: str
    deployment_id: str
    task_definition: str
    last_status: str
    desired_status: str
    version: int
    created_at: datetime
    started_at: datetime | None = None
    stopped_at: datetime | None = None
    address: str = ""
    subnet: str = ""
    zone: str = ""
    proxy: str = ""
    proxy_status: str = ""
    proxy_health: str = ""
    proxy_exit: int | None = None
    proxy_host_ports: tuple[int, ...] = ()
    stop_code: str = ""
    reasons: tuple[str, ...] = ()
    registration_reason: str = ""

    @property
    def id(self) -> str:
        return self.arn.rsplit("/", 1)[-1]

    @property
    def task_set(self) -> str:
        """The ARN that ECS writes as `DeploymentId` into Cloud Map (seen in real ListInstances output)."""
        head = self.arn.split(":task/", 1)[0]
        return f"{head}:task-set/{self.cluster}/{self.service}/{self.deployment_id}"


@dataclass(frozen=True, slots=True)
class Alias:
    """What clients dial for an endpoint, on their own proxy: never a registered address or port."""

    dns_name: str
    port: int


@dataclass(frozen=True, slots=True)
class Tls:
    """How the traffic of an endpoint is encrypted: the private authority that signs and the role that asks it to."""

    authority: str = ""
    role: str = ""


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One entry of a deployment's Service Connect `services`: what the task offers under `name`."""

    name: str
    port_name: str
    cloud_map_service: str | None = None
    ingress_port_override: int | None = None
    aliases: tuple[Alias, ...] = ()
    tls: Tls | None = None


@dataclass(frozen=True, slots=True)
class LogTarget:
    """Where a deployment sends the log of its proxies; an empty driver is nowhere."""

    driver: str = ""
    group: str = ""
    region: str = ""
    prefix: str = ""


@dataclass(frozen=True, slots=True)
class Deployment:
    """One deployment of a service; `endpoints` is empty for a client-only one. `platform` is its operating system's
    family and `platform_version` Fargate's, both empty where ECS names none."""

    id: str
    primary: bool
    task_definition: str
    created_at: datetime
    updated_at: datetime | None = None
    in_progress: bool = False
    launch_type: str = ""
    platform: str = ""
    platform_version: str = ""
    service_connect: bool = False
    namespace: str = ""
    endpoints: tuple[Endpoint, ...] = ()
    log: LogTarget = LogTarget()


@dataclass(frozen=True, slots=True)
class Service:
    """One ECS service as DescribeServices shows it; `draining` is one that was deleted and still has tasks."""

    arn: str
    cluster: str
    name: str
    deployments: tuple[Deployment, ...]
    desired: int = 1
    running: int = 1
    strategy: str = "ROLLING"
    controller: str = "ECS"
    draining: bool = False
    tags: Mapping[str, str] = field(default_factory=dict)

    @property
    def primary(self) -> Deployment | None:
        return next((d for d in self.deployments if d.primary), None)

    @property
    def meshed(self) -> bool:
        """Whether any of its deployments takes part in Service Connect."""
        return any(d.service_connect for d in self.deployments)

    @property
    def endpoints(self) -> list["Endpoint"]:
        """Every endpoint of every deployment that is listed, each once."""
        return list({e.name: e for d in reversed(self.deployments) for e in d.endpoints}.values())

    @property
    def shifting(self) -> bool:
        """Whether traffic moves between two sets of tasks, both of which are registered meanwhile (AWS: Service
        Connect with blue/green deployments; linear and canary shift likewise)."""
        return self.strategy in ("BLUE_GREEN", "LINEAR", "CANARY") and any(d.in_progress for d in self.deployments)


@dataclass(frozen=True, slots=True)
class Container:
    """One container of a task definition; `cpu` in units (0 is no share of its own), `memory` in MiB is its limit, or
    what it reserves where it has no limit."""

    name: str
    essential: bool = True
    cpu: int = 0
    memory: int = 0
    health_check: bool = False
    ports: tuple[int, ...] = ()
    links: tuple[str, ...] = ()
    hostname: str = ""


@dataclass(frozen=True, slots=True)
class TaskDefinition:
    """One revision; `ports` maps the name of a port mapping to its container port. `cpu` (units) and `memory` (MiB) are
    the whole task's, None where it has none.

    `mentions` maps a place ("environment HOST of web", "command of web") to the digests of the words in its value, for
    this is kept and values may be secret; None when there are too many words to keep.
    """

    arn: str
    network_mode: str
    ports: Mapping[str, int]
    containers: tuple[Container, ...] = ()
    cpu: int | None = None
    memory: int | None = None
    operating_system: str = ""
    mentions: Mapping[str, tuple[str, ...]] | None = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Instance:
    """One Cloud Map instance; attributes that are not there are empty."""

    id: str
    address: str = ""
    port: str = ""
    zone: str = ""
    deployment: str = ""
