"""Tags of an ECS service or its cluster that silence a check: `scaudit:ignore:SC305` = `until=2027-01-31 owner=me`."""

from collections.abc import Mapping
from datetime import UTC, datetime

IGNORE = "scaudit:ignore:"
"""How the name of a tag begins that silences a check."""
_UNTIL = "until="


def suppressed(tags: Mapping[str, str], check: str, at: datetime) -> bool:
    """Whether the tag for a check stands: to the end of its day in UTC, or to the moment `until=2027-01-31T06:00`,
    which is UTC unless it says otherwise.

    A tag without a readable date silences nothing: what never expires would be forgotten.
    """
    return stands(tags.get(IGNORE + check, ""), at)


def stands(value: str, at: datetime) -> bool:
    """Whether a tag of this value stands."""
    return lasts(written(value), at)


def lasts(until: str, at: datetime) -> bool:
    """Whether it is not over yet what a tag says to last `until` then."""
    try:
        end = datetime.fromisoformat(until)
    except ValueError:
        return False
    if "T" not in until:
        return at.astimezone(UTC).date() <= end.date()
    return at < (end if end.tzinfo else end.replace(tzinfo=UTC))


def written(value: str) -> str:
    """Until when a tag of this value says that it stands, as it is written there; empty where it does not."""
    return next((word.removeprefix(_UNTIL) for word in value.split() if word.startswith(_UNTIL)), "")


def why_not(value: str) -> str:
    """Why a tag of this value does not stand."""
    until = written(value)
    try:
        datetime.fromisoformat(until)
    except ValueError:
        given = f"until={until} is no day and no moment" if until else "it has no until=DAY"
        return f"{given}; write until=2027-01-31 or until=2027-01-31T06:00"
    return f"it ended {until}"
