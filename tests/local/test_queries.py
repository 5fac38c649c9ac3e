"""Queries of CloudWatch Logs Insights are run whole, or refused; ministack leaves out what it does not know."""

import json
import time

import pytest
from botocore.exceptions import ClientError

GROUP = "/asked/of"
NOW = int(time.time())
LINES = [{"kind": kind, "of": [kind, 1], "odd": True} for kind in ("a", "b", "a")]


@pytest.fixture(scope="module")
def logs(stack):
    client = stack.client("logs")
    client.create_log_group(logGroupName=GROUP)
    client.create_log_stream(logGroupName=GROUP, logStreamName="s")
    events = [
        {"timestamp": NOW * 1000 - 3000 + 7 * number, "message": json.dumps(line)} for number, line in enumerate(LINES)
    ]
    client.put_log_events(logGroupName=GROUP, logStreamName="s", logEvents=events)
    return client


def asked(logs, query, since=NOW - 60, **more):
    asked = logs.start_query(logGroupName=GROUP, startTime=since, endTime=NOW + 1, queryString=query, **more)
    answer = logs.get_query_results(queryId=asked["queryId"])
    assert answer["status"] == "Complete"
    return [{each["field"]: each["value"] for each in row} for row in answer["results"]]


def test_every_command_of_a_query_counts(logs):
    query = 'parse @message /"kind": "(?<kind>\\w)"/ | stats count(*) as lines by kind | sort kind desc'
    assert asked(logs, query) == [{"kind": "b", "lines": "1"}, {"kind": "a", "lines": "2"}]


def test_values_are_text_and_moments_are_in_utc(logs):
    first, second, _ = asked(logs, "fields jsonParse(@message) as all | fields all.of as of | display @timestamp, of")
    assert first["of"] == '["a", 1]'
    assert first["@timestamp"] == time.strftime("%Y-%m-%d %H:%M:%S.000", time.gmtime(NOW - 3))
    assert second["@timestamp"].endswith(".007")


def test_what_is_out_of_the_span_or_over_the_limit_is_left_out(logs):
    assert asked(logs, "fields kind", since=NOW) == []
    assert asked(logs, "fields kind", limit=1) == [{"kind": "a"}]


@pytest.mark.parametrize("query", ["dedup kind", "fields nosuch(kind) as it", "filter kind = '", "fields {{task}}"])
def test_what_is_not_known_here_is_refused(logs, query):
    with pytest.raises(ClientError, match="a part of Logs Insights") as refused:
        asked(logs, query)
    assert refused.value.response["Error"]["Code"] == "MalformedQueryException"


def test_a_group_that_is_not_there_is_refused(logs):
    with pytest.raises(ClientError, match="does not exist"):
        logs.start_query(logGroupName="/none", startTime=0, endTime=NOW, queryString="fields kind")
