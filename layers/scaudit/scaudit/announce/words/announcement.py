"""One announcement: what all of them have, whatever they tell."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from scaudit import __version__
from scaudit.model.places import Place

SUBJECT_LENGTH = 99
"""Characters. SNS takes fewer than 100, without line breaks; ASCII is safe everywhere (AWS: Publish)."""
SAMPLES = 3
"""So many of what is affected are named."""


@dataclass(frozen=True, slots=True)
class Announcement:
    """What is said: `text` for people, `data` for machines. `id` is the same whenever the same state of the same
    incident is announced; `digest` names the one that it is left to, if it is not said alone; a digest `covers` the
    keys of what was left to it."""

    id: str
    subject: str
    text: str
    data: dict[str, Any]
    covers: Sequence[str] = ()
    digest: str = ""


def identity(*parts: object) -> str:
    """The id of what these parts name."""
    return hashlib.sha256("/".join(map(str, parts)).encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class About:
    """What is told of, and where. Whatever has no service has empty names; `severity` is its word."""

    state: str
    severity: str
    place: Place
    account: str
    endpoint: str = ""
    check: str = ""
    title: str = ""


def announcement(
    named: Sequence[object],
    about: About,
    subject: str,
    lines: Sequence[str],
    facts: Mapping[str, Any],
    covers: Sequence[str] = (),
) -> Announcement:
    """Put an announcement together. `named` is what tells its state from every other, `lines` the text for people,
    `facts` what the form for machines has beside what all of them have."""
    id = identity(*named)
    data = {
        "schema": 1,
        "scaudit": __version__,
        "message_id": id,
        "state": about.state,
        "check": about.check,
        **({"title": about.title} if about.title else {}),
        "severity": about.severity,
        "region": about.place.region,
        "account": about.account,
        "ecs_cluster": about.place.cluster,
        "ecs_service": about.place.service,
        "endpoint": about.endpoint,
        **facts,
    }
    text = "\n".join([*lines, f"scaudit {__version__}, message {id}"]) + "\n"
    return Announcement(id, _subject_line(subject, f" [{about.check}]" if about.check else ""), text, data, covers)


def _subject_line(text: str, tail: str) -> str:
    """`text` cut so that it fits a subject together with `tail`."""
    ascii_text = text.encode("ascii", "replace").decode()
    room = SUBJECT_LENGTH - len(tail)
    return (ascii_text if len(ascii_text) <= room else ascii_text[: room - 3] + "...") + tail
