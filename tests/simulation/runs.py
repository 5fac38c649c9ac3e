"""Runs of the functions, at most one of them awake: every AWS call of theirs is a place to stall, to fail or to die."""

import threading
from collections.abc import Callable
from enum import Enum, auto
from typing import Any

from botocore.exceptions import ClientError, ReadTimeoutError

from tests.simulation import template
from tests.simulation.clock import Clock

CALL = 0.01
"""Seconds that an AWS call takes."""
BACKOFF = 1
"""Seconds until the SDK makes a throttled call again."""


class Killed(BaseException):
    """The process dies: no handler of the code under test may survive it."""


class NotFaked(BaseException):
    """The code asks for something that these fakes do not know, or that its role does not let it do. No handler may
    take it for an error of AWS."""


class Fate(Enum):
    """What becomes of one AWS call."""

    GO = auto()
    STALL = auto()
    KILL_BEFORE = auto()
    KILL_AFTER = auto()
    THROTTLE = auto()
    RETRIED = auto()
    """Throttled, and the SDK's next attempt is answered."""
    ANSWER_LOST = auto()
    TWICE = auto()
    """The SDK hears nothing of its first attempt, which took effect, and makes the call again."""


Plan = Callable[[int, str], Fate]
"""From the number of a call in its run (the first is 1) and its name to its fate."""


def smoothly(_number: int, _name: str) -> Fate:
    return Fate.GO


def at(number: int, fate: Fate) -> Plan:
    """The one call of this number has this fate."""
    return lambda n, _name: fate if n == number else Fate.GO


class Run:
    """One run of a function. `ended` gets its answer, or None when it died or raised. To stall costs a thread."""

    def __init__(
        self, line: "Line", name: str, work: Callable[[], Any], ended: Callable[[Any], None], *, stalls: bool
    ) -> None:
        self.name = name
        self.began = line.clock.now
        self.calls: list[str] = []
        self.stalled = self.over = self.failed = False
        self.memory: dict[Any, Any] = {}
        self._line, self._work, self._ended = line, work, ended
        self._plan: Plan = smoothly
        self._answer: Any = None
        self._unfaked: BaseException | None = None
        self._awake, self._asleep = threading.Semaphore(0), threading.Semaphore(0)
        self._thread = threading.Thread(target=self._live, daemon=True) if stalls else None

    def go(self, plan: Plan = smoothly) -> "Run":
        """Start or resume, until the run stalls or is over. A resumed run meets its pending call's fate first."""
        self._plan, self.stalled, self._line.running = plan, False, self
        if self._thread is None:
            self._live()
        elif self._thread.ident is None:
            self._thread.start()
        else:
            self._awake.release()
        self._asleep.acquire()
        self._line.running = None
        if self._unfaked:
            raise self._unfaked
        if self.over:
            self._ended(self._answer)
        return self

    def call(self, name: str, effect: Callable[[], Any]) -> Any:
        if name not in template.allowed(self.name):
            raise NotFaked(f"{name}: the role of {self.name} does not allow it")
        self.calls.append(name)
        self._line.clock.forward(CALL)
        while (fate := self._plan(len(self.calls), name)) is Fate.STALL:
            if self._thread is None:
                raise NotFaked("a run without a thread of its own cannot stall")
            self.stalled = True
            self._asleep.release()
            self._awake.acquire()
        return self._meet(fate, name, effect)

    def _meet(self, fate: Fate, name: str, effect: Callable[[], Any]) -> Any:
        if fate is Fate.KILL_BEFORE:
            raise Killed(name)
        if fate is Fate.THROTTLE:
            raise ClientError({"Error": {"Code": "ThrottlingException", "Message": "Rate exceeded"}}, name)
        if fate is Fate.RETRIED:
            self._line.clock.forward(BACKOFF)
        answer = effect()
        if fate is Fate.TWICE:
            answer = effect()
        if fate is Fate.KILL_AFTER:
            raise Killed(name)
        if fate is Fate.ANSWER_LOST:
            raise ReadTimeoutError(endpoint_url=name)
        return answer

    def _live(self) -> None:
        try:
            self._answer = self._work()
        except Exception:  # what a function raises, Lambda takes for a failed invocation
            self.failed = True
        except Killed:
            self.failed = True
        except BaseException as error:
            self._unfaked = error
        self.over = True
        self._asleep.release()


class Line:
    """What every AWS call passes. Calls outside a run, such as a test's own, simply go."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.running: Run | None = None

    def __call__(self, name: str, effect: Callable[[], Any]) -> Any:
        return self.running.call(name, effect) if self.running else effect()
