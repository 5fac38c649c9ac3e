"""Time that moves when it is told to, and a little whenever it is read: no two moments are the same."""

from datetime import datetime, timedelta

TICK = timedelta(microseconds=1)


class Clock:
    """The one clock of a simulated account."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        self.now += TICK
        return self.now

    def forward(self, seconds: float) -> None:
        self.reach(self.now + timedelta(seconds=seconds))

    def reach(self, moment: datetime) -> None:
        self.now = max(self.now, moment)
