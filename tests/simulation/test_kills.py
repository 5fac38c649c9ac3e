"""A process killed anywhere loses nothing, and repeats itself only where it died between publishing and marking."""

from functools import cache
from typing import Any

import pytest

from tests.simulation.killing import Strike, after, killed, told
from tests.simulation.scenarios import TOLD, Story, a_problem_comes_back_within_the_hold_down

UNHURRIED = [story for story in TOLD if story is not a_problem_comes_back_within_the_hold_down]
"""Those whose end does not hang on a look's not being 725 seconds late."""


@cache
def undisturbed(story: Story) -> dict[str, tuple[Any, ...]]:
    account = after(story, Strike("verify"))
    assert account.oracle.lies == [] and sorted(state for state, *_ in told(account).values()) == TOLD[story]
    return told(account)


@pytest.mark.parametrize("story", TOLD, ids=lambda story: story.__name__)
def test_undisturbed_every_story_is_told_as_it_is(story: Story) -> None:
    undisturbed(story)


@pytest.mark.parametrize("function", ["verify", "notify", "sweep"])
@pytest.mark.parametrize("story", UNHURRIED, ids=lambda story: story.__name__)
def test_a_kill_anywhere_loses_nothing_and_repeats_only_what_was_not_marked(story: Story, function: str) -> None:
    for end in killed(story, function):
        assert end.lies == [] and end.lost == [], end.where
        assert end.told == undisturbed(story), end.where
        assert max(end.said.values()) == (2 if end.may_repeat else 1), end.where
