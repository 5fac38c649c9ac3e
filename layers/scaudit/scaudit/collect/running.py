"""Everything about a cluster's running tasks, one read for each group; and the same once more in the safe order."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from scaudit.collect.aws import cloudmap, ecs
from scaudit.collect.aws.reads import Reads
from scaudit.model import Deployment, Endpoint, Instance, Service, Task, TaskDefinition, Unread
from scaudit.model.seen import Registration, Seen
from scaudit.values import dataclass


@dataclass(frozen=True, slots=True)
class Survey:
    """What is to be known of tasks of one cluster is read for these alone; `at` is when their reads began."""

    reads: Reads
    cluster: str
    at: datetime

    def seen(self, running: Sequence[Task]) -> list[Seen]:
        """What is known of these running tasks. One whose own deployment has Service Connect switched off is left out:
        it is none of ours."""
        services = self.services([task.service for task in running])
        seen = [
            Seen(task, services[task.service], self._definition(task), self.at)
            for task in running
            if is_ours(task, services[task.service])
        ]
        return _with_registrations(self.reads, seen, exact=False)

    def services(self, names: Iterable[str]) -> dict[str, Service | Unread | None]:
        """These services as they are now; None for one that is gone."""
        return ecs.services(self.reads, self.cluster, names)

    def registered(self, service: str) -> Mapping[str, Mapping[str, Instance]]:
        """Nothing: no service was read as a whole."""
        return {}

    def may_have_left(self, service: str, task_id: str, task: Task | None) -> bool:
        """Whether a task that is gone, or another service's, had a proxy and so may be registered."""
        return task is None or task.last_status != "STOPPED" or bool(task.proxy)

    def _definition(self, task: Task) -> TaskDefinition | Unread:
        return ecs.task_definition(self.reads, self.cluster, task.task_definition)


def confirm(reads: Reads, suspects: Iterable[Seen], at: datetime) -> list[Seen]:
    """Look at suspects again so that a task that leaves meanwhile cannot look broken: registrations first, exactly, and
    the tasks last. Only those that still run, shall run, and belong to the same deployment come back."""
    looked = _with_registrations(reads, [replace(seen, at=at) for seen in suspects], exact=True)
    by_cluster: dict[str, list[Seen]] = defaultdict(list)
    for seen in looked:
        by_cluster[seen.task.cluster].append(seen)
    standing: list[Seen] = []
    for cluster, group in by_cluster.items():
        tasks = ecs.tasks(reads, cluster, (seen.task.id for seen in group))
        for seen in group:
            now = tasks[seen.task.id]
            if isinstance(now, Unread):
                unread = dict.fromkeys(seen.registrations, now)  # without this last read nothing is proven
                standing.append(replace(seen, registrations=unread))
            elif now and _is_still(now, seen.task):
                standing.append(replace(seen, task=now))
    return standing


def _is_still(now: Task, before: Task) -> bool:
    same = now.deployment_id == before.deployment_id
    return same and now.last_status == "RUNNING" and now.desired_status == "RUNNING"


def is_ours(task: Task, service: Service | Unread | None) -> bool:
    """Whether the task takes part in Service Connect, or may do so as far as could be read."""
    if isinstance(service, Unread):
        return True
    own = next((d for d in service.deployments if d.id == task.deployment_id), None) if service else None
    return own.service_connect if own else bool(task.proxy)


def _with_registrations(reads: Reads, seen: Sequence[Seen], *, exact: bool) -> list[Seen]:
    wanted: dict[tuple[str, str, Endpoint], list[Task]] = defaultdict(list)
    for one in seen:
        if isinstance(one.deployment, Deployment):
            for endpoint in one.deployment.endpoints:
                wanted[one.task.cluster, one.deployment.namespace, endpoint].append(one.task)
    found: dict[str, dict[str, Registration]] = defaultdict(dict)
    for (cluster, namespace, endpoint), tasks in wanted.items():
        account = tasks[0].account
        ids = [task.id for task in tasks]
        if exact or len(ids) == 1:
            answers: Mapping[str, Registration] = cloudmap.exactly(reads, cluster, account, endpoint, ids)
        else:
            there = cloudmap.discovered(reads, cluster, account, namespace, endpoint)
            answers = {task_id: there if isinstance(there, Unread) else there.get(task_id) for task_id in ids}
        for task_id, registration in answers.items():
            found[task_id][endpoint.name] = registration
    return [replace(one, registrations=found[one.task.id]) for one in seen]
