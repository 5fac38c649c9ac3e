"""CloudWatch Logs as a reader of the proxies' streams meets it: windows, pages, what is not there."""

import time

import pytest

GROUP = "/ecs/read"
LINE = 100_000
START = (int(time.time()) - 600) * 1000


@pytest.fixture(scope="module")
def logs(stack):
    client = stack.client("logs")
    client.create_log_group(logGroupName=GROUP)
    client.create_log_group(logGroupName="/ecs/rare", logGroupClass="INFREQUENT_ACCESS")
    write(client, "big", [*(letter * (LINE // 5) for letter in "abcde"), *(letter * LINE for letter in "fghijklmno")])
    write(client, "long", [str(number) for number in range(10_001)])
    write(client, "small", ["x", "y", "z"])
    return client


def write(client, stream, messages):
    client.create_log_stream(logGroupName=GROUP, logStreamName=stream)
    events = [{"timestamp": START + second * 10, "message": message} for second, message in enumerate(messages)]
    for start in range(0, len(events), 5000 if len(messages) > 100 else 8):
        part = events[start : start + (5000 if len(messages) > 100 else 8)]
        client.put_log_events(logGroupName=GROUP, logStreamName=stream, logEvents=part)


def letters(page):
    return "".join(event["message"][0] for event in page["events"])


def filtered(logs, *streams, **more):
    paginator = logs.get_paginator("filter_log_events")
    return list(paginator.paginate(logGroupName=GROUP, logStreamNames=list(streams), **more))


def pages_of(logs, stream, **more):
    """GetLogEvents until it gives the token it was given."""
    pages, token = [], None
    while True:
        request = {"logGroupName": GROUP, "logStreamName": stream, "startFromHead": True, **more}
        page = logs.get_log_events(**request, **({"nextToken": token} if token else {}))
        if page["nextForwardToken"] == token:
            return pages, page
        token = page["nextForwardToken"]
        pages.append(page)


def test_filter_gives_pages_of_a_megabyte(logs):
    assert [letters(page) for page in filtered(logs, "big")] == ["abcdefghijklmn", "o"]


def test_filter_gives_pages_of_ten_thousand_events(logs):
    assert [len(page["events"]) for page in filtered(logs, "long")] == [10_000, 1]


def test_filter_merges_streams_in_order_of_time(logs):
    assert letters(filtered(logs, "big", "small")[0])[:6] == "axbycz"


def test_filter_without_a_match_gives_empty_pages(logs):
    assert [letters(page) for page in filtered(logs, "big", filterPattern='"ooo"')] == ["", "o"]


def test_filter_has_a_window_that_includes_both_ends(logs):
    window = {"startTime": START + 10, "endTime": START + 20}
    assert [letters(page) for page in filtered(logs, "small", **window)] == ["yz"]
    assert [letters(page) for page in filtered(logs, "small", startTime=START + 21)] == [""]


def test_get_gives_pages_of_a_megabyte_and_then_the_same_token(logs):
    pages, last = pages_of(logs, "big")
    assert [letters(page) for page in pages] == ["abcdefghijklmn", "o"]
    assert last["events"] == []


def test_get_gives_pages_of_ten_thousand_events(logs):
    pages, _ = pages_of(logs, "long")
    assert [len(page["events"]) for page in pages] == [10_000, 1]


def test_get_from_the_tail_ends_with_the_newest(logs):
    request = {"logGroupName": GROUP, "logStreamName": "big"}
    newest = logs.get_log_events(**request)
    older = logs.get_log_events(**request, nextToken=newest["nextBackwardToken"])
    assert [letters(newest), letters(older)] == ["fghijklmno", "abcde"]


def test_get_has_a_window_without_its_end(logs):
    pages, _ = pages_of(logs, "small", startTime=START + 10, endTime=START + 20)
    assert [letters(page) for page in pages] == ["y"]


@pytest.mark.parametrize(
    "ask",
    [
        lambda logs: logs.get_log_events(logGroupName=GROUP, logStreamName="nobody"),
        lambda logs: logs.filter_log_events(logGroupName=GROUP, logStreamNames=["small", "nobody"]),
        lambda logs: logs.filter_log_events(logGroupName=GROUP, logStreamNames=["smal"]),
    ],
)
def test_a_stream_that_is_not_there(logs, ask):
    with pytest.raises(logs.exceptions.ResourceNotFoundException, match="The specified log stream does not exist"):
        ask(logs)


def test_a_group_that_is_not_there(logs):
    for ask in (
        lambda: logs.get_log_events(logGroupName="/no", logStreamName="small"),
        lambda: logs.filter_log_events(logGroupName="/no", logStreamNames=["small"]),
    ):
        with pytest.raises(logs.exceptions.ResourceNotFoundException, match="The specified log group does not exist"):
            ask()


def test_every_group_has_a_class(logs):
    groups = logs.describe_log_groups(logGroupNamePrefix="/ecs/r")["logGroups"]
    assert {group["logGroupName"]: group["logGroupClass"] for group in groups} == {
        GROUP: "STANDARD",
        "/ecs/rare": "INFREQUENT_ACCESS",
    }
