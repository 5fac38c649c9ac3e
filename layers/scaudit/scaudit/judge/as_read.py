"""What a look saw under the name of a fact is that fact: nobody has to pass it on."""

from dataclasses import fields
from typing import Any

from scaudit.checks.facts import ORIGINS
from scaudit.model.seen import Seen, ServiceSeen

_FACTS = {kind: [one.name for one in fields(kind) if one.name in ORIGINS] for kind in (Seen, ServiceSeen)}


def as_read(seen: Seen | ServiceSeen) -> dict[str, Any]:
    """The facts that were seen as such of a task or a service, by their names."""
    return {name: getattr(seen, name) for name in _FACTS[type(seen)]}
