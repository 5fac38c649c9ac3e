"""Whole services, each read once: what is registered under their endpoints, and every task that is or should be."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import field
from datetime import datetime

from scaudit.collect.aws import cloudmap, ecs
from scaudit.collect.aws.reads import Reads
from scaudit.collect.running import is_ours
from scaudit.model import Endpoint, Instance, Service, Task, TaskDefinition, Unread
from scaudit.model.seen import Seen
from scaudit.values import dataclass

Registered = Mapping[str, Instance | Unread] | Unread
"""What is registered under an endpoint, by task id: an instance of a shape not known is Unread."""


@dataclass(frozen=True, slots=True)
class Whole:
    """One service as one look saw it. `registered` maps an endpoint to what Cloud Map has under it; `tasks` has every
    task that is registered, shall run, or was asked for; `strays` those of them that run for another service;
    `unlisted` is why others may be missing, `unmet` how many running ones ECS counts beyond them."""

    service: Service
    registered: Mapping[str, Registered]
    tasks: Mapping[str, Task | Unread | None]
    strays: Mapping[str, Task] = field(default_factory=dict)
    unlisted: Unread | None = None
    unmet: int = 0

    def stands(self, task_id: str) -> bool:
        """Whether Cloud Map has a registration of this task under any endpoint."""
        return any(task_id in found for found in self.registered.values() if not isinstance(found, Unread))

    def bridged(self, task_definition: TaskDefinition | Unread) -> Iterator[tuple[Endpoint, Mapping[str, Instance]]]:
        """The endpoints with what is registered under them, where two tasks can have one address: in bridge mode only.
        Elsewhere each task has its own, which SC202 compares."""
        if isinstance(task_definition, Unread) or task_definition.network_mode != "bridge":
            return
        for endpoint in self.service.endpoints:
            found = self.registered[endpoint.name]
            if not isinstance(found, Unread):
                yield (
                    endpoint,
                    {task_id: instance for task_id, instance in found.items() if isinstance(instance, Instance)},
                )

    def seen(self, reads: Reads, at: datetime, running: Iterable[Task]) -> list[Seen]:
        """These running tasks of the service with what is known of each."""
        return [
            Seen(
                task=task,
                service=self.service,
                task_definition=ecs.task_definition(reads, task.cluster, task.task_definition),
                at=at,
                registrations={
                    endpoint: found if isinstance(found, Unread) else found.get(task.id)
                    for endpoint, found in self.registered.items()
                },
            )
            for task in running
            if is_ours(task, self.service)
        ]


@dataclass(frozen=True, slots=True)
class Wholes:
    """Services of one cluster by name, each read as a whole `at` one moment, and the tasks of theirs that are on record
    as `ghosts`: whatever else is to be known of their tasks is known."""

    reads: Reads
    at: datetime
    by_name: Mapping[str, Whole]
    ghosts: Mapping[str, Collection[str]]

    def seen(self, running: Sequence[Task]) -> list[Seen]:
        """What is known of these running tasks; without those that take no part in Service Connect."""
        return [one for task in running for one in self.by_name[task.service].seen(self.reads, self.at, [task])]

    def services(self, names: Iterable[str]) -> dict[str, Service | Unread | None]:
        """These services."""
        return {name: self.by_name[name].service for name in names}

    def registered(self, service: str) -> dict[str, dict[str, Instance]]:
        """What was seen to be registered for a service, by endpoint and task id."""
        return {
            endpoint: {task_id: one for task_id, one in found.items() if isinstance(one, Instance)}
            for endpoint, found in self.by_name[service].registered.items()
            if not isinstance(found, Unread)
        }

    def may_have_left(self, service: str, task_id: str, task: Task | None) -> bool:
        """Whether a task is registered for the service, or is on record as such."""
        return self.by_name[service].stands(task_id) or task_id in self.ghosts[service]


def whole(reads: Reads, cluster: str, services: Sequence[Service], asked: Mapping[str, Collection[str]]) -> list[Whole]:
    """These services of one cluster; `asked` names tasks of theirs (by service) that must be described too.

    Registrations come first and name most tasks, so that a hundred of them cost one call whosever they are. A
    service's tasks are listed only if they are not all among these, by its own counts.
    """
    registered = _registered(reads, services)
    homes: dict[str, set[str]] = defaultdict(set)
    ids: dict[str, set[str]] = {}
    for service in services:
        named = {
            task_id: home for found in registered[service.name].values() for task_id, home in _homes(found, cluster)
        }
        named |= dict.fromkeys(asked.get(service.name, ()), cluster)
        ids[service.name] = set(named)
        for task_id, home in named.items():
            homes[home].add(task_id)
    described: dict[str, Task | Unread | None] = {}
    for home, wanted in homes.items():
        described |= ecs.tasks(reads, home, wanted)
    # A registration may name the wrong cluster.
    elsewhere = {task_id for home, wanted in homes.items() if home != cluster for task_id in wanted}
    at_home = ecs.tasks(reads, cluster, {task_id for task_id in elsewhere if not isinstance(described[task_id], Task)})
    described |= {task_id: task for task_id, task in at_home.items() if task}
    unlisted: dict[str, Unread] = {}
    missing = [(s.name, desired) for s in services for desired in _to_list(s, [described[t] for t in ids[s.name]])]
    listed = reads.each(lambda each: list(ecs.task_ids(reads, cluster, *each)), missing)
    for (name, _), pages in zip(missing, listed, strict=True):
        unlisted.update((name, page) for page in pages if isinstance(page, Unread))
        ids[name].update(*(page for page in pages if not isinstance(page, Unread)))
    described |= ecs.tasks(
        reads, cluster, {task_id for wanted in ids.values() for task_id in wanted} - described.keys()
    )
    return [
        _whole(service, registered[service.name], ids[service.name], described, unlisted.get(service.name))
        for service in services
    ]


def _whole(
    service: Service,
    registered: Mapping[str, Registered],
    ids: Iterable[str],
    described: Mapping[str, Task | Unread | None],
    unlisted: Unread | None,
) -> Whole:
    """A task of another service that runs is that one's, too; one that was stopped has left something here."""
    tasks: dict[str, Task | Unread | None] = {}
    strays: dict[str, Task] = {}
    for task_id in sorted(ids):
        task = described[task_id]
        if not isinstance(task, Task) or _is_of(task, service) or task.last_status == "STOPPED":
            tasks[task_id] = task
        elif task.last_status == "RUNNING":
            strays[task_id] = task
    return Whole(service, registered, tasks, strays, unlisted)


