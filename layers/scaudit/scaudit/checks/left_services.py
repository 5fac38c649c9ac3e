"""What ECS services leave in a namespace that are deleted, or have an endpoint no longer."""

from collections.abc import Iterator

from scaudit.checks import sources
from scaudit.checks.check import Finding, Trigger, check
from scaudit.model import LeftService, Severity


@check(
    "SC208",
    title="every Cloud Map service that is managed by an ECS service is that of one of its endpoints",
    about="namespace",
    on=Trigger.SWEEP,
    severity=Severity.WARNING,
    settles=600,
    why="ECS refuses to create a service whose discovery name a Cloud Map service of another one has: the deployment "
    'fails with "SC service is already used". What is still registered in one leads nobody to the service any more.',
    fix="Delete this Cloud Map service (aws servicediscovery delete-service --id ID), and before it whatever is still "
    "registered in it (aws servicediscovery deregister-instance).",
    source=f"reported: {sources.issue('aws/copilot-cli', 4339)}, {sources.issue('aws/copilot-cli', 4313)}; "
    f"{sources.ANSWERS} (the description of the service)",
)
def cloud_map_service_has_its_owner(left: LeftService | None) -> Iterator[Finding]:
    """A Cloud Map service whose description names an ECS service that is gone, or has no such endpoint while tasks are
    registered there; None for one that is not left over."""
    if left and left.registered:
        count = len(left.registered)
        tasks = f"{count} task{'s' * (count > 1)}{', among them' * (count > 1)} {left.registered[0]}"
        yield Finding(
            f"Cloud Map service {left.name} ({left.id}) is no endpoint's of {left.owner}, which manages it, and still "
            f"registers {tasks} (that clients are led there is not confirmed on AWS)"
        )
    elif left:
        yield Finding(f"Cloud Map service {left.name} ({left.id}) is left of {left.owner}, which ECS does not have")
