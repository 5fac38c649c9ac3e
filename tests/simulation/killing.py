"""A story told with one AWS call of one function killed, and what subscribers heard of it."""

from collections.abc import Iterator
from typing import Any

from tests.simulation.account import Account
from tests.simulation.runs import Fate, Plan, smoothly
from tests.simulation.scenarios import Story

WRITES = ("PutItem", "UpdateItem", "DeleteItem", "SendMessage", "Publish")


def _reads(call: str) -> bool:
    return call.split(":")[1] not in WRITES


class Strike:
    """One AWS call in all the runs of a function meets its fate, the others go. The first is number 1."""

    def __init__(self, function: str, number: int = 0, fate: Fate = Fate.GO) -> None:
        self.calls: list[str] = []
        self.begins: set[int] = set()
        self._function, self._number, self._fate = function, number, fate

    def __call__(self, function: str) -> Plan:
        if function != self._function:
            return smoothly
        self.begins.add(len(self.calls) + 1)
        return self._meet

    def _meet(self, _number: int, call: str) -> Fate:
        self.calls.append(call)
        return self._fate if len(self.calls) == self._number else Fate.GO

    def places(self) -> Iterator[tuple[int, Fate]]:
        """Before and after every call. What lies between two reads of a run is one place: nothing changes there."""
        for number, call in enumerate(self.calls, 1):
            if number in self.begins or not (_reads(call) and _reads(self.calls[number - 2])):
                yield number, Fate.KILL_BEFORE
            if not _reads(call):
                yield number, Fate.KILL_AFTER

    @property
    def between_publish_and_mark(self) -> bool:
        """Whether what was published last before the strike was not marked any more."""
        done = self.calls[: self._number if self._fate is Fate.KILL_AFTER else self._number - 1]
        since = done[::-1].index("sns:Publish") if "sns:Publish" in done else len(done)
        return since < len(done) and "dynamodb:PutItem" not in done[len(done) - since :]


def told(account: Account) -> dict[str, tuple[Any, ...]]:
    """What subscribers were told, singly or in a digest, without its times."""
    each = [one for message in account.topic.published for one in message.data.get("withheld", [message.data])]
    names = ("state", "check", "severity", "ecs_service", "endpoint", "subject")
    return {one["message_id"]: tuple(one[name] for name in names) for one in each}


def after(story: Story, strike: Strike, *, watched_before: bool = True) -> Account:
    account = Account()
    if watched_before:
        account.was_watched_before()
    account.plan_for = strike
    story(account)
    return account