def _registered(reads: Reads, services: Sequence[Service]) -> dict[str, dict[str, Registered]]:
    """By service and endpoint; of an endpoint of several deployments, what the PRIMARY one says of it."""
    wanted = {
        (service.name, endpoint.name): (service.cluster, service.account, deployment.namespace, endpoint)
        for service in services
        for deployment in reversed(service.deployments)
        for endpoint in deployment.endpoints
    }
    answers = reads.each(lambda asked: cloudmap.discovered(reads, *asked), wanted.values())
    found: dict[str, dict[str, Registered]] = {service.name: {} for service in services}
    for (name, endpoint), answer in zip(wanted, answers, strict=True):
        found[name][endpoint] = answer
    return found


def _homes(found: Registered, cluster: str) -> list[tuple[str, str]]:
    """Each registered task with its cluster, which `DeploymentId`, a task set's ARN, names."""
    if isinstance(found, Unread):
        return []
    homes = {
        task_id: _cluster_of(one.deployment) if isinstance(one, Instance) else "" for task_id, one in found.items()
    }
    return [(task_id, home or cluster) for task_id, home in homes.items()]


def _cluster_of(task_set: str) -> str:
    return task_set.partition(":task-set/")[2].partition("/")[0]


def _to_list(service: Service, seen: Sequence[Task | Unread | None]) -> list[str]:
    """What of its tasks must be listed: those that shall run, unless as many of these run as ECS counts and none can be
    on its way; and those that were stopped, while it has not as many as it shall have. Whether ECS counts a task that
    is PROVISIONING or ACTIVATING as RUNNING or PENDING is not documented (botocore: Service)."""
    staying = [t for t in seen if isinstance(t, Task) and _is_of(t, service) and t.desired_status == "RUNNING"]
    running = sum(task.last_status == "RUNNING" for task in staying)
    short = service.running < service.desired
    wanted = ["RUNNING"] if running != service.running or service.pending or short or service.changing else []
    return [*wanted, "STOPPED"] if short else wanted


def _is_of(task: Task, service: Service) -> bool:
    return (task.cluster, task.service) == (service.cluster, service.name)
