"""A process killed anywhere loses nothing, and repeats itself only where it died between publishing and marking."""

from collections import Counter
from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest

from tests.simulation.account import Account
from tests.simulation.runs import Fate, Plan, smoothly
from tests.simulation.scenarios import TOLD, Story, a_problem_comes_back_within_the_hold_down

UNHURRIED = [story for story in TOLD if story is not a_problem_comes_back_within_the_hold_down]
"""Those whose end does not hang on a look's not being 725 seconds late."""
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


@cache
def undisturbed(story: Story, function: str) -> tuple[dict[str, tuple[Any, ...]], Strike]:
    strike = Strike(function)
    account = after(story, strike)
    assert account.oracle.lies == [] and sorted(state for state, *_ in told(account).values()) == TOLD[story]
    return told(account), strike


@pytest.mark.parametrize("story", TOLD, ids=lambda story: story.__name__)
def test_undisturbed_every_story_is_told_as_it_is(story: Story) -> None:
    undisturbed(story, "verify")


@pytest.mark.parametrize("function", ["verify", "notify", "sweep"])
@pytest.mark.parametrize("story", UNHURRIED, ids=lambda story: story.__name__)
def test_a_kill_anywhere_loses_nothing_and_repeats_only_what_was_not_marked(story: Story, function: str) -> None:
    expected, smooth = undisturbed(story, function)
    for number, fate in smooth.places():
        strike = Strike(function, number, fate)
        account = after(story, strike)
        where = f"{fate.name} call {number} of {function}, {smooth.calls[number - 1]}"
        assert account.oracle.lies == [], where
        assert told(account) == expected, where
        said = Counter(message.data["message_id"] for message in account.topic.published)
        assert max(said.values()) == (2 if strike.between_publish_and_mark else 1), where
        assert account.oracle.open == set() and not account.queue.dead and not account.stream.given_up, where
