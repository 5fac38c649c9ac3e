"""What all announcements have, whatever they tell: they are put together here, so that SNS takes them."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from scaudit import __version__
from scaudit.announce.words.announcement import Announcement
from scaudit.model.places import Place

SUBJECT_LENGTH = 99
"""Characters. SNS takes fewer than 100, without line breaks; ASCII is safe everywhere (AWS: Publish)."""
SAMPLES = 3
"""So many of what is affected are named."""
LISTED = 50
"""So many things are listed at most: a person reads no more."""
BUDGET = 200 * 1024
"""Bytes. SNS takes 262,144, attributes counted (AWS: Publish, Message)."""
_MORE = 'filter verdict = "fail" in the audit log group'


def identity(*parts: object) -> str:
    """The id of what these parts name."""
    return hashlib.sha256("/".join(map(str, parts)).encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class About:
    """What is told of, and where. Whatever has no service has empty names; `severity` is its word,
    and `incident_id` the same from the opening of an incident to its end."""

    state: str
    severity: str
    place: Place
    account: str
    endpoint: str = ""
    check: str = ""
    title: str = ""
    incident_id: str = ""


@dataclass(frozen=True, slots=True)
class Listing:
    """Things that an announcement lists under a `name`, the worst first: each for machines and as a line for people.
    What does not fit is counted."""

    name: str
    rows: Sequence[tuple[dict[str, Any], str]]


def announcement(
    named: Sequence[object],
    about: About,
    subject: str,
    lines: Sequence[str],
    facts: Mapping[str, Any],
    listing: Listing | None = None,
    closing: Sequence[str] = (),
    covers: Sequence[str] = (),
) -> Announcement:
    """Put an announcement together that SNS takes. `named` is what tells its state from every other of
    the account; `lines`, what is
    listed, and the `closing` are the text for people; `facts` are what the form for machines has beside what all of
    them have."""
    message_id = identity(about.account, *named)
    shown = _subject_line(subject, f" [{about.check}]" if about.check else "")
    head = {**_head(message_id, about), **facts}
    rows = listing.rows if listing else ()
    count = min(LISTED, len(rows))
    while True:
        more = [f"... and {len(rows) - count} more: {_MORE}"] if count < len(rows) else []
        told = [
            *lines,
            *(line for _, line in rows[:count]),
            *more,
            *closing,
            f"scaudit {__version__}, message {message_id}",
        ]
        text = "\n".join(told) + "\n"
        data = head | ({listing.name: [entry for entry, _ in rows[:count]]} if listing else {})
        made = Announcement(message_id, shown, text, data, covers)
        if not count or made.size <= BUDGET:
            return made
        count = count * 4 // 5


def _head(message_id: str, about: About) -> dict[str, Any]:
    return {
        "schema": 1,
        "scaudit": __version__,
        "message_id": message_id,
        "incident_id": about.incident_id,
        "state": about.state,
        "check": about.check,
        **({"title": about.title} if about.title else {}),
        "severity": about.severity,
        "region": about.place.region,
        "account": about.account,
        "ecs_cluster": about.place.cluster,
        "ecs_service": about.place.service,
        "endpoint": about.endpoint,
    }


def _subject_line(text: str, tail: str) -> str:
    """`text` cut so that it fits a subject together with `tail`."""
    ascii_text = text.encode("ascii", "replace").decode()
    room = SUBJECT_LENGTH - len(tail)
    return (ascii_text if len(ascii_text) <= room else ascii_text[: room - 3] + "...") + tail
