"""What deleted ECS services leave in a namespace."""

from collections.abc import Iterator

from scaudit.checks import sources
from scaudit.checks.check import Finding, Trigger, check
from scaudit.model import LeftService, Severity


@check(
    "SC208",
    title="every Cloud Map service that is managed by an ECS service has one",
    about="namespace",
    on=Trigger.SWEEP,
    severity=Severity.WARNING,
    settles=600,
    why="ECS refuses to create a service whose discovery name a Cloud Map service of another one has: the deployment "
    'fails with "SC service is already used".',
    fix="Delete this Cloud Map service (aws servicediscovery delete-service --id ID), and before it whatever is still "
    "registered in it (aws servicediscovery deregister-instance).",
    source=f"reported: {sources.issue('aws/copilot-cli', 4339)}, {sources.issue('aws/copilot-cli', 4313)}; "
    f"{sources.ANSWERS} (the description of the service)",
)
def cloud_map_service_has_its_owner(left: LeftService | None) -> Iterator[Finding]:
    """A Cloud Map service whose description names an ECS service that is gone; None for one that is not left over."""
    if left:
        yield Finding(f"Cloud Map service {left.name} ({left.id}) is left of {left.owner}, which ECS does not have")
