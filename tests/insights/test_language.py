"""The language as AWS documents it (CloudWatch Logs Insights, query syntax): its own examples, and what is refused."""

import json
from typing import Any

import pytest

from local.insights import Malformed, run

EVENTS = {"events": [{"name": "exception"}, {"name": "user action"}], "code": 7, "on": True, "who": {"id": "u1"}}
LINES = [json.dumps(EVENTS), json.dumps({"code": 9, "who": {"id": "u2"}}), "no JSON"]


def rows(query: str) -> list[dict[str, Any]]:
    return run(query, LINES)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        (
            "fields jsonParse(@message) as js | unnest js.events into event | filter event.name like /./"
            " | display event.name",
            [{"event.name": "exception"}, {"event.name": "user action"}],
        ),
        ('filter who.id = "u1" | display code', [{"code": 7}]),
        ('filter events.1.name = "user action" | display code', [{"code": 7}]),
        ('fields jsonParse(@message) as js | filter js.events[1].name = "user action" | display code', [{"code": 7}]),
        ('filter @message like "no J" | display @message', [{"@message": "no JSON"}]),
        ("filter @message like /^n.+N$/ | display @message", [{"@message": "no JSON"}]),
        ('filter who.id in ["u2", "u3"] | display code', [{"code": 9}]),
        ("filter ispresent(code) and not (code = 7) | display code", [{"code": 9}]),
        ("filter ispresent(code) and code >= 9 | display code", [{"code": 9}]),
        ('parse @message /(?<word>no) / | filter word = "no" | display word', [{"word": "no"}]),
        ("filter ispresent(code) | sort code desc | limit 1 | display code", [{"code": 9}]),
        ("stats count(*) as n, count(code) as codes, max(code) as most", [{"n": 3, "codes": 2, "most": 9}]),
        ("filter ispresent(code) | stats count(*) as n by who.id | filter n > 1", []),
        (
            "stats max(code) as most by who.id | stats count(most) as n, min(most) as least | sort n desc | limit 5",
            [{"n": 2, "least": 7}],
        ),
        (
            "fields jsonParse(@message) as js | stats count(*) as n by js.code | sort n desc | limit 1",
            [{"js.code": 7, "n": 1}],
        ),
        ("fields coalesce(none, code) as c | filter c = 7 | display c", [{"c": 7}]),
        ("fields jsonParse(@message) as js | filter code = 7 | display toString | limit 1", [{}]),
        (
            'fields jsonParse(@message) as js | fields jsonStringify(js.who) as s | filter s like "u1" | display s',
            [{"s": '{"id":"u1"}'}],
        ),
    ],
)
def test_what_is_documented_is_so(query: str, found: list[dict[str, Any]]) -> None:
    assert rows(query) == found


@pytest.mark.parametrize(
    "query",
    [
        "select * from x",
        "filter",
        "filter code",
        "filter code == 7",
        "filter code = 7 |",
        "filter a = 1 or",
        "filter code = {{x}}",
        "filter code like 7",
        "filter code in (7)",
        "fields lower(code) as c",
        "fields coalesce(code)",
        "fields coalesce(code) as code.x",
        "fields jsonParse(@message, code) as c",
        "fields jsonParse(@message) as js, js.code as c",
        "fields sum(code) as s",
        "stats code by who.id",
        "stats count(*) as n | display code",
        "stats count(*) as n by who.id | sort code",
        "stats coalesce(code) as n",
        "stats max(code) as m by who.id | stats max(code) as n",
        "stats max(code) as m by who.id | stats latest(m) as n",
        "stats max(code) as m by who.id | sort m | stats max(m) as n",
        "stats max(code) as m by who.id | stats max(m) as n | stats max(n) as o",
        "unnest code event",
        "limit 0",
        "limit 10001",
        "limit x",
        "parse @message /no group/ | limit 1",
        "parse @message /(a)(?<word>b)/ | limit 1",
        "parse @message /(?<word>a(?=b))/ | limit 1",
        "parse @message /(?<word>[/ | limit 1",
        "fields jsonParse(@message) as js | sort js",
        "fields jsonParse(@message) as js | stats count(*) as n by js",
        "fields jsonParse(@message) as js | stats latest(js.who) as w",
        "filter on = 1",
        'filter code > "7"',
        'filter who.id > "u"',
        "filter none != 1",
        "filter code = 7 limit 1",
        "sort code sideways",
    ],
)
def test_what_is_not_documented_is_refused(query: str) -> None:
    with pytest.raises(Malformed):
        rows(query)


def test_only_two_hundred_fields_are_discovered() -> None:
    line = json.dumps({f"f{n}": n for n in range(201)})
    assert run("filter ispresent(f199) | display f199", [line]) == [{"f199": 199}]
    assert run("filter ispresent(f200)", [line]) == []
