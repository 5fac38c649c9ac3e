"""The times of a log in UTC. The agent's first lines carry their zone, all others the container's local time (TZ)."""

from datetime import datetime, timedelta

from scaudit.proxylog.life import Life
from scaudit.proxylog.lines import moment

_STEP = timedelta(minutes=15)
"""Zones differ from UTC in steps of a quarter of an hour; the agent's first lines come within minutes of Envoy's."""
_FARTHEST = timedelta(hours=14)
"""The farthest zone; what is farther off is a later start, the first one's lines being lost."""


def times(life: Life) -> tuple[datetime | None, datetime | None]:
    """The time of the log's first line, and of the first ready line, in UTC."""
    return moment(life.first), in_utc(life, life.ready_first)


def in_utc(life: Life, stamp: str) -> datetime | None:
    """The time of a line of Envoy, or of the agent beside it."""
    first, at = moment(life.first), moment(stamp)
    if first and at and _has_zone(life.first) and not _one_clock(life.first, life.first_of_envoy):
        return at - _ahead(first, life.first_of_envoy)
    return at


def _ahead(first: datetime, envoys: str) -> timedelta:
    """How far Envoy's clock is ahead of UTC. Not taken from the zone that the agent writes: the two programs
    understand different values of TZ."""
    envoy = moment(envoys)
    if not envoy or ((by := envoy - first) < _STEP / 2 and by > -_STEP / 2):
        return timedelta()
    return _STEP * round(by / _STEP) if abs(by) < _FARTHEST + _STEP else timedelta()


def _one_clock(first: str, envoys: str) -> bool:
    """Whether both are of the same hour in UTC, as nearly always."""
    return first[-1:] == "Z" and first[11:13] == envoys[11:13] and first[:10] == envoys[:10]


def _has_zone(stamp: str) -> bool:
    return stamp[10:11] == "T"
