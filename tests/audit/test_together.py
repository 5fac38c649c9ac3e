"""What is suspected together is looked at again together: in bulk, exactly, and the tasks last (J26)."""

from typing import Any

import pytest

from scaudit.audit.again import parts
from scaudit.model.incidents import MemberState
from scaudit.queue.bodies import body, parse
from scaudit.queue.messages import TaskNudge, TaskNudges
from tests.builders import REGION
from tests.fakes import answers
from tests.fakes.laid_out import finds
from tests.fakes.verify_desk import SUBJECT, Desk, service_look

SIX = range(6)


def listed(n: int, **changes: str) -> dict[str, Any]:
    return {"Id": answers.task_id(n), "Attributes": answers.attributes(n, **changes)}


@pytest.fixture
def again(desk: Desk) -> str:
    """The message that the first look at six wrong tasks sends, a minute later."""
    desk.knows_the_service(desiredCount=6, runningCount=6)
    desk.finds(*SIX, AWS_INSTANCE_PORT="9999")
    desk.describes(*SIX)
    desk.lists(*SIX)
    desk.looks_around()
    assert desk.verify(service_look()) == []
    (sent,) = desk.sent()
    desk.clock.forward(61)
    return str(sent["Body"])


def test_J26_many_are_confirmed_by_one_list_and_their_tasks_last(desk: Desk, again: str) -> None:
    told = parse(again)
    assert isinstance(told, TaskNudges) and [each.look for each in told.nudges] == [1] * 6
    assert SUBJECT not in desk.states() and desk.queue.delays == [60]
    desk.describes(*SIX)
    desk.knows_the_service()
    finds(desk.aws, *SIX, AWS_INSTANCE_PORT="9999")
    instances = [listed(0), *(listed(n, AWS_INSTANCE_PORT="9999") for n in range(1, 6))]
    there = {"Instances": instances}
    desk.aws.answer("servicediscovery", "list_instances", there, ServiceId="srv-nginx", MaxResults=100)
    tasks = [answers.task(n) for n in range(5)]
    leaving = answers.task(5, lastStatus="DEACTIVATING", desiredStatus="STOPPED")
    asked = {"cluster": "tutorial", "tasks": [answers.task_id(n) for n in SIX]}
    desk.aws.answer("ecs", "describe_tasks", {"tasks": [*tasks, leaving]}, **asked)
    assert desk.verify(again) == [] and desk.sent() == []
    failing = {answers.task_id(n) for n in (1, 2, 3, 4)}
    assert desk.states()[SUBJECT] == dict.fromkeys(failing, MemberState.FAIL), "0 is mended, and 5 leaves"


def test_a_list_that_cannot_be_read_proves_nothing(desk: Desk, again: str) -> None:
    desk.describes(*SIX)
    desk.knows_the_service()
    finds(desk.aws, *SIX, AWS_INSTANCE_PORT="9999")
    desk.aws.refuse("servicediscovery", "list_instances", "ThrottlingException")
    desk.describes(*SIX)
    desk.verify(again)
    assert SUBJECT not in desk.states()
    (sent,) = desk.sent()
    told = parse(sent["Body"])
    assert isinstance(told, TaskNudges) and all(SUBJECT.key in each.suspected for each in told.nudges)


def test_J30_tasks_for_which_no_time_is_left_are_sent_for_anew(desk: Desk) -> None:
    nudges = tuple(TaskNudge(REGION, "tutorial", "web", answers.task_id(n), 5, 1, "before") for n in SIX)
    desk.left = lambda: 44
    assert desk.verify(body(TaskNudges(nudges))) == []
    (sent,) = desk.sent()
    assert parse(sent["Body"]) == TaskNudges(nudges)


@pytest.mark.parametrize(
    ("services", "expected"),
    [
        ({"a": 1200}, [["a"] * 1000, ["a"] * 200]),
        ({"a": 60, "b": 60, "c": 40}, [["a"] * 60, ["b"] * 60 + ["c"] * 40]),
        ({"a": 1, "b": 400, "c": 1}, [["a"], ["b"] * 400, ["c"]]),
        (
            {f"s{n:03d}": 1 for n in range(250)},
            [[f"s{n:03d}" for n in range(b, min(b + 100, 250))] for b in (0, 100, 200)],
        ),
        ({}, []),
    ],
    ids=["one service", "few", "many between few", "of one task each", "none"],
)
def test_a_look_takes_on_many_tasks_of_one_service_or_few_of_several(
    services: dict[str, int], expected: list[list[str]]
) -> None:
    nudges = [
        TaskNudge(REGION, "tutorial", name, f"{name}{n}") for name, count in services.items() for n in range(count)
    ]
    found = [list(part) for part in parts(nudges)]
    assert [[each.service for each in part] for part in found] == expected
    assert [each for part in found for each in part] == nudges


def test_what_one_look_suspects_is_confirmed_before_the_next_begins(desk: Desk, again: str) -> None:
    """Were all read first that is due, time might never suffice for the reads that confirm."""
    told = parse(again)
    assert isinstance(told, TaskNudges)
    others = [TaskNudge(REGION, "tutorial", "other", f"{n}", 5, 1, "before") for n in range(100)]
    desk.describes(*SIX)
    desk.knows_the_service()
    finds(desk.aws, *SIX, AWS_INSTANCE_PORT="9999")
    there = {"Instances": [listed(n, AWS_INSTANCE_PORT="9999") for n in SIX]}
    desk.aws.answer("servicediscovery", "list_instances", there, ServiceId="srv-nginx", MaxResults=100)
    desk.describes(*SIX)
    desk.left = lambda: 44 if SUBJECT in desk.states() else 120
    assert desk.verify(body(TaskNudges((*told.nudges, *others)))) == []
    assert len(desk.states()[SUBJECT]) == 6
    (sent,) = desk.sent()
    assert parse(sent["Body"]) == TaskNudges(tuple(others))


def test_of_tasks_together_each_is_ours_or_not_and_what_is_of_an_unknown_form_is_buried(desk: Desk) -> None:
    elsewhere = TaskNudge("eu-west-1", "tutorial", "web", "a")
    other = TaskNudge(REGION, "dev", "web", "a")
    text = body(TaskNudges((elsewhere, other)))
    assert desk.verify(text, text.replace('"others":[', '"others":[7,')) == []
    (buried,) = desk.sent(desk.dead)
    assert "others" in buried["MessageAttributes"]["reason"]["StringValue"]
