"""Whether the containers beside the proxy leave it room, and tell when they are ready."""

from collections.abc import Iterator

from scaudit.checks import sources
from scaudit.checks.check import Finding, Trigger, check
from scaudit.model import Severity, TaskDefinition
from scaudit.model.sentences import some

_PROXY_CPU, _PROXY_MEMORY = 256, 64
"""Units and MiB (AWS: Amazon ECS Service Connect components, Proxy resources)."""


@check(
    "SC107",
    title="essential containers have health checks",
    about="service",
    on=Trigger.SERVICE | Trigger.LINT,
    severity=Severity.INFO,
    why="Service Connect sends requests to a new task at once when its health checks pass; without any it waits for a "
    "time it guesses, and requests may meet an application that is not ready.",
    fix="Add a healthCheck to each essential container of the task definition, and deploy again.",
    source=f"{sources.OVERVIEW} (Initial Health Check configuration)",
)
def containers_have_health_checks(task_definition: TaskDefinition) -> Iterator[Finding]:
    """The essential containers of the task definition without a `healthCheck`, in one finding."""
    without = [c.name for c in task_definition.containers if c.essential and not c.health_check]
    if without:
        yield Finding(f"essential containers without a healthCheck: {some(without)}")


@check(
    "SC108",
    title="the task has room for the proxy",
    about="service",
    on=Trigger.SERVICE | Trigger.LINT,
    severity=Severity.INFO,
    why="The proxy runs on what the task's limits leave over beside its containers'. Too little of it, and it is slow "
    "or killed.",
    fix="Raise the task's cpu and memory by what the proxy needs, 256 units and 64 MiB, and deploy again.",
    source=f"{sources.COMPONENTS} (Proxy resources)",
)
def proxy_has_room(task_definition: TaskDefinition) -> Iterator[Finding]:
    """The task's CPU units and MiB, beside the sum of its containers' and the proxy's 256 units and 64 MiB. A task may
    leave out its CPU (None): then nothing limits it."""
    cpu = sum(container.cpu for container in task_definition.containers) + _PROXY_CPU
    memory = sum(container.memory for container in task_definition.containers) + _PROXY_MEMORY
    if task_definition.cpu is not None and task_definition.cpu < cpu:
        yield Finding(f"the task has {task_definition.cpu} CPU units, expected {cpu} for its containers and the proxy")
    if task_definition.memory is None:
        yield Finding(f"the task sets no memory, expected at least {memory} MiB for its containers and the proxy")
    elif task_definition.memory < memory:
        yield Finding(f"the task has {task_definition.memory} MiB, expected {memory} for its containers and the proxy")
