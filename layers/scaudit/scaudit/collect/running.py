"""Everything about a cluster's running tasks, one read for each group; and the same once more in the safe order."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from scaudit.collect.aws import cloudmap, ecs
from scaudit.collect.aws.reads import Reads
from scaudit.model import Deployment, Endpoint, Service, Task, Unread
from scaudit.model.seen import Registration, Seen


def survey(reads: Reads, cluster: str, at: datetime, tasks: Sequence[Task]) -> list[Seen]:
    """What is to be known of these running tasks of one cluster; `at` is when their reads began.

    A task whose own deployment has Service Connect switched off is left out: it is none of ours.
    """
    services = ecs.services(reads, cluster, (task.service for task in tasks))
    seen = [
        Seen(task, services[task.service], ecs.task_definition(reads, cluster, task.task_definition), at)
        for task in tasks
        if is_ours(task, services[task.service])
    ]
    return _with_registrations(reads, seen, exact=False)


def confirm(reads: Reads, suspects: Iterable[Seen], at: datetime) -> list[Seen]:
    """Look at suspects again so that a task that leaves meanwhile cannot look broken: registrations first, and the
    tasks last. Only those that still run, shall run, and belong to the same deployment come back."""
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
        account = tasks[0].arn.split(":")[4]
        ids = [task.id for task in tasks]
        if exact or len(ids) == 1:
            answers: Mapping[str, Registration] = cloudmap.exactly(reads, cluster, account, endpoint, ids)
        else:
            there = cloudmap.discovered(reads, cluster, account, namespace, endpoint)
            answers = {id: there if isinstance(there, Unread) else there.get(id) for id in ids}
        for id, registration in answers.items():
            found[id][endpoint.name] = registration
    return [replace(one, registrations=found[one.task.id]) for one in seen]
