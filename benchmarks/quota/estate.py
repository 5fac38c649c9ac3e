"""An estate of ECS services as a timetable: what is true at a moment follows from the moment alone."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import md5

from tests.builders import ARN, MAP

NEVER = datetime.max.replace(tzinfo=UTC)
KEPT = timedelta(hours=1)
"""So long ECS describes a stopped task (AWS: DescribeTasks)."""
CONTAINER_PORT = 8080


@dataclass(slots=True, eq=False)
class Task:
    """One task. It is PENDING until it starts, and DEACTIVATING from `stopping_at` until it stopped; Cloud Map has it
    from `registered_at` until `deregistered_at`. `fault` is the id of the check that minds it."""

    id: str
    number: int
    service: "Service"
    deployment: "Deployment"
    created_at: datetime
    registered_at: datetime
    started_at: datetime
    stopping_at: datetime = NEVER
    deregistered_at: datetime = NEVER
    stopped_at: datetime = NEVER
    fault: str = ""

    @property
    def key(self) -> str:
        return f"{self.number:06d}"

    @property
    def arn(self) -> str:
        return f"{ARN}:task/{self.service.cluster.name}/{self.id}"

    def status(self, now: datetime) -> str:
        """ECS's word for it; none before it was created, and when ECS has forgotten it."""
        if now < self.created_at or (self.stopped_at < NEVER and now > self.stopped_at + KEPT):
            return ""
        if now >= self.stopped_at:
            return "STOPPED"
        if now >= self.stopping_at:
            return "DEACTIVATING"
        return "RUNNING" if now >= self.started_at else "PENDING"

    def registered(self, now: datetime) -> bool:
        return self.registered_at <= now < self.deregistered_at and self.fault != "SC201"


@dataclass(slots=True, eq=False)
class Deployment:
    """One deployment; ECS lists it until `retired_at`, and calls the youngest PRIMARY."""

    id: str
    created_at: datetime
    retired_at: datetime = NEVER


@dataclass(slots=True, eq=False)
class Service:
    """One service. `endpoints` are its discovery names: none for a client."""

    number: int
    name: str
    cluster: "Cluster"
    namespace: str
    endpoints: tuple[str, ...]
    created_at: datetime
    desired: int
    deployments: list[Deployment] = field(default_factory=list)
    tasks: list[Task] = field(default_factory=list)
    fault: str = ""
    family: str = ""
    group: str = ""
    """Of its task definition, and of its proxies' logs, where they are not as for all services."""

    @property
    def key(self) -> str:
        return self.name

    @property
    def arn(self) -> str:
        return f"{ARN}:service/{self.cluster.name}/{self.name}"

    @property
    def definition(self) -> str:
        return f"{ARN}:task-definition/{self.family or f'{self.cluster.name}-{self.name}'}:1"

    @property
    def log_group(self) -> str:
        return self.group or f"/ecs/{self.cluster.name}"

    def listed(self, now: datetime) -> list[Deployment]:
        """Its deployments at a moment, the PRIMARY first."""
        return [d for d in reversed(self.deployments) if d.created_at <= now < d.retired_at]


@dataclass(slots=True, eq=False)
class Cluster:
    """One cluster."""

    name: str
    services: dict[str, Service] = field(default_factory=dict)

    @property
    def key(self) -> str:
        return self.name

    @property
    def arn(self) -> str:
        return f"{ARN}:cluster/{self.name}"

    def tasks(self) -> Iterator[Task]:
        for service in self.services.values():
            yield from service.tasks


class Estate:
    """Everything in one account and Region, and how to find it by the names AWS gives it."""

    def __init__(self) -> None:
        self.clusters: dict[str, Cluster] = {}
        self.tasks: dict[str, Task] = {}
        self.services: dict[str, Service] = {}
        """By the id of their Cloud Map services and by their task definition."""
        self.namespaces: dict[str, str] = {}
        """The HttpName of each, by id."""
        self._services = 0

    def create(
        self, cluster: str, name: str, at: datetime, *, endpoints: tuple[str, ...], desired: int, namespace: str
    ) -> Service:
        """A service with one deployment, steady since `at`; its endpoints are there for a month longer."""
        home = self.clusters.setdefault(cluster, Cluster(cluster))
        self._services += 1
        made = Service(self._services, name, home, namespace, endpoints, at - timedelta(days=30), desired)
        self.namespaces[namespace_id(namespace)] = f"{namespace}-http"
        home.services[name] = self.services[made.definition] = made
        self.services |= {cloud_map_id(namespace, endpoint): made for endpoint in endpoints}
        deployment = self.deploy(made, at)
        for _ in range(desired):
            self.start(deployment, made, at)
        return made

    def deploy(self, service: Service, at: datetime) -> Deployment:
        """A new deployment, which is PRIMARY from now on."""
        number = service.number * 1000 + len(service.deployments)
        service.deployments.append(Deployment(f"ecs-svc/{number:019d}", at))
        return service.deployments[-1]

    def start(self, deployment: Deployment, service: Service, at: datetime) -> Task:
        """A task that is created at a moment, registered 28 and RUNNING 30 seconds after."""
        number = len(self.tasks)
        id = md5(str(number).encode(), usedforsecurity=False).hexdigest()
        registered, started = at + timedelta(seconds=28), at + timedelta(seconds=30)
        self.tasks[id] = task = Task(id, number, service, deployment, at, registered, started)
        service.tasks.append(task)
        return task

    def stop(self, task: Task, at: datetime, *, forgotten: bool = False) -> None:
        """A task that begins to leave at a moment; a `forgotten` one stays in Cloud Map."""
        task.stopping_at, task.stopped_at = at, at + timedelta(seconds=15)
        task.deregistered_at = NEVER if forgotten else at + timedelta(seconds=5)

    def roll(self, service: Service, at: datetime, every: timedelta) -> None:
        """A rolling deployment: one task comes and one goes at a time."""
        before = [task for task in service.tasks if task.stopping_at == NEVER]
        old, new = service.deployments[-1], self.deploy(service, at)
        for n, leaving in enumerate(before):
            coming = self.start(new, service, at + n * every)
            self.stop(leaving, coming.started_at + timedelta(seconds=5))
        old.retired_at = max(task.stopped_at for task in before)


def namespace_id(name: str) -> str:
    return f"ns-{name}"


def namespace_arn(name: str) -> str:
    return f"{MAP}:namespace/{namespace_id(name)}"


def cloud_map_id(namespace: str, endpoint: str) -> str:
    return f"srv-{namespace}-{endpoint}"
