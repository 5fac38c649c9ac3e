"""The words of announcements about many incidents: what waited for a digest, what was there already, what is open."""

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from scaudit.announce.words.announcement import Announcement
from scaudit.announce.words.envelope import SAMPLES, About, Listing, announcement
from scaudit.checks import BY_ID
from scaudit.model import Severity
from scaudit.model.incidents import Open
from scaudit.model.places import Place

_EACH = ("message_id", "incident_id", "check", "state", "severity", "ecs_cluster", "ecs_service", "endpoint", "subject")
Waiting = tuple[str, dict[str, Any]]
"""The key of an announcement in the pool, and its form for machines."""


def digest(waiting: Sequence[Waiting], region: str, account: str) -> Announcement:
    """Say in one message what was withheld, the most severe first."""
    counts = Counter(data["state"] for _, data in waiting)
    summary = ", ".join(f"{number} {state}" for state, number in sorted(counts.items()))
    head = f"{len(waiting)} alerts were grouped into this one to avoid flooding you: {summary}."
    subject = f"scaudit: {len(waiting)} further alerts in {region}: {summary}"
    return _of_waiting("digest", subject, head, waiting, region, account)


def baseline(waiting: Sequence[Waiting], region: str, account: str, services: int) -> Announcement:
    """Say in one message what was wrong already when scaudit first looked. `services` is how many it watches now."""
    watched = f"scaudit now watches {services} services in {region}" if services else f"scaudit now watches {region}"
    problems = _count(len(waiting), "problem") + (" was" if len(waiting) == 1 else " were") + " there already"
    head = f"{watched}; {problems}. From now on it alerts when something changes."
    return _of_waiting("baseline", f"{watched}; {problems}", head, waiting, region, account)


def reminder(still: Sequence[Open], now: datetime, region: str, account: str) -> Announcement:
    """Say in one message what is still open, the most severe and oldest first."""
    days = (now - min(each.opened_at for each in still)).days
    head = f"{_count(len(still), 'problem')} still open, the oldest for {_count(days, 'day')}."
    subject = f"scaudit: {_count(len(still), 'problem')} still open in {region}, the oldest for {_count(days, 'day')}"
    worst = max(each.severity for each in still).word
    places = list(dict.fromkeys(each.place.name for each in still))
    about = About("reminder", worst, Place(region, "", ""), account)
    facts = _affected("problem", len(still), places)
    named = region, "reminder", now.isoformat()
    return announcement(named, about, subject, [head, ""], facts, listed(still), _where(about))


def listed(incidents: Sequence[Open]) -> Listing:
    """Open incidents for machines and for people, the most severe and oldest first."""
    order = sorted(incidents, key=lambda one: (-one.severity, one.opened_at, one.place.name, one.subject.check))
    return Listing("open", [(_data(each), _line(each)) for each in order])


def _data(one: Open) -> dict[str, str]:
    return {
        "check": one.subject.check,
        "severity": one.severity.word,
        "ecs_cluster": one.place.cluster,
        "ecs_service": one.place.service,
        "endpoint": one.subject.endpoint,
        "since": one.opened_at.astimezone(UTC).isoformat(timespec="seconds"),
    }


def _line(one: Open) -> str:
    endpoint, check = one.subject.endpoint, one.subject.check
    where = f"{one.place.name} ({endpoint})" if endpoint else one.place.name
    since = f"{one.opened_at.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
    return f"{one.severity.word:8} {where}: {check} since {since}; expected: {_title(check)}"


def _of_waiting(
    state: str, subject: str, head: str, waiting: Sequence[Waiting], region: str, account: str
) -> Announcement:
    worst_first = sorted((data for _, data in waiting), key=lambda data: -Severity[data["severity"].upper()])
    ids = sorted(data["message_id"] for data in worst_first)
    about = About(state, worst_first[0]["severity"], Place(region, "", ""), account)
    rows = [({name: d.get(name, "") for name in _EACH}, f"{d['severity']:8} {d['subject']}") for d in worst_first]
    facts = _affected("announcement", len(ids), ids)
    covers = [key for key, _ in waiting]
    return announcement(
        (state, *ids), about, subject, [head, ""], facts, Listing("withheld", rows), _where(about), covers
    )


def _affected(what: str, count: int, names: Sequence[str]) -> dict[str, Any]:
    return {"affected": {"what": what, "count": count, "samples": list(names[:SAMPLES])}}


def _where(about: About) -> list[str]:
    return [
        "",
        f"Where     {about.place.region}, account {about.account}",
        "Explained scaudit explain CHECK",
        "Now       scaudit status",
        "",
    ]


def _title(check: str) -> str:
    return BY_ID[check].title if check in BY_ID else f"check {check}"


def _count(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"
