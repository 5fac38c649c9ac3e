"""What is registered of tasks that a service no longer has, and who has their addresses now."""

from collections.abc import Mapping
from itertools import islice

from scaudit.collect.aws import ecs
from scaudit.collect.aws.cloudmap import exactly
from scaudit.collect.aws.reads import Reads
from scaudit.model import Instance, Service, Task, Unread
from scaudit.model.seen import Ghost

MOST_TASK_PAGES = 10
"""Pages of a cluster's tasks that are searched for the new owner of an address."""


def leftovers(
    reads: Reads, service: Service, gone: Mapping[str, Task | None]
) -> dict[tuple[str, str], Ghost | Unread | None]:
    """What is left of each of these tasks under each endpoint, by (endpoint, task id); one that was not stopped is
    another service's.

    The tasks were described before and the registrations are read now: a registration that is still there is left over.
    """
    found: dict[tuple[str, str], Ghost | Unread | None] = {}
    account = service.account
    for endpoint in service.endpoints:
        answers = exactly(reads, service.cluster, account, endpoint, list(gone))
        for task_id, registration in answers.items():
            if isinstance(registration, Instance):
                found[endpoint.name, task_id] = _ghost(reads, service, registration, gone[task_id])
            else:
                found[endpoint.name, task_id] = registration
    return found


def _ghost(reads: Reads, service: Service, instance: Instance, before: Task | None) -> Ghost:
    if before and before.last_status != "STOPPED":
        return Ghost(instance, _name(before), stray=True)
    return Ghost(instance, _new_owner(reads, service, instance, before))


def _new_owner(reads: Reads, service: Service, instance: Instance, before: Task | None) -> str:
    """The running task of another service that has the address now. Within one VPC an address belongs to one subnet, so
    the same address in the same subnet is the same address. That of a task that ECS has forgotten was one of its
    service's; without any subnet nothing is claimed."""
    subnets = ({before.subnet} if before else service.subnets) - {""}
    if not subnets:
        return ""
    owners = _addresses(reads, service.cluster)
    found = [owners[key] for subnet in sorted(subnets) if (key := (instance.address, subnet)) in owners]
    return next((name for service_now, name in found if service_now != service.name), "")


def _addresses(reads: Reads, cluster: str) -> dict[tuple[str, str], tuple[str, str]]:
    """The service and the name of each running task of a cluster by its address and subnet, read once a batch."""
    key = f"addresses of {cluster}"
    if key not in reads.once:
        reads.once[key] = found = {}
        for ids in islice(ecs.task_ids(reads, cluster), MOST_TASK_PAGES):
            if isinstance(ids, Unread):
                break
            for task in ecs.tasks(reads, cluster, ids).values():
                if isinstance(task, Task) and task.address and task.last_status == "RUNNING":
                    found[task.address, task.subnet] = task.service, _name(task)
    known: dict[tuple[str, str], tuple[str, str]] = reads.once[key]
    return known


def _name(task: Task) -> str:
    return f"{task.service or 'a task'} ({task.id})"
