"""What all announcements have, whatever they tell: they are put together here, so that SNS takes them."""

import hashlib
import re
from collections.abc import Mapping, Sequence
from typing import Any

from scaudit import __version__
from scaudit.announce.words.announcement import Announcement
from scaudit.model.places import Place
from scaudit.values import dataclass

SUBJECT_LENGTH = 99
"""Characters. SNS takes fewer than 100, without line breaks; ASCII is safe everywhere (AWS: Publish)."""
SAMPLES = 3
"""So many of what is affected are named."""
LISTED = 50
"""So many things are listed at most: a person reads no more."""
NAMED = 500
"""Of so many further places the names are given, to be searched for."""
BUDGET = 200 * 1024
"""Bytes. SNS takes 262,144, attributes counted (AWS: Publish, Message)."""
_ARN = re.compile(r'(?<!")\barn:[a-z-]+:[a-z0-9-]+:[a-z0-9-]*:[0-9]*:([^\s,;()"]+)')
_MORE = 'filter verdict = "fail" in the audit log group'


def identity(*parts: object) -> str:
    """The id of what these parts name."""
    return hashlib.sha256("/".join(map(str, parts)).encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class About:
    """What is told of, and where. Whatever has no service has empty names; `severity` is its word,
    and `episode` tells the one incident from every other of the account, from its opening to its end."""

    state: str
    severity: str
    place: Place
    account: str
    endpoint: str = ""
    check: str = ""
    title: str = ""
    episode: Sequence[object] = ()


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
    count, named_only = min(LISTED, len(rows)), NAMED
    while True:
        more = [f"... and {len(rows) - count} more: {_MORE}"] if count < len(rows) else []
        more += _names([entry for entry, _ in rows[count:]], named_only)
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
        count, named_only = count if named_only else count * 4 // 5, named_only // 2


def _names(entries: Sequence[Mapping[str, Any]], count: int) -> list[str]:
    """Where what is not listed is, and by which checks, in one line."""
    checks: dict[str, set[str]] = {}
    for each in entries:
        where = Place(each.get("region", ""), each["ecs_cluster"], each["ecs_service"]).name
        checks.setdefault(where, set()).add(each["check"])
    names = [f"{where} ({', '.join(sorted(found))})" for where, found in checks.items()]
    rest = f", and {len(names) - count} more" if count < len(names) else ""
    return [f"namely {', '.join(names[:count])}{rest}"] if names[:count] else []


def _head(message_id: str, about: About) -> dict[str, Any]:
    return {
        "schema": 1,
        "scaudit": __version__,
        "message_id": message_id,
        "incident_id": identity(about.account, *about.episode) if about.episode else "",
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
    """`text` cut so that it fits a subject together with `tail`. ARNs stand for their last two parts, or what is wrong
    with them would be cut off."""
    ascii_text = _ARN.sub(lambda arn: "/".join(arn[1].split("/")[-2:]), text).encode("ascii", "replace").decode()
    room = SUBJECT_LENGTH - len(tail)
    return (ascii_text if len(ascii_text) <= room else ascii_text[: room - 3] + "...") + tail
