"""Tasks, and what they are made from and registered as."""

import re
from collections.abc import Mapping
from dataclasses import field
from datetime import datetime

from scaudit.model.arn import Arn
from scaudit.values import dataclass

_BY_ITSELF = ("", "TaskFailedToStart", "EssentialContainerExited")
"""Stop codes of a task that ECS did not stop for a reason of its own; an unknown one proves nothing (AWS: Task,
stopCode)."""
_ERROR = re.compile(r"\w+(Error|Exception)\b")
"""How ECS begins a reason that names its cause (AWS: stopped task error messages, CannotPullContainerError and so
on)."""


@dataclass(frozen=True, slots=True)
class Task:
    """One task as DescribeTasks shows it. `address` is its private IPv4 address, or IPv6 where it has no other.
    `service` is empty for a task no service started; `proxy` is the name of its proxy container and `proxy_reason` what
    ECS says of that container's end, `reasons` is what it says of the end of the task and its containers, and
    `registration_reason` what its Service Connect attachment says; `execution_stopped_at` is when its containers had
    stopped; `others_exited`: another container than the proxy failed by itself."""

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
    execution_stopped_at: datetime | None = None
    address: str = ""
    subnet: str = ""
    zone: str = ""
    proxy: str = ""
    proxy_status: str = ""
    proxy_health: str = ""
    proxy_exit: int | None = None
    proxy_reason: str = ""
    proxy_host_ports: tuple[int, ...] = ()
    stop_code: str = ""
    reasons: tuple[str, ...] = ()
    registration_reason: str = ""
    others_exited: bool = False

    @property
    def id(self) -> str:
        """The last part of its ARN, which is also the id of its Cloud Map instances."""
        return Arn.of(self.arn).name

    @property
    def account(self) -> str:
        """The account that owns it, 12 digits."""
        return Arn.of(self.arn).account

    @property
    def ended_at(self) -> datetime | None:
        """Since when nothing of it runs any more: it is STOPPED, or held up in DEPROVISIONING, where ECS tells when its
        containers stopped (seen in DescribeTasks). A task whose registration cannot be removed may stay there (AWS:
        Service Connect with shared namespaces, troubleshooting)."""
        if self.last_status == "STOPPED":
            return self.stopped_at
        return self.execution_stopped_at if self.last_status == "DEPROVISIONING" else None

    @property
    def called_off(self) -> bool:
        """Whether it was stopped for a reason that is not its proxy's: from outside, for its host's health, an image or
        an application, or nobody knows why. What its proxy had not done by then, it may have been about to do."""
        if self.proxy_health == "UNHEALTHY" or self.proxy_reason:
            return False
        named = any(_ERROR.match(reason) for reason in self.reasons)
        return self.stop_code not in _BY_ITSELF or named or self.others_exited

    @property
    def stopped_for_its_health(self) -> bool:
        """Whether ECS stopped it because its proxy was UNHEALTHY: it says "Task failed container health checks" then
        (AWS: stopped task error messages)."""
        return self.proxy_health == "UNHEALTHY" and any("health check" in reason.lower() for reason in self.reasons)

    @property
    def task_set(self) -> str:
        """The ARN that ECS writes as `DeploymentId` into Cloud Map (seen in real ListInstances output)."""
        head = self.arn.split(":task/", 1)[0]
        return f"{head}:task-set/{self.cluster}/{self.service}/{self.deployment_id}"


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
    """One revision; `ports` maps the name of a port mapping to its container port, `protocols` to its appProtocol,
    which is empty for TCP. Names of ranges of ports are in `protocols` alone; `udp` has those of udp. `cpu` (units) and
    `memory` (MiB) are the whole task's, None where it has none.

    `compatibilities` is what it was validated for when it was registered; `names_mode` is False where bridge mode is
    only ECS's default.

    `words` maps a place ("environment HOST of web", "command of web") to the digests of the words in its value, for
    this is kept and values may be secret (mentioned_names); None when there are too many words to keep.
    """

    arn: str
    network_mode: str
    ports: Mapping[str, int]
    udp: tuple[str, ...]
    containers: tuple[Container, ...] = ()
    cpu: int | None = None
    memory: int | None = None
    operating_system: str = ""
    protocols: Mapping[str, str] = field(default_factory=dict)
    compatibilities: tuple[str, ...] = ()
    names_mode: bool = True
    words: Mapping[str, tuple[str, ...]] | None = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Instance:
    """One Cloud Map instance; attributes that are not there are empty. `address` is IPv4, or IPv6 where there is no
    other."""

    id: str
    address: str = ""
    port: str = ""
    zone: str = ""
    deployment: str = ""

    @property
    def where(self) -> str:
        """Address and port, as a client writes them."""
        return f"[{self.address}]:{self.port}" if is_ipv6(self.address) else f"{self.address}:{self.port}"


def is_ipv6(address: str) -> bool:
    """Whether an address, as text, is one of IPv6."""
    return ":" in address
