"""A tag on an ECS service that silences one check for a while: still judged and recorded, not announced."""

from collections.abc import Mapping
from datetime import date

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
