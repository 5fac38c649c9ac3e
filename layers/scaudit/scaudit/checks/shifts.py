"""Deployments that shift traffic from one set of tasks to another."""

from collections.abc import Iterator
from datetime import UTC, datetime

from scaudit.checks import sources
from scaudit.checks.check import Finding, Trigger, check
from scaudit.model import Service, Severity


@check(
    "SC210",
    title="a blue/green, linear or canary deployment makes progress",
    about="service",
    on=Trigger.SERVICE,
    severity=Severity.WARNING,
    why="While traffic shifts, two sets of tasks are registered, and what is left of tasks that are gone (SC206) or "
    "carries another deployment (SC204) is not judged. A deployment that was paused waits for up to 14 days.",
    fix="Continue the deployment or roll it back (aws ecs continue-service-deployment, aws ecs "
    "stop-service-deployment); look at its lifecycle hooks, its alarms and the tasks that do not start.",
    source=f"{sources.BLUE_GREEN}; {sources.ecs_api('DeploymentLifecycleHook')} (PAUSE); "
    f"{sources.ecs_api('Deployment')} (updatedAt)",
)
def shift_moves_on(service: Service, stalled_since: datetime | None) -> Iterator[Finding]:
    """Since when nothing has changed in a blue/green, linear or canary deployment, if that is more than a day; else
    None."""
    if stalled_since:
        since = f"{stalled_since.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
        yield Finding(f"{service.strategy} deployment in progress, and nothing of it has changed since {since}")
