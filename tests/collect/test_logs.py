"""Proxies' logs: one call for one task, one for many, bounded pages, and a reason for each way to see nothing."""

from datetime import datetime, timedelta
from typing import Any

import boto3
import pytest

from scaudit.collect.aws.answers import task_of
from scaudit.collect.aws.log_groups import log_group
from scaudit.collect.aws.log_windows import AFTER, END
from scaudit.collect.aws.logs import GET_LOG_EVENTS, MOST_LOG_PAGES, proxy_lines
from scaudit.collect.aws.pace import Pace
from scaudit.collect.aws.regions import Regions
from scaudit.judge.scaudit_itself import judge_itself
from scaudit.model import LogGroup, LogTarget, Status, Unread
from scaudit.store.memory import Memory
from tests.builders import NOW, REGION
from tests.fakes import answers
from tests.fakes.stubbed import Stubbed, reads


def milliseconds(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)


TARGET = LogTarget("awslogs", "/ecs/proxy", REGION, "proxy")
STARTED = answers.task()
WINDOW = {
    "startTime": int((STARTED["createdAt"].timestamp() - 60) * 1000),
    "endTime": int((STARTED["startedAt"].timestamp() + 600) * 1000),
}


def stream(n: int) -> str:
    return f"proxy/{answers.PROXY}/{answers.task_id(n)}"


def read(aws: Stubbed, *numbers: int, target: LogTarget = TARGET, **changes: Any) -> dict[str, Any]:
    """The lines of these tasks' proxies, or why there are none; what is cut off is marked with an ellipsis."""
    wanted = {answers.task_id(n): (task_of(answers.task(n, **changes)), target) for n in numbers}
    found = proxy_lines(aws.reads, "tutorial", REGION, wanted, NOW)
    return {id: each if isinstance(each, Unread) else each.lines + ["..."] * each.cut for id, each in found.items()}


def one(aws: Stubbed, texts: list[str], token: str, n: int = 0, **more: str) -> None:
    answer = {"events": [{"message": text} for text in texts], "nextForwardToken": token}
    expected = {"logGroupName": "/ecs/proxy", "logStreamName": stream(n), "startFromHead": True, **WINDOW, **more}
    aws.answer("logs", "get_log_events", answer, **expected)


def many(aws: Stubbed, numbers: list[int], rows: list[tuple[int, str]], token: str = "", **more: str) -> None:
    events = [{"logStreamName": stream(n), "message": text} for n, text in rows]
    answer = {"events": events, **({"nextToken": token} if token else {})}
    expected = {"logGroupName": "/ecs/proxy", "logStreamNames": [stream(n) for n in numbers], **WINDOW, **more}
    aws.answer("logs", "filter_log_events", answer, **expected)


def gone(aws: Stubbed, operation: str, what: str) -> None:
    aws.refuse("logs", operation, "ResourceNotFoundException", f"The specified log {what} does not exist.")


def test_one_stream_is_read_from_its_head_until_the_token_repeats(aws: Stubbed) -> None:
    one(aws, ["a", "b"], "f/1")
    one(aws, ["c"], "f/2", nextToken="f/1")
    one(aws, [], "f/2", nextToken="f/2")
    assert read(aws, 0) == {answers.task_id(0): ["a", "b", "c"]}


def test_many_streams_are_one_call_and_empty_pages_are_followed(aws: Stubbed) -> None:
    many(aws, [0, 1], [(0, "a")], "t1")
    many(aws, [0, 1], [], "t2", nextToken="t1")
    many(aws, [0, 1], [(1, "b"), (0, "c")], nextToken="t2")
    assert read(aws, 0, 1) == {answers.task_id(0): ["a", "c"], answers.task_id(1): ["b"]}


@pytest.mark.parametrize("count", [40, 41])
def test_forty_streams_are_one_call(aws: Stubbed, count: int) -> None:
    numbers = list(range(count))
    many(aws, numbers[:40], [(n, "x") for n in numbers[:40]])
    if count == 41:
        one(aws, ["x"], "f", n=40)
        one(aws, [], "f", n=40, nextToken="f")
    assert all(lines == ["x"] for lines in read(aws, *numbers).values())


def test_an_unknown_stream_does_not_sink_the_others(aws: Stubbed) -> None:
    gone(aws, "filter_log_events", "stream")
    many(aws, [0, 1], [(0, "a"), (1, "b")])
    gone(aws, "filter_log_events", "stream")
    gone(aws, "get_log_events", "stream")
    one(aws, ["d"], "f", n=3)
    one(aws, [], "f", n=3, nextToken="f")
    found = read(aws, 0, 1, 2, 3)
    assert isinstance(found.pop(answers.task_id(2)), Unread)
    assert found == {answers.task_id(n): [text] for n, text in ((0, "a"), (1, "b"), (3, "d"))}


