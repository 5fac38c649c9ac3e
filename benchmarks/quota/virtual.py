"""Virtual time: workers of which one is awake at a time, and a clock that jumps to whoever wakes next."""

import threading
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from functools import partial
from heapq import heappop, heappush
from itertools import count
from typing import TypeVar

from tests.simulation.clock import Clock

T = TypeVar("T")


class Time:
    """Runs its workers as if at once: the same way every time, and as fast as they compute."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self._began = clock.now
        self._asleep: list[tuple[datetime, int, threading.Semaphore]] = []
        self._order = count()
        self._over = threading.Semaphore(0)
        self._failure: BaseException | None = None

    def start(self, work: Callable[[], None]) -> None:
        """A new worker; it begins to live with `run`, or when it is its turn."""
        turn = threading.Semaphore(0)

        def live() -> None:
            turn.acquire()
            try:
                work()
            except BaseException as error:  # told to whoever runs the simulation: a thread has nobody else
                self._failure = error
            self._wake_next()

        threading.Thread(target=live, daemon=True).start()
        heappush(self._asleep, (self.clock.now, next(self._order), turn))

    def side_by_side(self, works: Sequence[Callable[[], T]]) -> list[T]:
        """The same as the worker that calls, in workers of their own while it waits. Raises what one of them raised."""
        if len(works) < 2:
            return [work() for work in works]
        found: dict[int, T] = {}
        raised: list[BaseException] = []
        turn, left = threading.Semaphore(0), set(range(len(works)))

        def live(number: int) -> None:
            try:
                found[number] = works[number]()
            except BaseException as error:
                raised.append(error)
            left.remove(number)
            if not left:
                heappush(self._asleep, (self.clock.now, next(self._order), turn))

        for number in sorted(left):
            self.start(partial(live, number))
        self._wake_next()
        turn.acquire()
        if raised:
            raise raised[0]
        return [found[number] for number in range(len(works))]

    def sleep(self, seconds: float) -> None:
        """The worker that calls sleeps, and others may live meanwhile."""
        wakes = self.clock.now + timedelta(seconds=seconds)
        if not self._asleep or wakes < self._asleep[0][0]:
            self.clock.reach(wakes)
            return
        turn = threading.Semaphore(0)
        heappush(self._asleep, (wakes, next(self._order), turn))
        self._wake_next()
        turn.acquire()

    def seconds(self) -> float:
        """Virtual seconds since this time began."""
        return (self.clock.now - self._began).total_seconds()

    def run(self) -> None:
        """Until every worker has ended. Raises what a worker raised; then the others sleep for ever."""
        self._wake_next()
        self._over.acquire()
        if self._failure:
            raise self._failure

    def _wake_next(self) -> None:
        if self._failure or not self._asleep:
            self._over.release()
            return
        moment, _, turn = heappop(self._asleep)
        self.clock.reach(moment)
        turn.release()
