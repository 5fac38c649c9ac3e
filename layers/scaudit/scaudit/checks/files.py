"""What only files can have wrong, for AWS would not have taken it."""

from collections.abc import Iterator

from scaudit.checks import sources
from scaudit.checks.check import Finding, Trigger, check
from scaudit.model import Deployment, Severity, TaskDefinition


@check(
    "SC112",
    title="ECS accepts every value in the file",
    about="file",
    on=Trigger.LINT,
    severity=Severity.ERROR,
    why="CreateService or RegisterTaskDefinition will refuse the file, and nothing is deployed. A value that is not "
    "what it should be cannot be judged further: whatever needs it is unknown.",
    fix="Correct the value in the file as the sentence says.",
    source="https://github.com/boto/botocore (the shapes of CreateService and RegisterTaskDefinition); "
    f"{sources.ecs_api('ServiceConnectService')}; {sources.ecs_api('ServiceConnectClientAlias')}; "
    f"{sources.ecs_api('PortMapping')}; answers of ECS: {sources.issue('hashicorp/terraform-provider-aws', 44027)}, "
    f"{sources.issue('hashicorp/terraform-provider-aws', 28293)}",
)
def values_are_of_their_type(misfit: str) -> Iterator[Finding]:
    """The sentence about a value that ECS would not take; `misfit` is empty when there is none."""
    if misfit:
        yield Finding(misfit)


def _no_timeout(deployment: Deployment) -> str | None:
    timed = [endpoint for endpoint in deployment.endpoints if endpoint.per_request_timeout is not None]
    return None if timed else "no endpoint has a timeout per request"


@check(
    "SC113",
    title="only HTTP, HTTP/2 or gRPC endpoints have a timeout per request",
    about="service",
    on=Trigger.LINT,
    severity=Severity.ERROR,
    applies=_no_timeout,
    why="Without an appProtocol the proxy passes on TCP, in which it sees no requests: it may only have "
    "idleTimeoutSeconds.",
    fix="Set appProtocol (http, http2 or grpc) on the port mapping in the task definition, or take "
    "perRequestTimeoutSeconds out.",
    source=f"{sources.ecs_api('TimeoutConfiguration')} (perRequestTimeoutSeconds)",
)
def timeouts_suit_protocols(deployment: Deployment, task_definition: TaskDefinition) -> Iterator[Finding]:
    """For each endpoint with `perRequestTimeoutSeconds`: the `appProtocol` of its port mapping, empty for TCP."""
    for endpoint in deployment.endpoints:
        protocol = task_definition.protocols.get(endpoint.port_name, "unknown")
        if endpoint.per_request_timeout and not protocol:
            told = f"perRequestTimeoutSeconds {endpoint.per_request_timeout}, and its port mapping no appProtocol (TCP)"
            yield Finding(f"endpoint {endpoint.name} has {told}")
