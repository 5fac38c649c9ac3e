"""What ECS's Describe calls say of those whom they do not describe: each is among the `failures`, with a reason."""

from collections.abc import Mapping
from typing import Any

from scaudit.collect.aws.typed import listed, text
from scaudit.model import Unread

_MISSING = "MISSING"
"""Not found: the one reason that tells that there is none (AWS: Amazon ECS API failure reasons)."""
Failures = Mapping[str, str]


def failures_of(answer: Mapping[str, Any]) -> dict[str, str]:
    """The reason of each failure, by the last part of its ARN (empty for one without); of several one that is not
    MISSING."""
    told = sorted(listed(answer.get("failures") or []), key=lambda each: text(each["reason"]) != _MISSING)
    return {text(each.get("arn") or "").rpartition("/")[2]: each["reason"] for each in told}


def undescribed(action: str, what: str, name: str, failures: Failures) -> Unread | None:
    """What it means that something is not described: None, it is gone, only where ECS says that. Whatever else it says
    of it may be over at the next look."""
    reason = failures.get(name)
    if reason == _MISSING:
        return None
    if reason is None:
        return Unread(f"{action} says nothing of {what}", transient=True)
    return Unread(f"{action} failed for {what} with {reason}", code=reason, transient=True)
