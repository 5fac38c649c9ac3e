"""What is registered of tasks that a service no longer has, and who has their addresses now."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from itertools import islice

from scaudit.collect.aws import ecs
from scaudit.collect.aws.cloudmap import exactly
from scaudit.collect.aws.reads import Reads
from scaudit.model import Instance, Service, Task, Unread
from scaudit.model.seen import Ghost

MOST_TASK_PAGES = 10
"""Pages of a cluster's tasks that are searched for the new owner of an address."""
_A_WHILE = timedelta(minutes=5)
"""So long it is believed who has which address, for all looks at what was left meanwhile."""


def leftovers(
    reads: Reads, service: Service, gone: Mapping[str, Task | None], seen: Mapping[str, Mapping[str, Instance]]
) -> dict[tuple[str, str], Ghost | Unread | None]:
    """What is left of each of these tasks under each endpoint, by (endpoint, task id); one that was not stopped is
    another service's. `seen` has what a whole endpoint was `seen` to have, by endpoint and task id: that is no proof.

    The tasks were described before and the other registrations are read now: what is still there is left over.
    """
    found: dict[tuple[str, str], Ghost | Unread | None] = {}
    account = service.account
    for endpoint in service.endpoints:
        there = seen.get(endpoint.name, {})
        answers = exactly(reads, service.cluster, account, endpoint, [each for each in gone if each not in there])
        for task_id, registration in {**answers, **{each: there[each] for each in gone if each in there}}.items():
            if isinstance(registration, Instance):
                found[endpoint.name, task_id] = _ghost(reads, service, registration, gone[task_id])
            else:
                found[endpoint.name, task_id] = registration
    return found


def _ghost(reads: Reads, service: Service, instance: Instance, before: Task | None) -> Ghost:
    if before and not before.ended_at:
        return Ghost(instance, _name(before), stray=True)
    remains = before.last_status if before and before.last_status != "STOPPED" else ""
    why = f" ({before.registration_reason})" if before and remains and before.registration_reason else ""
    return Ghost(instance, _new_owner(reads, service, instance, before), remains=remains + why)


def _new_owner(reads: Reads, service: Service, instance: Instance, before: Task | None) -> str:
    """The running task of another service that has the address now. Within one VPC an address belongs to one subnet, so
    the same address in the same subnet is the same address. That of a task that ECS has forgotten was one of its
    service's; without any subnet nothing is claimed."""
    subnets = ({before.subnet} if before else service.subnets) - {""}
    if not subnets or not instance.address:
        return ""
    owners = _addresses(reads, service.cluster).get(instance.address, ())
    mine = {task_id: name for subnet, name, task_id in owners if subnet in subnets and name != service.name}
    if mine and _list_of(service.cluster) not in reads.once:
        found = ecs.tasks(reads, service.cluster, mine)
        mine = {each: name for each, name in mine.items() if _is_at(found[each], instance.address)}
    return next((_called(name, task_id) for task_id, name in mine.items()), "")


def _is_at(task: Task | Unread | None, address: str) -> bool:
    return isinstance(task, Task) and task.last_status == "RUNNING" and task.address == address


def _addresses(reads: Reads, cluster: str) -> Mapping[str, Sequence[Sequence[str]]]:
    """The subnet, the service and the id of each running task of a cluster by its address: as of now, and then known
    for this batch, or as of a few minutes ago."""
    key = _list_of(cluster)
    known: Mapping[str, Sequence[Sequence[str]]] | None = reads.once.get(key) or reads.memory.get(key)
    if known is None:
        found: dict[str, list[tuple[str, str, str]]] = {}
        whole = True
        for ids in islice(ecs.task_ids(reads, cluster), MOST_TASK_PAGES):
            if isinstance(ids, Unread):
                whole = False
                break
            for task in ecs.tasks(reads, cluster, ids).values():
                if isinstance(task, Task) and task.address and task.last_status == "RUNNING":
                    found.setdefault(task.address, []).append((task.subnet, task.service, task.id))
        reads.once[key] = known = found
        if whole:
            reads.memory.keep(key, found, _A_WHILE)
    return known


def _list_of(cluster: str) -> str:
    return f"addresses of {cluster}"


def _name(task: Task) -> str:
    return _called(task.service, task.id)


def _called(service: str, task_id: str) -> str:
    return f"{service or 'a task'} ({task_id})"
