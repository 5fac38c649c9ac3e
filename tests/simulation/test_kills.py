"""A process killed anywhere loses nothing, and repeats itself only where it died between publishing and marking."""

from collections import Counter
from functools import cache
from typing import Any

import pytest

from tests.simulation.killing import Strike, after, told
from tests.simulation.scenarios import TOLD, Story, a_problem_comes_back_within_the_hold_down

UNHURRIED = [story for story in TOLD if story is not a_problem_comes_back_within_the_hold_down]
"""Those whose end does not hang on a look's not being 725 seconds late."""


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
