"""A tag on an ECS service that silences one check for a while: still judged and recorded, not announced."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime

from scaudit.checks.check import Verdict
from scaudit.model import Service, Status, Unread

_PREFIX = "scaudit:ignore:"


def suppressed(tags: Mapping[str, str], check: str, today: date) -> bool:
    """Whether `scaudit:ignore:SC305` = `until=2027-01-31 owner=team-a reason=known` stands, to the end of that day.

    A tag without a readable date silences nothing: what never expires would be forgotten.
    """
    words = tags.get(_PREFIX + check, "").split()
    until = next((word.removeprefix("until=") for word in words if word.startswith("until=")), "")
    try:
        return today <= date.fromisoformat(until)
    except ValueError:
        return False


def silenced(verdicts: list[Verdict], service: Service | Unread | None, at: datetime) -> list[Verdict]:
    """Mark the failures that a tag of the service suppresses."""
    tags = service.tags if isinstance(service, Service) else {}
    return [
        replace(v, suppressed=True) if v.status is Status.FAIL and suppressed(tags, v.check.id, at.date()) else v
        for v in verdicts
    ]
