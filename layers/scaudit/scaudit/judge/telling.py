"""How failures are told: each with the one that explains it, and those marked that a tag on the ECS service silences.

What is silenced is judged and recorded all the same, and not announced.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime

from scaudit.checks import BY_ID
from scaudit.checks.check import Verdict
from scaudit.model import Service, Status, Unread
from scaudit.model.incidents import MemberState, Stood

_PREFIX = "scaudit:ignore:"


def as_told(
    verdicts: Sequence[Verdict],
    service: Service | Unread | None,
    at: datetime,
    stood: Stood | None = None,
    members: Collection[str] = ("-",),
) -> list[Verdict]:
    """The verdicts of one look at a service or a task of it, explained and silenced. What `stood` against these
    `members` before explains, too."""
    return silenced(explain(verdicts, _failing(stood or {}, members)), service, at)


def explain(verdicts: Sequence[Verdict], standing: Collection[tuple[str, str]] = ()) -> list[Verdict]:
    """Give each failure the failed check that explains it, found along `after`, among findings on the same subject.

    A failure without an endpoint explains those of every endpoint; one endpoint never explains another's. `standing`
    has the check and endpoint of what is on record as failing: it explains too, unless this very look saw it pass.
    """
    if all(v.status is not Status.FAIL for v in verdicts):
        return list(verdicts)  # as of nearly every task
    passed = {(v.check.id, v.endpoint) for v in verdicts if v.status is Status.PASS}
    failed = {(v.check.id, v.endpoint) for v in verdicts if v.status is Status.FAIL} | (set(standing) - passed)
    after = {id: check.after for id, check in BY_ID.items()} | {v.check.id: v.check.after for v in verdicts}

    def cause(id: str, endpoint: str) -> str:
        for earlier in after.get(id, ()):
            further = cause(earlier, endpoint)
            if further or not failed.isdisjoint(((earlier, endpoint), (earlier, ""))):
                return further or earlier
        return ""

    return [replace(v, caused_by=cause(v.check.id, v.endpoint)) if v.status is Status.FAIL else v for v in verdicts]


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


def _failing(stood: Stood, members: Collection[str]) -> set[tuple[str, str]]:
    """The check and endpoint of whatever is on record as failing for one of these members."""
    return {
        (check, "" if endpoint == "-" else endpoint)
        for subject, known in stood.items()
        for check, endpoint in [subject.split("#")]
        if any(m in known and known[m].state is MemberState.FAIL for m in members)
    }
