"""What is critical and was recorded as failing, until users heard of it, and that it is: an hour is the most that may
take."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from scaudit.checks import BY_ID

HOUR = timedelta(hours=1)
Incident = tuple[str, str, str]
"""A service, a check and an endpoint."""


class Unheard:
    """By incident, the members that fail or are lost, and since when users should have heard of one. What the baseline
    tells, and what a tag silences, is left out."""

    def __init__(self) -> None:
        self._standing: dict[Incident, dict[str, Mapping[str, Any]]] = {}
        self._since: dict[Incident, datetime] = {}

    def written(self, service: str, sort_key: str, member: Mapping[str, Any], now: datetime) -> None:
        """A member was written, or removed (empty)."""
        check, endpoint, id = sort_key.split("#")
        incident = service, check, "" if endpoint == "-" else endpoint
        standing = self._standing.setdefault(incident, {})
        standing.pop(id, None)
        if member.get("state") in ("fail", "lost") and _loud(member):
            standing[id] = member
        if standing:
            self._since.setdefault(incident, now)
        else:
            self._since.pop(incident, None)

    def overdue(self, is_told: Callable[[Incident], bool], now: datetime) -> list[str]:
        """What users should have heard of by now, as critical, and did not; each once."""
        found = []
        for incident in [each for each, since in self._since.items() if now > since + HOUR]:
            del self._since[incident]
            service, _, endpoint = incident
            members = self._standing[incident].values()
            causes = {m["caused_by"] for m in members if m["caused_by"]}
            causes |= _before(incident[1]) if causes else set()  # its own may be silenced, and one between them told
            told = [incident, *((service, cause, of) for cause in causes for of in (endpoint, ""))]
            if not any(map(is_told, told)):
                found.append(f"{incident}: not told within an hour, {sorted(self._standing[incident])}")
        return found


def _before(check: str) -> set[str]:
    """Every check that may explain this one."""
    return {each for earlier in BY_ID[check].after for each in (earlier, *_before(earlier))}


def _loud(member: Mapping[str, Any]) -> bool:
    return member["severity"] == "critical" and not member["suppressed"] and not member.get("baseline")
