"""The times of a log in UTC. The agent's first lines carry their zone, all others the container's local time (TZ)."""

from datetime import datetime, timedelta

from scaudit.proxylog.life import Life
from scaudit.proxylog.lines import moment

_STEP = timedelta(minutes=15)
"""Zones differ from UTC in steps of a quarter of an hour; the agent's first lines come within minutes of Envoy's."""
_MOST_STEPS = 14 * 4
"""UTC+14 is the farthest zone; what is farther off is a later start, the first one's lines being lost."""


def ahead(life: Life) -> timedelta:
    """How far Envoy's clock is ahead of UTC. Not taken from the zone that the agent writes: the two programs
    understand different values of TZ."""
    first, envoy = moment(life.first), moment(life.first_of_envoy)
    if not (first and envoy and _has_zone(life.first)):
        return timedelta()
    steps = round((envoy - first) / _STEP)
    return _STEP * steps if abs(steps) <= _MOST_STEPS else timedelta()


def utc(stamp: str, ahead: timedelta) -> datetime | None:
    """A time in UTC, as the agent's first lines write it or as all others do."""
    time = moment(stamp)
    return time - ahead if time and ahead and not _has_zone(stamp) else time


def _has_zone(stamp: str) -> bool:
    return stamp[10:11] == "T"
