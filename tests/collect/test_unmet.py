"""Running tasks that ECS counts and nobody met."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from scaudit.collect.aws.answers import service_of, task_of
from scaudit.collect.services import Whole
from scaudit.collect.unmet import unmet_words, with_unmet
from scaudit.model import Unread
from tests.builders import NOW
from tests.fakes import answers
from tests.fakes.stubbed import Stubbed

WEB = replace(service_of(answers.service()), running=2, desired=2)
HERE = {answers.task_id(0): task_of(answers.task(0))}


def second(**changes: Any) -> Any:
    return task_of(answers.task(1, **changes))


def unmet(aws: Stubbed, whole: Whole) -> int:
    (seen,) = with_unmet(aws.reads, "tutorial", [whole], NOW)
    return seen.unmet


def counts(aws: Stubbed, *running: int) -> None:
    """What it says when it is asked again."""
    told = {"services": [answers.service() | {"runningCount": each} for each in running]}
    told["failures"] = [] if running else answers.missing("service", "web")
    aws.answer("ecs", "describe_services", told, cluster="tutorial", services=["web"], include=["TAGS"])


@pytest.mark.parametrize(
    "other",
    [
        second(),
        second(lastStatus="DEACTIVATING", desiredStatus="STOPPED"),
        second(lastStatus="STOPPED", desiredStatus="STOPPED", stoppedAt=NOW + timedelta(seconds=1)),
        Unread("not described"),
    ],
    ids=["runs", "is leaving", "stopped since", "could not be described"],
)
def test_a_task_that_may_have_been_counted_was_met(aws: Stubbed, other: Any) -> None:
    assert unmet(aws, Whole(WEB, {}, HERE | {answers.task_id(1): other})) == 0


@pytest.mark.parametrize(
    "other",
    [
        None,
        second(lastStatus="PENDING"),
        second(lastStatus="STOPPED", desiredStatus="STOPPED", stoppedAt=NOW - timedelta(seconds=1)),
        second(group="service:orders"),
    ],
    ids=["is forgotten", "is coming", "stopped before", "is another service's"],
)
def test_one_that_was_not_counted_leaves_another_one_unmet(aws: Stubbed, other: Any) -> None:
    counts(aws, 2)
    assert unmet(aws, Whole(WEB, {}, HERE | {answers.task_id(1): other})) == 1


@pytest.mark.parametrize(("again", "left"), [((1,), 0), ((2,), 1), ((9,), 1), ((), 0)])
def test_the_smaller_count_holds(aws: Stubbed, again: tuple[int, ...], left: int) -> None:
    """The service may even be gone by then."""
    counts(aws, *again)
    assert unmet(aws, Whole(WEB, {}, HERE)) == left


def test_a_refusal_to_count_again_hides_nothing(aws: Stubbed) -> None:
    aws.refuse("ecs", "describe_services", "ThrottlingException")
    assert unmet(aws, Whole(WEB, {}, HERE)) == 1


def test_what_cannot_be_listed_is_not_counted_again(aws: Stubbed) -> None:
    assert unmet(aws, Whole(WEB, {}, HERE, unlisted=Unread("refused"))) == 1


def test_it_is_told_in_words() -> None:
    assert unmet_words(10, 1) == "ECS counts 10 running tasks, and 1 of them was not found"
    assert unmet_words(10, 2) == "ECS counts 10 running tasks, and 2 of them were not found"
