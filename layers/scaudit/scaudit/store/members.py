"""Items of members from and to model values: what is written of one that is seen, lost or over."""

from datetime import UTC, datetime, timedelta
from typing import Any

from scaudit.model import Severity
from scaudit.model.incidents import CANNOT_TELL, Member, MemberState
from scaudit.model.places import Place, Subject
from scaudit.store import keys
from scaudit.store.keys import standing_in, text

TOMBSTONE_DAYS = 30
SPEAKING = (MemberState.FAIL, MemberState.LOST)
_SEEN = (
    "SET #state = :state, observed_at = :observed_at, task_created_at = :task_created_at, severity = :severity, "
    "sentence = :sentence, caused_by = :caused_by, suppressed = :suppressed, suppressed_until = :suppressed_until, "
    "running = :running, rolling = :rolling, closed_because = :closed_because"
)
_FAILS = (  # what was there at the first sweep still is at the second
    ", since = if_not_exists(since, :observed_at), baseline = if_not_exists(baseline, :baseline), "
    "standing_in = :standing_in REMOVE expires_at"
)
_RESTS = ", expires_at = :expires_at REMOVE since, standing_in, baseline"
Update = tuple[str, dict[str, Any]]
"""An update expression and its values."""


def member_of(item: dict[str, Any]) -> Member:
    """A decoded member item."""
    if not (isinstance(item["sentence"], str) and isinstance(item["caused_by"], str)):
        raise TypeError("sentence or caused_by is no text")
    return Member(
        id=keys.member_of(item["sk"])[1],
        state=MemberState(item["state"]),
        observed_at=datetime.fromisoformat(item["observed_at"]),
        severity=Severity[item["severity"].upper()],
        sentence=item["sentence"],
        caused_by=item["caused_by"],
        suppressed=item["suppressed"],
        until=item.get("suppressed_until", ""),
        baseline=item.get("baseline", False),
        since=_moment(item.get("since")),
        task_created_at=_moment(item.get("task_created_at")),
        running=int(item.get("running", 0)),
        rolling=item.get("rolling", False),
        closed_because=item.get("closed_because", item["sentence"] if item["state"] == MemberState.CLOSED else ""),
    )


def entry_of(item: dict[str, Any]) -> tuple[Subject, Member]:
    """A decoded member item with the subject that it is a member of."""
    return keys.member_of(item["sk"])[0], member_of(item)


def placed(item: dict[str, Any]) -> tuple[Place, Subject, Member]:
    """The same, and where."""
    return Place.of(item["pk"]), *entry_of(item)


def unreadable(item: dict[str, Any], why: str) -> tuple[Subject, Member]:
    """A member of which nothing can be read that is on record: until it is judged anew it is not well."""
    subject, member_id = keys.member_of(item["sk"])
    sentence = f"what is on record of it cannot be read ({why})"
    return subject, Member(member_id, MemberState.FAIL, datetime.min.replace(tzinfo=UTC), sentence=sentence)


def forgotten(member_id: str, at: datetime) -> Member:
    """What becomes of such a one that nobody will judge anew, for its task or its service is gone."""
    why = f"{CANNOT_TELL}: what was on record could not be read"
    return Member(member_id, MemberState.CLOSED, at, sentence=why, closed_because=why)


def seen(place: Place, member: Member) -> Update:
    """What was seen of a member; the value `:observed_at` is when."""
    fails, created = member.state in SPEAKING, member.task_created_at
    return _SEEN + (_FAILS if fails else _RESTS), {
        ":state": member.state,
        ":observed_at": text(member.observed_at),
        ":task_created_at": text(created) if created else "",
        ":severity": member.severity.word,
        ":sentence": member.sentence,
        ":caused_by": member.caused_by,
        ":suppressed": member.suppressed,
        ":suppressed_until": member.until,
        ":running": member.running,
        ":rolling": member.rolling,
        ":closed_because": member.closed_because,
        ":baseline": member.baseline if fails else None,
        ":standing_in": standing_in(place.region, place.cluster) if fails else None,
        ":expires_at": None if fails else tombstone(member.observed_at),
    }


def lost(at: datetime) -> Update:
    """Its task stopped; the value `:at` is when that was seen."""
    update = "SET #state = :lost, observed_at = :at, expires_at = :expires_at"
    return update, {":lost": MemberState.LOST, ":at": text(at), ":expires_at": tombstone(at)}


def closed(why: str, at: datetime) -> Update:
    """It cannot fail any more, and why, but what failed may be still to be told; the value `:at` is when."""
    update = "SET #state = :state, observed_at = :at, closed_because = :why, expires_at = :expires_at"
    update += " REMOVE standing_in"
    return update, {":state": MemberState.CLOSED, ":at": text(at), ":why": why, ":expires_at": tombstone(at)}


def settled(at: datetime) -> Update:
    """Its incident is over; the value `:at` is when."""
    update = "SET #state = :state, observed_at = :at, sentence = :nothing" + _RESTS
    return update, {":state": MemberState.PASS, ":at": text(at), ":nothing": "", ":expires_at": tombstone(at)}


def tombstone(at: datetime) -> int:
    """Until when an item is kept that is of no more use but to older writers, in seconds since 1970."""
    return int((at + timedelta(days=TOMBSTONE_DAYS)).timestamp())


def _moment(told: str | None) -> datetime | None:
    return datetime.fromisoformat(told) if told else None
