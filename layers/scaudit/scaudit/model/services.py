"""Services, their deployments, and what these offer."""

from collections.abc import Mapping
from dataclasses import field
from datetime import datetime

from scaudit.model.arn import Arn
from scaudit.values import dataclass


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
    """One entry of a deployment's Service Connect `services`: what the task offers under `name`. `per_request_timeout`
    is in seconds."""

    name: str
    port_name: str
    cloud_map_service: str | None = None
    ingress_port_override: int | None = None
    aliases: tuple[Alias, ...] = ()
    tls: Tls | None = None
    per_request_timeout: int | None = None


@dataclass(frozen=True, slots=True)
class LogTarget:
    """Where a deployment sends the log of its proxies; an empty driver is nowhere. `requests`: one line for each
    request is wanted in it, too (the access log); `makes_group`: the driver makes the group when the proxy starts."""

    driver: str = ""
    group: str = ""
    region: str = ""
    prefix: str = ""
    requests: bool = False
    makes_group: bool = False

    def elsewhere(self, region: str) -> str:
        """The Region it goes to, if that is another one than this."""
        return "" if self.region == region else self.region


@dataclass(frozen=True, slots=True)
class Deployment:
    """One deployment of a service; `endpoints` is empty for a client-only one. `platform` is its operating system's
    family and `platform_version` Fargate's, both empty where ECS names none. `idle`: it has no task and wants none.
    `subnets` are those that its tasks may get, by id.
    """

    id: str
    primary: bool
    task_definition: str
    created_at: datetime
    updated_at: datetime | None = None
    in_progress: bool = False
    idle: bool = False
    subnets: tuple[str, ...] = ()
    launch_type: str = ""
    capacity_providers: tuple[str, ...] = ()
    platform: str = ""
    platform_version: str = ""
    service_connect: bool = False
    namespace: str = ""
    endpoints: tuple[Endpoint, ...] = ()
    log: LogTarget = LogTarget()

    @property
    def on_fargate(self) -> bool:
        """Whether any of its tasks may run on Fargate (AWS: FARGATE and FARGATE_SPOT are capacity providers)."""
        return any(place.startswith("FARGATE") for place in (self.launch_type, *self.capacity_providers))

    @property
    def moved_at(self) -> datetime:
        """When it last changed, as far as ECS tells."""
        return self.updated_at or self.created_at

    @property
    def located(self) -> bool:
        """Whether it tells its namespace by the ARN, or needs none."""
        return not self.namespace or self.namespace.startswith("arn:")


@dataclass(frozen=True, slots=True)
class Service:
    """One ECS service as DescribeServices shows it; `draining` is one that was deleted and still has tasks. One that is
    `in_dns` has Service Discovery, too: its names may be found without Service Connect. `throttled_at` is when it last
    said that its operations on service discovery are throttled."""

    arn: str
    cluster: str
    name: str
    deployments: tuple[Deployment, ...]
    desired: int = 1
    running: int = 1
    pending: int = 0
    strategy: str = "ROLLING"
    controller: str = "ECS"
    draining: bool = False
    in_dns: bool = False
    throttled_at: datetime | None = None
    tags: Mapping[str, str] = field(default_factory=dict)

    @property
    def account(self) -> str:
        """The account that owns it, 12 digits."""
        return Arn.of(self.arn).account

    @property
    def located(self) -> bool:
        """Whether its deployments tell their namespaces by their ARNs."""
        return all(deployment.located for deployment in self.deployments)

    @property
    def primary(self) -> Deployment | None:
        """The PRIMARY deployment; None when no deployment is."""
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
    def subnets(self) -> set[str]:
        """Those that its tasks may get, by id."""
        return {subnet for deployment in self.deployments for subnet in deployment.subnets}

    @property
    def changing(self) -> bool:
        """Whether tasks of one deployment may be on their way while those of another are as many as shall run."""
        return len(self.deployments) > 1 or any(d.in_progress for d in self.deployments)

    @property
    def shifting(self) -> bool:
        """Whether traffic moves between two sets of tasks, both of which are registered meanwhile (AWS: Service
        Connect with blue/green deployments; linear and canary shift likewise). `rolloutState` is promised for rolling
        updates only (botocore: Deployment), so that a second set of tasks tells it, too."""
        moving = any(d.in_progress or not (d.primary or d.idle) for d in self.deployments)
        return self.strategy in ("BLUE_GREEN", "LINEAR", "CANARY") and moving

    @property
    def moved_at(self) -> datetime | None:
        """When any of its deployments last changed, as far as ECS tells."""
        return max((d.moved_at for d in self.deployments), default=None)
