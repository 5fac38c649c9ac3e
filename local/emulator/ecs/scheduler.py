"""What a service's scheduler does next: a pure decision from the service as it stands."""

from dataclasses import dataclass
from math import ceil, floor

from local.emulator.ecs.model import RUNNING, Service, Task


@dataclass(frozen=True)
class Step:
    """How many tasks to start, and which to stop."""

    start: int
    stop: list[Task]


def next_step(service: Service) -> Step:
    """Tasks of the primary deployment to start, and tasks to stop, within the deployment's percentages.

    New tasks are started before old ones are stopped as long as maximumPercent leaves room for that; only without
    room do old ones go first, down to minimumHealthyPercent.
    """
    wanted = [task for task in service.tasks if task.wanted]
    new = [task for task in wanted if task.deployment is service.primary]
    old = [task for task in wanted if task.deployment is not service.primary]
    limits = service.settings["deploymentConfiguration"]
    most = floor(service.desired * limits["maximumPercent"] / 100)
    least = ceil(service.desired * limits["minimumHealthyPercent"] / 100)

    missing = max(0, service.desired - len(new))
    start = min(missing, max(0, most - len(wanted)))
    surplus = waiting_first(new)[: max(0, len(new) - service.desired)]

    running = sum(task.last_status == RUNNING for task in wanted if task not in surplus)
    spare = max(0, running - (least if missing > start else service.desired))
    replaced = [task for task in old if task.last_status != RUNNING]
    replaced += [task for task in old if task.last_status == RUNNING][:spare]
    return Step(start, surplus + replaced)


def waiting_first(tasks: list[Task]) -> list[Task]:
    """Tasks that do not run yet, then the youngest."""
    return sorted(tasks, key=lambda task: (task.last_status == RUNNING, -task.times["createdAt"]))


def is_steady(service: Service) -> bool:
    """As many tasks of the primary deployment as desired run, and no other task is left."""
    return len(service.tasks) == service.desired == service.count(service.primary, running=True)
