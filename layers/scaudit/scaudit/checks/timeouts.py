"""How long calls to an endpoint may take."""

from collections.abc import Iterator

from scaudit.checks import sources
from scaudit.checks.check import Finding, Trigger, check
from scaudit.model import Deployment, Severity, TaskDefinition

_DEFAULT = 15
"""Seconds (AWS: TimeoutConfiguration)."""


def _unnamed(deployment: Deployment, task_definition: TaskDefinition) -> str | None:
    missing = [e.port_name for e in deployment.endpoints if e.port_name not in task_definition.ports]
    return f"portName {', '.join(missing)} has no port mapping: see SC102" if missing else None


@check(
    "SC114",
    title="an HTTP, HTTP/2 or gRPC endpoint says how long a request may take",
    about="service",
    on=Trigger.SERVICE,
    severity=Severity.INFO,
    applies=_unnamed,
    why="The proxy ends a request that takes longer than the timeout of its endpoint, 15 seconds where none is set. "
    "The client gets an error although the server goes on.",
    fix="Set timeout.perRequestTimeoutSeconds of the endpoint to what its slowest call needs (0 is no limit), and "
    "deploy again.",
    source=f"{sources.ecs_api('TimeoutConfiguration')}; reported: {sources.issue('yc-software/qm', 1188)}",
)
def requests_have_a_timeout(deployment: Deployment, task_definition: TaskDefinition) -> Iterator[Finding]:
    """The endpoints whose port mapping has an `appProtocol` and that set no `perRequestTimeoutSeconds`, in one
    finding."""
    unset = [
        endpoint.name
        for endpoint in deployment.endpoints
        if endpoint.per_request_timeout is None and task_definition.protocols.get(endpoint.port_name)
    ]
    if unset:
        yield Finding(f"no timeout per request is set for {', '.join(unset)}: calls end after {_DEFAULT} seconds")
