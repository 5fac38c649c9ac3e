"""SC1xx: what the service declares."""

from collections.abc import Iterator

from scaudit.check import Finding, check
from scaudit.model import Deployment, Severity, TaskDefinition


@check(
    "SC102",
    title="every port name is a named port mapping",
    about="service",
    severity=Severity.ERROR,
    fix="Give the container's port mapping in the task definition this name, or correct portName, and deploy again.",
)
def port_names_exist(deployment: Deployment, task_definition: TaskDefinition) -> Iterator[Finding]:
    named = ", ".join(sorted(task_definition.ports)) or "none"
    for endpoint in deployment.endpoints:
        if endpoint.port_name not in task_definition.ports:
            yield Finding(f"portName {endpoint.port_name} is not among the named port mappings ({named})")