def test_a_missing_group_is_found_in_one_call(aws: Stubbed) -> None:
    gone(aws, "filter_log_events", "group")
    found = read(aws, 0, 1, 2, 3)
    assert {(unread.code, "log group" in unread.reason) for unread in found.values()} == {
        ("ResourceNotFoundException", True)
    }


def test_what_does_not_fit_into_the_pages_is_read_in_halves_and_not_judged_by_a_part(aws: Stubbed) -> None:
    for page in range(MOST_LOG_PAGES):
        more = {"nextToken": f"t{page}"} if page else {}
        many(aws, [0, 1], [(0, "a")], f"t{page + 1}", **more)
    for n, lines in ((0, ["a", "b"]), (1, ["c"])):
        one(aws, lines, "f", n=n)
        one(aws, [], "f", n=n, nextToken="f")
    assert read(aws, 0, 1) == {answers.task_id(0): ["a", "b"], answers.task_id(1): ["c"]}


def test_one_log_is_read_from_its_beginning_as_far_as_the_pages_go(aws: Stubbed) -> None:
    for page in range(MOST_LOG_PAGES):
        one(aws, [f"line {page}"], f"f{page + 1}", **({"nextToken": f"f{page}"} if page else {}))
    assert read(aws, 0) == {answers.task_id(0): [*(f"line {page}" for page in range(MOST_LOG_PAGES)), "..."]}


def test_R5_an_event_of_several_lines_is_as_many_lines(aws: Stubbed) -> None:
    one(aws, ["a\nb", "c\n"], "f")
    one(aws, [], "f", nextToken="f")
    assert read(aws, 0) == {answers.task_id(0): ["a", "b", "c"]}
    many(aws, [0, 1], [(0, "a\nb"), (1, "c")])
    assert read(aws, 0, 1)[answers.task_id(0)] == ["a", "b"]


LATE = {"startedAt": NOW - timedelta(hours=5), "createdAt": NOW - timedelta(hours=5, minutes=1)}


def at_the_end(aws: Stubbed, texts: list[str], token: str, ended: datetime, **more: str) -> None:
    window = {"startTime": milliseconds(ended - END), "endTime": milliseconds(ended + AFTER)}
    answer = {"events": [{"message": text} for text in texts], "nextBackwardToken": token, "nextForwardToken": "f"}
    expected = {"logGroupName": "/ecs/proxy", "logStreamName": stream(0), "startFromHead": False, **window, **more}
    aws.answer("logs", "get_log_events", answer, **expected)


def test_R1_the_log_of_a_task_that_ran_for_hours_is_read_back_from_its_end(aws: Stubbed) -> None:
    ended = NOW - timedelta(minutes=1)
    at_the_end(aws, ["c", "d"], "b/1", ended)
    at_the_end(aws, ["a", "b"], "b/2", ended, nextToken="b/1")
    at_the_end(aws, [], "b/2", ended, nextToken="b/2")
    found = read(aws, 0, **LATE, lastStatus="STOPPED", stoppedAt=ended)
    assert found == {answers.task_id(0): ["a", "b", "c", "d"]}


@pytest.mark.parametrize("minutes", [3, 11, 14.9])
def test_R1_the_log_of_a_task_that_ran_for_minutes_is_read_whole(aws: Stubbed, minutes: float) -> None:
    ended = STARTED["startedAt"] + timedelta(minutes=minutes)
    window = {"startTime": WINDOW["startTime"], "endTime": milliseconds(ended + AFTER)}
    for page, more in ((["a"], {}), ([], {"nextToken": "f"})):
        answer = {"events": [{"message": text} for text in page], "nextForwardToken": "f"}
        expected = {"logGroupName": "/ecs/proxy", "logStreamName": stream(0), "startFromHead": True, **window, **more}
        aws.answer("logs", "get_log_events", answer, **expected)
    assert read(aws, 0, lastStatus="STOPPED", stoppedAt=ended) == {answers.task_id(0): ["a"]}


def test_J4_so_is_that_of_a_running_task_whose_proxy_is_unhealthy_now(aws: Stubbed) -> None:
    at_the_end(aws, ["a"], "b", NOW)
    at_the_end(aws, [], "b", NOW, nextToken="b")
    ill = [{"name": answers.PROXY, "lastStatus": "RUNNING", "healthStatus": "UNHEALTHY"}]
    assert read(aws, 0, **LATE, containers=ill) == {answers.task_id(0): ["a"]}


def test_one_log_without_a_line_in_any_page_is_unread(aws: Stubbed) -> None:
    for page in range(MOST_LOG_PAGES):
        one(aws, [], f"f{page + 1}", **({"nextToken": f"f{page}"} if page else {}))
    assert "not reached" in read(aws, 0)[answers.task_id(0)].reason


