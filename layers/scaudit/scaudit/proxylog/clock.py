"""The two clocks of one log. Envoy writes the container's local time (TZ; runs of 1.36 to 1.40). The agent writes UTC
(its log formatter), and before that is set up the time with its zone."""

from datetime import datetime, timedelta

from scaudit.proxylog.lines import moment

_STEP = timedelta(minutes=15)
"""Zones differ from UTC in steps of a quarter of an hour; the agent's first lines come within minutes of Envoy's."""
_FARTHEST = timedelta(hours=14)
"""The farthest zone; what is farther off is a later start, the first one's lines being lost."""


_MIXED = timedelta(seconds=1)
"""Lines change places on their way within milliseconds; what is earlier by more was written by a clock set back: by
NTP, or where the container's local time leaves daylight saving time."""


def goes_back(before: str, now: str) -> bool:
    """Whether the clock of two lines, in the order of the log, was set back between them."""
    earlier, later = moment(before), moment(now)
    return bool(earlier and later and earlier - later > _MIXED)


def in_utc(first: str, of_envoy: str, stamp: str) -> datetime | None:
    """The time of a line of Envoy, where the log begins at `first`, and Envoy in it at `of_envoy`, as written."""
    at = moment(stamp)
    if not at or first[10:11] != "T" or _one_clock(first, of_envoy):
        return at
    begun = moment(first)
    return at - _ahead(begun, of_envoy) if begun else at


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
