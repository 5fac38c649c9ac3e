"""The words of announcements about many incidents: what was withheld, what was there already, what is still open."""

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from scaudit import __version__
from scaudit.announce.words.message import Message, identity, subject_line
from scaudit.checks import BY_ID
from scaudit.model import Severity
from scaudit.model.incidents import Open

LISTED = 50
"""A message names so many: SNS takes 256 KiB, and the machine form is in it once for each protocol."""
_SAMPLES = 3
_EACH = ("message_id", "check", "state", "severity", "ecs_cluster", "ecs_service", "endpoint", "subject")
Waiting = tuple[str, dict[str, Any]]
"""The key of a withheld announcement, and its form for machines."""


def digest(withheld: Sequence[Waiting], region: str, account: str) -> Message:
    """Say in one message what was withheld, the most severe first."""
    counts = Counter(data["state"] for _, data in withheld)
    summary = ", ".join(f"{number} {state}" for state, number in sorted(counts.items()))
    head = f"{len(withheld)} announcements were withheld, so as not to flood you: {summary}."
    subject = f"scaudit: {len(withheld)} further announcements in {region}: {summary}"
    return _of_withheld("digest", subject, head, withheld, region, account)


def baseline(withheld: Sequence[Waiting], region: str, account: str, services: int) -> Message:
    """Say in one message what was wrong already when scaudit first looked. `services` is how many it watches now."""
    watched = f"scaudit now watches {services} services in {region}" if services else f"scaudit now watches {region}"
    problems = _count(len(withheld), "problem") + (" was" if len(withheld) == 1 else " were") + " there already"
    head = f"{watched}; {problems}. From now on it speaks when something changes."
    return _of_withheld("baseline", f"{watched}; {problems}", head, withheld, region, account)


def reminder(still: Sequence[Open], now: datetime, region: str, account: str) -> Message:
    """Say in one message what is still open, the most severe and oldest first."""
    days = (now - min(each.opened_at for each in still)).days
    data, lines = listed(still)
    id = identity(region, "reminder", now.isoformat())
    head = f"{_count(len(still), 'problem')} still open, the oldest for {_count(days, 'day')}."
    subject = f"scaudit: {_count(len(still), 'problem')} still open in {region}, the oldest for {_count(days, 'day')}"
    worst = max(each.severity for each in still).word
    places = list(dict.fromkeys(each.place.name for each in still))
    about = _about("reminder", id, worst, "problem", len(still), places, region, account)
    return _message(id, subject, head, lines, about | {"open": data})


def listed(all: Sequence[Open]) -> tuple[list[dict[str, str]], list[str]]:
    """Open incidents for machines and for people, the most severe and oldest first, up to `LISTED` of them."""
    found = sorted(all, key=lambda each: (-each.severity, each.opened_at, each.place.name, each.subject.check))[:LISTED]
    return [_data(each) for each in found], [*map(_line, found), *_more(len(all))]


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


def _of_withheld(
    state: str, subject: str, head: str, withheld: Sequence[Waiting], region: str, account: str
) -> Message:
    worst_first = sorted((data for _, data in withheld), key=lambda data: -Severity[data["severity"].upper()])
    ids = sorted(data["message_id"] for data in worst_first)
    id = identity(state, *ids)
    about = _about(state, id, worst_first[0]["severity"], "announcement", len(ids), ids, region, account)
    lines = [f"{data['severity']:8} {data['subject']}" for data in worst_first[:LISTED]]
    each = [{name: data[name] for name in _EACH} for data in worst_first[:LISTED]]
    covers = [key for key, _ in withheld]
    return _message(id, subject, head, [*lines, *_more(len(ids))], about | {"withheld": each}, covers)


def _about(
    state: str, id: str, severity: str, what: str, count: int, names: Sequence[str], region: str, account: str
) -> dict[str, Any]:
    return {
        "schema": 1,
        "scaudit": __version__,
        "message_id": id,
        "state": state,
        "check": "",
        "severity": severity,
        "region": region,
        "account": account,
        "ecs_cluster": "",
        "ecs_service": "",
        "endpoint": "",
        "affected": {"what": what, "count": count, "samples": list(names[:_SAMPLES])},
    }


def _message(
    id: str, subject: str, head: str, lines: Sequence[str], data: dict[str, Any], covers: Sequence[str] = ()
) -> Message:
    where = f"Where     {data['region']}, account {data['account']}"
    text = "\n".join([head, "", *lines, "", where, f"scaudit {__version__}, message {id}"]) + "\n"
    return Message(id, subject_line(subject, ""), text, data, covers)


def _more(all: int) -> list[str]:
    query = 'filter record = "task" and verdict = "fail" in the audit log group'
    return [f"... and {all - LISTED} more: {query}"] if all > LISTED else []


def _title(check: str) -> str:
    return BY_ID[check].title if check in BY_ID else f"check {check}"


def _count(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"
