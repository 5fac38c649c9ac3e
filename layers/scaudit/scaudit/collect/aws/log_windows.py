"""Which part of a proxy's log is read: its start, its end, or everything up to now."""

from datetime import datetime, timedelta

from scaudit.model import Task
from scaudit.values import dataclass

BEFORE = timedelta(minutes=1)
AFTER = timedelta(minutes=10)
"""The window read begins so long before a task was created, and ends so long after it started or stopped."""
END = timedelta(minutes=15)
"""What is read of a task that ran for longer, before the end of its proxy: that of one that stopped, or that ECS calls
UNHEALTHY now."""


@dataclass(frozen=True, slots=True)
class Window:
    """What is read of one log, backwards where it is its end."""

    begin: datetime
    end: datetime
    from_its_end: bool = False


def window_of(task: Task, now: datetime, *, whole: bool) -> Window:
    """The window of a task's log: its start, or its end, which are one for a task that ran for less than `END`."""
    ended = task.stopped_at or (now if task.proxy_health == "UNHEALTHY" else None)
    if task.started_at and ended and ended > task.started_at + END:
        return Window(ended - END, ended + AFTER, from_its_end=True)
    last = now if whole else max(filter(None, (task.started_at, ended)), default=now)
    return Window(task.created_at - BEFORE, last + AFTER)
