"""One announcement, and the forms in which it goes to SNS."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from scaudit.values import dataclass

_MACHINES = ("sqs", "lambda", "http", "https", "firehose")
_ATTRIBUTES = ("check", "severity", "state", "ecs_cluster", "ecs_service", "region", "message_id", "incident_id")


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

    @property
    def attributes(self) -> dict[str, str]:
        """What subscribers filter by; none is ever empty, since SNS refuses empty attribute values."""
        return {name: self.data.get(name) or "-" for name in _ATTRIBUTES}

    @property
    def machine(self) -> str:
        """The form for machines as JSON, which holds the text, too."""
        return _json({**self.data, "subject": self.subject, "text": self.text})

    @property
    def protocols(self) -> str:
        """The SNS message for `MessageStructure=json`: for machines JSON, and text for people."""
        return _json({"default": self.text, **dict.fromkeys(_MACHINES, self.machine)})

    @property
    def size(self) -> int:
        """Bytes, as SNS counts them: the whole message, every protocol's copy in it, and the attributes, all as UTF-8
        (AWS: Publish, Message)."""
        attributes = "".join(f"{name}String{value}" for name, value in self.attributes.items())
        return len(self.protocols.encode()) + len(attributes.encode())


def _json(value: Mapping[str, Any]) -> str:
    """As UTF-8, not escaped: escapes in escapes take seven bytes a letter, in every copy."""
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)
