"""The words of announcements about many incidents: what waited for a digest, what was there already, what is open."""

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from scaudit.announce.words.announcement import SAMPLES, About, Announcement, announcement
from scaudit.checks import BY_ID
from scaudit.model import Severity
from scaudit.model.incidents import Open
from scaudit.model.places import Place

LISTED = 50
"""A message names so many: SNS takes 256 KiB, and the machine form is in it once for each protocol."""
_EACH = ("message_id", "check", "state", "severity", "ecs_cluster", "ecs_service", "endpoint", "subject")
Waiting = tuple[str, dict[str, Any]]
"""The key of an announcement in the pool, and its form for machines."""


def digest(waiting: Sequence[Waiting], region: str, account: str) -> Announcement:
    """Say in one message what was withheld, the most severe first."""
    counts = Counter(data["state"] for _, data in waiting)
    summary = ", ".join(f"{number} {state}" for state, number in sorted(counts.items()))
    head = f"{len(waiting)} announcements were withheld, so as not to flood you: {summary}."
    subject = f"scaudit: {len(waiting)} further announcements in {region}: {summary}"
    return _of_waiting("digest", subject, head, waiting, region, account)


def baseline(waiting: Sequence[Waiting], region: str, account: str, services: int) -> Announcement:
    """Say in one message what was wrong already when scaudit first looked. `services` is how many it watches now."""
    watched = f"scaudit now watches {services} services in {region}" if services else f"scaudit now watches {region}"
    problems = _count(len(waiting), "problem") + (" was" if len(waiting) == 1 else " were") + " there already"
    head = f"{watched}; {problems}. From now on it speaks when something changes."
    return _of_waiting("baseline", f"{watched}; {problems}", head, waiting, region, account)


def reminder(still: Sequence[Open], now: datetime, region: str, account: str) -> Announcement:
    """Say in one message what is still open, the most severe and oldest first."""
    days = (now - min(each.opened_at for each in still)).days
    data, lines = listed(still)
    head = f"{_count(len(still), 'problem')} still open, the oldest for {_count(days, 'day')}."
    subject = f"scaudit: {_count(len(still), 'problem')} still open in {region}, the oldest for {_count(days, 'day')}"
    worst = max(each.severity for each in still).word
    places = list(dict.fromkeys(each.place.name for each in still))
    about = About("reminder", worst, Place(region, "", ""), account)
    facts = _affected("problem", len(still), places) | {"open": data}
    return announcement((region, "reminder", now.isoformat()), about, subject, _text(head, lines, about), facts)


def listed(incidents: Sequence[Open]) -> tuple[list[dict[str, str]], list[str]]:
    """Open incidents for machines and for people, the most severe and oldest first, up to `LISTED` of them."""
    found = sorted(incidents, key=lambda one: (-one.severity, one.opened_at, one.place.name, one.subject.check))
    found = found[:LISTED]
    return [_data(each) for each in found], [*map(_line, found), *_more(len(incidents))]


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
    lines = [f"{data['severity']:8} {data['subject']}" for data in worst_first[:LISTED]]
    each = [{name: data[name] for name in _EACH} for data in worst_first[:LISTED]]
    facts = _affected("announcement", len(ids), ids) | {"withheld": each}
    text = _text(head, [*lines, *_more(len(ids))], about)
    return announcement((state, *ids), about, subject, text, facts, [key for key, _ in waiting])


def _affected(what: str, count: int, names: Sequence[str]) -> dict[str, Any]:
    return {"affected": {"what": what, "count": count, "samples": list(names[:SAMPLES])}}


def _text(head: str, lines: Sequence[str], about: About) -> list[str]:
    return [head, "", *lines, "", f"Where     {about.place.region}, account {about.account}"]


def _more(count: int) -> list[str]:
    query = 'filter record = "task" and verdict = "fail" in the audit log group'
    return [f"... and {count - LISTED} more: {query}"] if count > LISTED else []


def _title(check: str) -> str:
    return BY_ID[check].title if check in BY_ID else f"check {check}"


def _count(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"
