"""One announcement, as it is said and as the table keeps it."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

SUBJECT_LENGTH = 99
"""Characters. SNS takes fewer than 100, without line breaks; ASCII is safe everywhere (AWS: Publish)."""


@dataclass(frozen=True, slots=True)
class Message:
    """What is said. `id` is the same whenever the same state of the same incident is announced; `digest` names the one
    that it is left to, if it is not said alone; a digest `covers` the keys of what was left to it."""

    id: str
    subject: str
    text: str
    data: dict[str, Any]
    covers: Sequence[str] = ()
    digest: str = ""


def identity(*parts: object) -> str:
    """The id of what these parts name."""
    return hashlib.sha256("/".join(map(str, parts)).encode()).hexdigest()[:16]


def subject_line(text: str, tail: str) -> str:
    """`text` cut so that it fits a subject together with `tail`."""
    ascii_text = text.encode("ascii", "replace").decode()
    room = SUBJECT_LENGTH - len(tail)
    return (ascii_text if len(ascii_text) <= room else ascii_text[: room - 3] + "...") + tail


def dump(message: Message) -> str:
    """The message as the table keeps it, to be said again to the letter."""
    return json.dumps(asdict(message), separators=(",", ":"))


def load(kept: str) -> Message:
    """What `dump` wrote."""
    return Message(**json.loads(kept))
