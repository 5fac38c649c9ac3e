"""Services, deployments and tasks as the control plane knows them."""

import asyncio
from dataclasses import dataclass, field
from typing import Any

from local.emulator.ecs.containers import ContainerState
from local.emulator.ecs.network import Interface
from local.emulator.ecs.placement import Placement

PROVISIONING, PENDING, ACTIVATING = "PROVISIONING", "PENDING", "ACTIVATING"
RUNNING, DEACTIVATING, STOPPED = "RUNNING", "DEACTIVATING", "STOPPED"


@dataclass(eq=False)
class Task:
    """One task, and all that its descriptions and events are made of."""

    id: str
    arn: str
    service: "Service"
    deployment: "Deployment"
    interface: Interface
    proxy: str | None
    tags: dict[str, str]
    container_ids: dict[str, str]
    attachment_ids: dict[str, str]
    times: dict[str, float]
    last_status: str = PROVISIONING
    desired_status: str = RUNNING
    version: int = 0
    stop_code: str = ""
    stopped_reason: str = ""
    # Why ECS could not do what the task needs, as its attachment says it.
    status_reason: str = ""
    exit_code: int = 0
    proxy_state: ContainerState = field(default_factory=ContainerState)
    application: ContainerState = field(default_factory=ContainerState)
    # Where a container's port is reached on its container instance, in bridge mode.
    host_ports: dict[tuple[str, int], int] = field(default_factory=dict)
    registered: list[str] = field(default_factory=list)
    told_to_stop: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def wanted(self) -> bool:
        """Whether it shall run."""
        return self.desired_status == RUNNING

    @property
    def has_address(self) -> bool:
        """Whether the interface is its own, and not that of the container instance it runs on."""
        return self.deployment.network_mode == "awsvpc"


@dataclass(eq=False)
class Deployment:
    """One deployment of a service: a task definition, a placement and a Service Connect configuration."""

    id: str
    service_arn: str
    task_definition: dict[str, Any]
    placement: Placement
    created_at: float
    updated_at: float
    service_connect: dict[str, Any] | None
    resources: list[dict[str, str]]
    completed: bool = False
    failed_tasks: int = 0

    @property
    def meshed(self) -> bool:
        """Whether its tasks have a proxy."""
        return bool(self.service_connect and self.service_connect["enabled"])

    @property
    def network_mode(self) -> str:
        """The network mode of its task definition."""
        return str(self.task_definition["networkMode"])

    @property
    def task_set_arn(self) -> str:
        """The name Service Connect gives a deployment, in Cloud Map and in the proxy's environment."""
        return f"{self.service_arn.replace(':service/', ':task-set/')}/{self.id}"


@dataclass(eq=False)
class Service:
    """One service with its deployments, the PRIMARY one first, and its tasks."""

    arn: str
    name: str
    cluster_arn: str
    asked: dict[str, Any]
    settings: dict[str, Any]
    desired: int
    tags: dict[str, str]
    created_at: float
    deployments: list[Deployment]
    tasks: list[Task] = field(default_factory=list)
    status: str = "ACTIVE"
    steady: bool = False

    @property
    def primary(self) -> Deployment:
        """The deployment that new tasks belong to."""
        return self.deployments[0]

    def count(self, deployment: Deployment | None, *, running: bool) -> int:
        """How many wanted tasks are in RUNNING, or are not yet; of one deployment, or of all."""
        return sum(
            task.wanted and (task.last_status == RUNNING) == running
            for task in self.tasks
            if deployment in (None, task.deployment)
        )
