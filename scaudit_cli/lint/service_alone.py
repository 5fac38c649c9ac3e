"""What the service alone settles: for that its task definition need not be known."""

from collections.abc import Callable

from scaudit.checks.check import Check, Verdict
from scaudit.model import Deployment, Endpoint, Moot, Status, Unread
from scaudit_cli.lint.about import ENABLED, OF_SERVICE, parts_of
from scaudit_cli.lint.declarations import Declared
from scaudit_cli.lint.parts import opens_of, why_unresolved

_OF_ENDPOINTS: dict[str, Callable[[Endpoint], bool]] = {
    "SC102": lambda endpoint: True,
    "SC109": lambda endpoint: endpoint.tls is not None,
}
"""Of which endpoints these checks are: without one they hold, whatever the task definition says."""


def settled_by_service(check: Check, service: Declared, deployment: Deployment | Unread | Moot) -> Verdict | None:
    """That a check passes, or does not apply, as the `deployment` of this `service` shows; None where more must be
    known, or where something is open that the check looks at."""
    enabled = service.parameters.get(OF_SERVICE, {}).get("enabled")
    parts = (ENABLED, *(part for part in parts_of(check.id) if part.startswith(OF_SERVICE)))
    if not (enabled and isinstance(deployment, Deployment)) or why_unresolved(parts, [service]):
        return None
    if any(opens_of(check.id, [service])):
        return None
    if check.applies and check.asked == ("deployment",) and (why := check.applies(deployment)):
        return Verdict(check, "-", "", Status.SKIPPED, why, check.severity)
    holds = check.id in _OF_ENDPOINTS and not any(map(_OF_ENDPOINTS[check.id], deployment.endpoints))
    return Verdict(check, "-", "", Status.PASS, "", check.severity) if holds else None
