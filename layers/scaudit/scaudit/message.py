"""What users read: the text and the machine form of one announcement, from the incident and its members."""

import hashlib
import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from scaudit import __version__
from scaudit.check import Check
from scaudit.incidents import Incident, Member, Step, broken

SUBJECT_LENGTH = 99
_SAMPLES = 3
_LONGEST = 600


@dataclass(frozen=True, slots=True)
class Place:
    """Where an incident is. `cluster` is empty for what scaudit finds wrong with itself."""

    region: str
    account: str
    cluster: str
    service: str
    endpoint: str
    audit_log_group: str


@dataclass(frozen=True, slots=True)
class Message:
    """One announcement. `id` is the same whenever the same state of the same incident is announced."""

    id: str
    subject: str
    text: str
    data: dict[str, Any]


def compose(check: Check, place: Place, before: Incident, step: Step, members: Sequence[Member]) -> Message:
    """Write the announcement of `step.news` ("opened" or "resolved"); `before` is the incident as it was."""
    told = broken(members)
    severity = max((m.severity for m in told), default=check.severity)
    name = "/".join(filter(None, (place.cluster, place.service)))
    id = hashlib.sha256(
        f"{place.region}/{name}/{check.id}#{place.endpoint}/{step.incident.episode}/{step.news}".encode()
    ).hexdigest()[:16]
    opened_at = before.opened_at if step.news == "resolved" else step.incident.opened_at
    lasted = _span(before.opened_at, before.clear_since) if step.news == "resolved" else ""
    sentences = _most_common(told)
    what = "" if check.about == "service" else "place" if check.about == "scaudit" else check.about
    count = f"{len(told)} {what}{'' if len(told) == 1 else 's'}" if told and what else ""
    data = {
        "schema": 1,
        "scaudit": __version__,
        "message_id": id,
        "state": "open" if step.news == "opened" else "resolved",
        "check": check.id,
        "title": check.title,
        "severity": severity.word,
        "region": place.region,
        "account": place.account,
        "ecs_cluster": place.cluster,
        "ecs_service": place.service,
        "endpoint": place.endpoint,
        "since": opened_at.astimezone(UTC).isoformat(timespec="seconds") if opened_at else "",
        "lasted": lasted,
        "affected": {"what": what, "count": len(told), "samples": [m.id for m in told[:_SAMPLES]]},
        "sentences": sentences,
        "fix": check.fix,
        "console": _console(place),
    }
    if step.news == "opened":
        subject = f"{name}: {sentences[0]}" + (f", {count}" if count else "")
        text = _opened(data, name, count, check, place)
    else:
        subject = f"RESOLVED {name}: {check.title}"
        text = _resolved(data, name, check, place)
    return Message(id, _subject(subject, f" [{check.id}]"), text, data)


def attributes(message: Message) -> dict[str, str]:
    """What subscribers filter by; none is ever empty, since SNS refuses empty attribute values."""
    data = message.data
    return {
        "check": data["check"],
        "severity": data["severity"],
        "state": data["state"],
        "ecs_cluster": data["ecs_cluster"] or "-",
        "ecs_service": data["ecs_service"],
        "region": data["region"],
        "message_id": data["message_id"],
    }


def protocols(message: Message) -> str:
    """The SNS message for `MessageStructure=json`: for machines JSON, which holds the text too, and text for people."""
    machine = json.dumps({**message.data, "subject": message.subject, "text": message.text}, separators=(",", ":"))
    return json.dumps(
        {"default": message.text, **dict.fromkeys(("sqs", "lambda", "http", "https", "firehose"), machine)}
    )


def _opened(data: dict[str, Any], name: str, count: str, check: Check, place: Place) -> str:
    affected = data["affected"]
    samples = ", ".join(affected["samples"]) + (", ..." if affected["count"] > _SAMPLES else "")
    lines = [
        *data["sentences"],
        "",
        f"Check     {check.id}, {data['severity']}: {check.title}",
        f"Where     {_where(place, name)}",
        f"Since     {_readable(data['since'])}",
        *([f"Affected  {count}: {samples}"] if count else []),
        f"Fix       {check.fix}",
        *_links(data, place),
    ]
    return "\n".join(lines) + "\n"


def _resolved(data: dict[str, Any], name: str, check: Check, place: Place) -> str:
    lines = [
        f"Resolved: {check.title}",
        "",
        f"Check     {check.id}",
        f"Where     {_where(place, name)}",
        f"Since     {_readable(data['since'])}, for {data['lasted']}",
        *_links(data, place),
    ]
    return "\n".join(lines) + "\n"


def _where(place: Place, name: str) -> str:
    about = f", {'endpoint' if place.cluster else 'about'} {place.endpoint}" if place.endpoint else ""
    return f"{name}{about}, {place.region}, account {place.account}"


def _readable(moment: str) -> str:
    return moment.replace("T", " ").replace("+00:00", " UTC")


def _links(data: dict[str, Any], place: Place) -> list[str]:
    by_service = f' and ecs_service = "{place.service}"' if place.cluster else ""
    return [
        *([f"Console   {data['console']}"] if data["console"] else []),
        f"Explained docs/checks.md#{data['check'].lower()}",
        f'Query     filter record = "task"{by_service} | sort @timestamp desc',
        f"          in log group {place.audit_log_group}",
        "",
        f"scaudit {__version__}, message {data['message_id']}",
    ]


def _console(place: Place) -> str:
    if not place.cluster:
        return ""
    domain = {"cn": "amazonaws.cn", "us-gov": "amazonaws-us-gov.com"}.get(
        "us-gov" if place.region.startswith("us-gov") else place.region[:2], "aws.amazon.com"
    )
    path = f"ecs/v2/clusters/{place.cluster}/services/{place.service}/health?region={place.region}"
    return f"https://{place.region}.console.{domain}/{path}"


def _most_common(members: Sequence[Member]) -> list[str]:
    """The different sentences, most frequent first, at most three."""
    counted = Counter(clean(m.sentence) for m in members).most_common(_SAMPLES)
    return [sentence for sentence, _ in counted]


def _subject(text: str, tail: str) -> str:
    """SNS takes fewer than 100 characters without line breaks; ASCII is safe everywhere (AWS: Publish)."""
    ascii_text = text.encode("ascii", "replace").decode()
    room = SUBJECT_LENGTH - len(tail)
    return (ascii_text if len(ascii_text) <= room else ascii_text[: room - 3] + "...") + tail


def clean(text: str) -> str:
    """Text that came from outside, as data: no control characters, bounded length."""
    printable = "".join(c if c.isprintable() else " " for c in text)
    return printable if len(printable) <= _LONGEST else printable[:_LONGEST] + "..."


def _span(begin: datetime | None, end: datetime | None) -> str:
    seconds = int((end - begin).total_seconds()) if begin and end else 0
    minutes, seconds = divmod(max(seconds, 0), 60)
    hours, minutes = divmod(minutes, 60)
    return " ".join(f"{n} {unit}" for n, unit in ((hours, "h"), (minutes, "min"), (seconds, "s")) if n) or "0 s"
