"""How failures are told: each with the one that explains it, and those marked that a tag on the ECS service silences.

What is silenced is judged and recorded all the same, and not announced.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime

from scaudit.checks.check import Verdict
from scaudit.judge.causes import SERVICE, explain
from scaudit.model import Service, Status, Unread
from scaudit.model.incidents import MemberState, Stood
from scaudit.model.places import Subject

_PREFIX = "scaudit:ignore:"


def as_told(
    verdicts: Sequence[Verdict],
    service: Service | Unread | None,
    at: datetime,
    stood: Stood | None = None,
    members: Collection[str] = (SERVICE,),
    *,
    replaced: bool = False,
) -> list[Verdict]:
    """The verdicts of one look at a service or a task of it, explained and silenced. What `stood` against these
    `members` before explains, too; against the service, nothing of a task whose deployment was `replaced`."""
    if all(v.status is not Status.FAIL for v in verdicts):
        return list(verdicts)  # as of nearly every task
    standing = _failing(stood or {}, [m for m in members if not (replaced and m == SERVICE)])
    return silenced(explain(verdicts, standing, replaced=replaced), service, at)


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


def silenced(verdicts: Sequence[Verdict], service: Service | Unread | None, at: datetime) -> list[Verdict]:
    """Mark the failures that a tag of the service suppresses."""
    tags = service.tags if isinstance(service, Service) else {}
    return [
        replace(v, suppressed=True) if v.status is Status.FAIL and suppressed(tags, v.check.id, at.date()) else v
        for v in verdicts
    ]


def _failing(stood: Stood, members: Collection[str]) -> set[Subject]:
    """Whatever is on record as failing for one of these members."""
    return {
        subject
        for subject, known in stood.items()
        if any(m in known and known[m].state is MemberState.FAIL for m in members)
    }
