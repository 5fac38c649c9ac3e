"""The code under test makes an `Unread` of every refused call; what nobody laid out must fail the test all the same."""

import pytest

from scaudit.collect.aws.ecs import LIST_TASKS
from scaudit.collect.aws.every_read import ACTIONS
from scaudit.model import Unread
from tests.fakes.answers import STANDING
from tests.fakes.stubbed import Stubbed


def listed(aws: Stubbed, cluster: str) -> object:
    return aws.reads.ask(LIST_TASKS, cluster, cluster=cluster)


def test_a_call_that_nobody_planned_fails_at_the_end() -> None:
    with pytest.raises(AssertionError, match=r"unplanned calls: .*ecs ListTasks"), Stubbed() as aws:
        assert isinstance(listed(aws, "tutorial"), Unread)


def test_a_call_with_other_parameters_fails_though_the_planned_one_follows() -> None:
    with pytest.raises(AssertionError, match=r"unplanned calls: .*'other'"), Stubbed() as aws:
        aws.answer("ecs", "list_tasks", {"taskArns": []}, cluster="tutorial")
        assert isinstance(listed(aws, "other"), Unread) and listed(aws, "tutorial") == {"taskArns": []}


def test_an_answer_that_nobody_asked_for_fails_at_the_end() -> None:
    with pytest.raises(AssertionError, match=r"never asked: .*ListTasks"), Stubbed() as aws:
        aws.refuse("ecs", "list_tasks", "ThrottlingException")


def test_what_fails_within_is_told_and_not_what_was_left_unasked() -> None:
    with pytest.raises(ZeroDivisionError), Stubbed() as aws:
        aws.refuse("ecs", "list_tasks", "ThrottlingException")
        raise ZeroDivisionError


@pytest.mark.parametrize("action", STANDING)
def test_a_read_with_a_standing_answer_need_not_be_laid_out(action: str) -> None:
    with Stubbed() as aws:
        assert aws.reads.ask(ACTIONS[action], "tutorial") == STANDING[action]


def test_what_is_laid_out_goes_before_what_stands() -> None:
    with Stubbed() as aws:
        aws.answer("ecs", "describe_clusters", {"clusters": [{"clusterName": "tutorial"}]}, clusters=["tutorial"])
        asked = [aws.reads.ask(ACTIONS["ecs:DescribeClusters"], "tutorial", clusters=["tutorial"]) for _ in range(2)]
        assert asked == [{"clusters": [{"clusterName": "tutorial"}]}, STANDING["ecs:DescribeClusters"]]
