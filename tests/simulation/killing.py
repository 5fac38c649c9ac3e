"""A story told with one AWS call of one function killed, and how it ended.

It is told once. At every place a copy of the process is killed there and tells the rest: each costs only its own end.
"""

import os
import traceback
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from typing import Any

from tests.simulation.account import Account
from tests.simulation.runs import Fate, Plan, smoothly
from tests.simulation.scenarios import Story

WRITES = ("PutItem", "UpdateItem", "DeleteItem", "SendMessage", "Publish")

Place = tuple[int, str, Fate]
"""The number of a call of all the function's runs (the first is 1), its name, and what becomes of it."""


def _reads(call: str) -> bool:
    return call.split(":")[1] not in WRITES


@dataclass(frozen=True)
class End:
    """How a story ended. Plain values: they come from another process."""

    where: str
    told: dict[str, tuple[Any, ...]]
    said: Counter[str]
    """How often each message was published."""
    may_repeat: bool
    """Whether what was published last before the strike was not marked any more."""
    lies: list[str]
    lost: list[str]
    """What stands open, lies dead or was given up."""


class Strike:
    """What was called by a function. Where `kills` says so, a copy of this process dies there and goes on."""

    def __init__(self, function: str, kills: Callable[[Place], bool] = lambda place: False) -> None:
        self.calls: list[str] = []
        self.places: list[Place] = []
        self.ends: list[End] = []
        self.parent: Connection | None = None
        self._function, self._kills = function, kills
        self._begins = False

    def __call__(self, function: str) -> Plan:
        if function != self._function:
            return smoothly
        self._begins = True
        return self._meet

    def _meet(self, _number: int, call: str) -> Fate:
        """Before and after every call. After a write and before what follows is one place, and so is what lies between
        two reads of a run: nothing changes there."""
        before = self._begins or (_reads(self.calls[-1]) and not _reads(call))
        self._begins = False
        self.calls.append(call)
        fates = [Fate.KILL_BEFORE] * before + [Fate.KILL_AFTER] * (not _reads(call))
        return next((fate for fate in fates if self._copied(fate)), Fate.GO)

    def _copied(self, fate: Fate) -> bool:
        """Whether this is a copy, to be killed here. The process itself waits for how the copy ended."""
        place = (len(self.calls), self.calls[-1], fate)
        if self.parent:
            return False
        self.places.append(place)
        if not self._kills(place):
            return False
        ours, theirs = Pipe(duplex=False)
        if child := os.fork():
            theirs.close()
            end = ours.recv()
            os.waitpid(child, 0)
            if not isinstance(end, End):
                raise AssertionError(f"{place}: {end}")
            self.ends.append(end)
            return False
        ours.close()
        self.parent, self._struck = theirs, place
        return True

    def end(self, account: Account) -> End:
        number, call, fate = self._struck
        done = self.calls[: number if fate is Fate.KILL_AFTER else number - 1]
        since = done[::-1].index("sns:Publish") if "sns:Publish" in done else len(done)
        return End(
            f"{fate.name} call {number} of {self._function}, {call}",
            told(account),
            Counter(message.data["message_id"] for message in account.topic.published),
            since < len(done) and "dynamodb:PutItem" not in done[len(done) - since :],
            account.oracle.lies,
            [*map(str, account.oracle.open), *map(str, account.queue.dead), *map(str, account.stream.given_up)],
        )


def told(account: Account) -> dict[str, tuple[Any, ...]]:
    """What subscribers were told, singly or in a digest, without its times."""
    each = [one for message in account.topic.published for one in message.data.get("withheld", [message.data])]
    names = ("state", "check", "severity", "ecs_service", "endpoint", "subject")
    return {one["message_id"]: tuple(one[name] for name in names) for one in each}


def killed(
    story: Story, function: str, kills: Callable[[Place], bool] = lambda place: True, *, watched_before: bool = True
) -> list[End]:
    """How the story ends for each place where the function may die. Raises AssertionError where an end is not told."""
    strike = Strike(function, kills)
    try:
        account = after(story, strike, watched_before=watched_before)
        if strike.parent:
            strike.parent.send(strike.end(account))
    except BaseException:
        if not strike.parent:
            raise
        strike.parent.send(traceback.format_exc())
    finally:
        if strike.parent:
            os._exit(0)
    return strike.ends


def after(story: Story, strike: Strike, *, watched_before: bool = True) -> Account:
    account = Account()
    if watched_before:
        account.was_watched_before()
    account.plan_for = strike
    story(account)
    return account
