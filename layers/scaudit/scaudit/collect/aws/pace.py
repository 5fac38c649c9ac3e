"""How fast AWS may be asked: half of each published quota, shared out among the workers that run at once."""

import time
from collections.abc import Callable
from threading import Lock

from scaudit.collect.aws.action import Action


class Pace:
    """The calls of one worker among `workers` that share a Region's quotas: together they use half of each. Threads of
    the worker take their turns one after the other."""

    def __init__(
        self,
        region: str,
        workers: int,
        now: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._region, self._share = region, 2 * workers
        self._now, self._sleep = now, sleep
        self._left: dict[str, tuple[float, float]] = {}
        self._counting = Lock()  # logs of one Region may be read for another, at once

    def turn(self, action: Action, seconds: float) -> bool:
        """Wait until a call of this action may be made; False if that is more than `seconds` away."""
        quota = action.quota
        burst, rate = quota.depth(self._region) / self._share, quota.refill(self._region) / self._share
        with self._counting:
            now = self._now()
            tokens, since = self._left.get(quota.name, (burst, now))
            tokens = min(max(burst, 1.0), tokens + (now - since) * rate)  # less than one call could never be taken
            wait = max(0.0, (1.0 - tokens) / rate)
            if wait > seconds:
                return False
            self._left[quota.name] = tokens - 1.0, now
        if wait:
            self._sleep(wait)
        return True