def test_a_stream_without_lines_is_unread(aws: Stubbed) -> None:
    many(aws, [0, 1], [(0, "a")])
    assert "no line" in read(aws, 0, 1)[answers.task_id(1)].reason


@pytest.mark.parametrize(
    ("target", "reason"),
    [
        (LogTarget(), "no logConfiguration"),
        (
            LogTarget("awslogs", "/ecs/proxy", "eu-west-1", "proxy"),
            "logs:GetLogEvents is not asked in Region eu-west-1",
        ),
        (LogTarget("awslogs", "/ecs/proxy", REGION), "no stream prefix"),
    ],
)
def test_a_log_that_cannot_be_read_costs_no_call_and_says_why(aws: Stubbed, target: LogTarget, reason: str) -> None:
    (found,) = read(aws, 0, target=target).values()
    assert isinstance(found, Unread) and reason in found.reason


def test_a_refusal_names_the_action(aws: Stubbed) -> None:
    aws.refuse("logs", "get_log_events", "AccessDeniedException")
    (found,) = read(aws, 0).values()
    assert found.action == "logs:GetLogEvents"


def test_J18_a_refusal_is_one_log_groups_and_another_ones_success_does_not_end_it(aws: Stubbed) -> None:
    aws.refuse("logs", "get_log_events", "AccessDeniedException")
    read(aws, 0, target=LogTarget("awslogs", "/other", REGION, "proxy"))
    one(aws, ["a"], "f")
    one(aws, [], "f", nextToken="f")
    read(aws, 0)
    told = judge_itself({}, aws.reads.permissions, {}, NOW)
    assert {v.member: v.status for v in told} == {"/other": Status.FAIL, "/ecs/proxy": Status.PASS}


THERE = LogTarget("awslogs", "/ecs/proxy", "eu-west-1", "proxy")


def elsewhere(aws: Stubbed, there: Stubbed) -> Stubbed:
    """What may read the logs of another Region, too."""
    aws.reads = reads(aws.clients, elsewhere={"eu-west-1": there})
    return aws


def test_a_log_in_another_region_is_read_there(aws: Stubbed) -> None:
    with Stubbed() as there:
        one(there, ["a"], "f")
        one(there, [], "f", nextToken="f")
        many(there, [1, 2], [(1, "b"), (2, "c")])
        assert read(elsewhere(aws, there), 0, target=THERE) == {answers.task_id(0): ["a"]}
        assert read(aws, 1, 2, target=THERE) == {answers.task_id(1): ["b"], answers.task_id(2): ["c"]}


def test_a_log_of_the_same_name_in_another_region_is_another_one(aws: Stubbed) -> None:
    """Its refusal says nothing of the one here, and an allowed one here does not end it."""
    wanted = {answers.task_id(n): (task_of(answers.task(n)), target) for n, target in enumerate((TARGET, THERE))}
    with Stubbed() as there:
        one(aws, ["a"], "f")
        one(aws, [], "f", nextToken="f")
        there.refuse("logs", "get_log_events", "AccessDeniedException")
        found = proxy_lines(elsewhere(aws, there).reads, "tutorial", REGION, wanted, NOW)
    assert isinstance(found[answers.task_id(1)], Unread) and not isinstance(found[answers.task_id(0)], Unread)
    told = judge_itself({}, aws.reads.permissions, {}, NOW)
    assert {v.member: v.status for v in told} == {"/ecs/proxy": Status.PASS, "/ecs/proxy in eu-west-1": Status.FAIL}


def test_a_log_group_in_another_region_is_looked_for_there(aws: Stubbed) -> None:
    with Stubbed() as there:
        listed = {"logGroups": [{"logGroupName": "/ecs/proxy", "logGroupClass": "STANDARD"}]}
        there.answer("logs", "describe_log_groups", listed, logGroupNamePrefix="/ecs/proxy")
        aws.answer("logs", "describe_log_groups", {"logGroups": []}, logGroupNamePrefix="/ecs/proxy")
        elsewhere(aws, there)
        assert log_group(aws.reads, "tutorial", THERE, REGION) == LogGroup("/ecs/proxy", "STANDARD")
        assert log_group(aws.reads, "tutorial", TARGET, REGION) is None
        assert log_group(aws.reads, "tutorial", THERE, REGION) == LogGroup("/ecs/proxy", "STANDARD")


def test_a_region_that_does_not_exist_is_unread(aws: Stubbed) -> None:
    made = Regions(boto3.client, lambda region: Pace(region, 1), lambda region: Memory(region, None, lambda: NOW))
    answer = made.reads(REGION, lambda: 60.0).ask(GET_LOG_EVENTS, "tutorial", region="no such Region")
    assert isinstance(answer, Unread) and "got no answer" in answer.reason
