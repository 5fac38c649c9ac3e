"""Proxies' logs: one call for one task, one for many, bounded pages, and a reason for each way to see nothing."""

from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from botocore.stub import Stubber

from scaudit.collect.aws.answers import task_of
from scaudit.collect.aws.logs import MOST_PAGES, proxy_lines
from scaudit.model import LogTarget, Unread
from tests.builders import NOW, REGION
from tests.fakes import answers
from tests.fakes.stubbed import reads

TARGET = LogTarget("awslogs", "/ecs/proxy", REGION, "proxy")
STARTED = answers.task()
WINDOW = {
    "startTime": int((STARTED["createdAt"].timestamp() - 60) * 1000),
    "endTime": int((STARTED["startedAt"].timestamp() + 600) * 1000),
}


@pytest.fixture
def logs() -> Iterator[Stubber]:
    with Stubber(boto3.client("logs", region_name=REGION)) as stubber:
        yield stubber
        stubber.assert_no_pending_responses()


def stream(n: int) -> str:
    return f"proxy/{answers.PROXY}/{answers.task_id(n)}"


def read(logs: Stubber, *numbers: int, target: LogTarget = TARGET) -> dict[str, Any]:
    wanted = {answers.task_id(n): (task_of(answers.task(n)), target) for n in numbers}
    return proxy_lines(reads({"logs": logs.client}), "tutorial", REGION, wanted, NOW)


def one(logs: Stubber, texts: list[str], token: str, n: int = 0, **more: str) -> None:
    answer = {"events": [{"message": text} for text in texts], "nextForwardToken": token}
    expected = {"logGroupName": "/ecs/proxy", "logStreamName": stream(n), "startFromHead": True, **WINDOW, **more}
    logs.add_response("get_log_events", answer, expected)


def many(logs: Stubber, numbers: list[int], rows: list[tuple[int, str]], token: str = "", **more: str) -> None:
    events = [{"logStreamName": stream(n), "message": text} for n, text in rows]
    answer = {"events": events, **({"nextToken": token} if token else {})}
    expected = {"logGroupName": "/ecs/proxy", "logStreamNames": [stream(n) for n in numbers], **WINDOW, **more}
    logs.add_response("filter_log_events", answer, expected)


def gone(logs: Stubber, operation: str, what: str) -> None:
    logs.add_client_error(operation, "ResourceNotFoundException", f"The specified log {what} does not exist.")


def test_one_stream_is_read_from_its_head_until_the_token_repeats(logs: Stubber) -> None:
    one(logs, ["a", "b"], "f/1")
    one(logs, ["c"], "f/2", nextToken="f/1")
    one(logs, [], "f/2", nextToken="f/2")
    assert read(logs, 0) == {answers.task_id(0): ["a", "b", "c"]}


def test_many_streams_are_one_call_and_empty_pages_are_followed(logs: Stubber) -> None:
    many(logs, [0, 1], [(0, "a")], "t1")
    many(logs, [0, 1], [], "t2", nextToken="t1")
    many(logs, [0, 1], [(1, "b"), (0, "c")], nextToken="t2")
    assert read(logs, 0, 1) == {answers.task_id(0): ["a", "c"], answers.task_id(1): ["b"]}


@pytest.mark.parametrize("count", [50, 51])
def test_fifty_streams_are_one_call(logs: Stubber, count: int) -> None:
    numbers = list(range(count))
    many(logs, numbers[:50], [(n, "x") for n in numbers[:50]])
    if count == 51:
        one(logs, ["x"], "f", n=50)
        one(logs, [], "f", n=50, nextToken="f")
    assert all(lines == ["x"] for lines in read(logs, *numbers).values())


def test_an_unknown_stream_does_not_sink_the_others(logs: Stubber) -> None:
    gone(logs, "filter_log_events", "stream")
    many(logs, [0, 1], [(0, "a"), (1, "b")])
    gone(logs, "filter_log_events", "stream")
    gone(logs, "get_log_events", "stream")
    one(logs, ["d"], "f", n=3)
    one(logs, [], "f", n=3, nextToken="f")
    found = read(logs, 0, 1, 2, 3)
    assert isinstance(found.pop(answers.task_id(2)), Unread)
    assert found == {answers.task_id(n): [text] for n, text in ((0, "a"), (1, "b"), (3, "d"))}


def test_a_missing_group_is_found_in_one_call(logs: Stubber) -> None:
    gone(logs, "filter_log_events", "group")
    found = read(logs, 0, 1, 2, 3)
    assert {(unread.code, "log group" in unread.reason) for unread in found.values()} == {
        ("ResourceNotFoundException", True)
    }


def test_what_does_not_fit_into_the_pages_is_read_in_halves_and_not_judged_by_a_part(logs: Stubber) -> None:
    for page in range(MOST_PAGES):
        more = {"nextToken": f"t{page}"} if page else {}
        many(logs, [0, 1], [(0, "a")], f"t{page + 1}", **more)
    for n, lines in ((0, ["a", "b"]), (1, ["c"])):
        one(logs, lines, "f", n=n)
        one(logs, [], "f", n=n, nextToken="f")
    assert read(logs, 0, 1) == {answers.task_id(0): ["a", "b"], answers.task_id(1): ["c"]}


def test_one_log_is_read_from_its_beginning_as_far_as_the_pages_go(logs: Stubber) -> None:
    for page in range(MOST_PAGES):
        one(logs, [f"line {page}"], f"f{page + 1}", **({"nextToken": f"f{page}"} if page else {}))
    assert read(logs, 0) == {answers.task_id(0): [f"line {page}" for page in range(MOST_PAGES)]}


def test_one_log_without_a_line_in_any_page_is_unread(logs: Stubber) -> None:
    for page in range(MOST_PAGES):
        one(logs, [], f"f{page + 1}", **({"nextToken": f"f{page}"} if page else {}))
    assert "not reached" in read(logs, 0)[answers.task_id(0)].reason


def test_a_stream_without_lines_is_unread(logs: Stubber) -> None:
    many(logs, [0, 1], [(0, "a")])
    assert "no line" in read(logs, 0, 1)[answers.task_id(1)].reason


@pytest.mark.parametrize(
    ("target", "reason"),
    [
        (LogTarget(), "no logConfiguration"),
        (LogTarget("awsfirelens"), "goes to awsfirelens"),
        (LogTarget("awslogs", "/ecs/proxy", "eu-west-1", "proxy"), "goes to Region eu-west-1"),
        (LogTarget("awslogs", "/ecs/proxy", REGION), "no stream prefix"),
    ],
)
def test_a_log_that_cannot_be_read_costs_no_call_and_says_why(logs: Stubber, target: LogTarget, reason: str) -> None:
    (found,) = read(logs, 0, target=target).values()
    assert isinstance(found, Unread) and reason in found.reason


def test_a_refusal_names_the_action(logs: Stubber) -> None:
    logs.add_client_error("get_log_events", "AccessDeniedException", "no")
    (found,) = read(logs, 0).values()
    assert found.action == "logs:GetLogEvents"
