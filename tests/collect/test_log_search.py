"""Lines that are looked for in one proxy's log."""

from typing import Any

import pytest

from scaudit.collect.aws.answers import task_of
from scaudit.collect.aws.log_search import LONGEST, lines_with
from scaudit.collect.aws.logs import MOST_LOG_PAGES, Lines
from scaudit.model import LogTarget, Unread
from scaudit.proxylog.sought import PARTS
from tests.builders import NOW, REGION
from tests.fakes import answers
from tests.fakes.stubbed import Stubbed

ID = answers.task_id(0)
RUNNING = {"name": answers.PROXY, "lastStatus": "RUNNING", "healthStatus": "HEALTHY"}
TASK = task_of(answers.task(0, containers=[RUNNING]))
TARGET = LogTarget("awslogs", "/ecs/proxy", REGION, "proxy")


def search(aws: Stubbed, *parts: str) -> Lines | Unread:
    return lines_with(aws.reads, "tutorial", REGION, {ID: (TASK, TARGET)}, {ID: parts}, NOW)[ID]


def answer(aws: Stubbed, *messages: str, token: str = "", more: str = "", pattern: str = '?"lds:" ?"cds: "') -> None:
    told: dict[str, Any] = {"events": [{"timestamp": 5, "message": each} for each in messages]}
    asked = {
        "logGroupName": "/ecs/proxy",
        "logStreamNames": [f"proxy/{answers.PROXY}/{ID}"],
        "filterPattern": pattern,
        "startTime": int(TASK.created_at.timestamp() * 1000) - 60_000,
        "endTime": int(NOW.timestamp() * 1000) + 600_000,
    }
    told |= {"nextToken": more} if more else {}
    aws.answer("logs", "filter_log_events", told, **asked, **({"nextToken": token} if token else {}))


def test_pages_may_be_empty_and_only_a_missing_token_ends_them(aws: Stubbed) -> None:
    answer(aws, more="1")
    answer(aws, "lds: a", token="1", more="2")
    answer(aws, "cds: b\nlds: c", token="2")
    assert search(aws, "lds:", "cds: ") == Lines(["lds: a", "cds: b", "lds: c"], cut=False, times=[5, 5, 5])


def test_after_so_many_pages_the_rest_is_not_known(aws: Stubbed) -> None:
    for page in range(MOST_LOG_PAGES):
        answer(aws, "lds: a", token=str(page) if page else "", more=str(page + 1))
    found = search(aws, "lds:", "cds: ")
    assert isinstance(found, Lines) and found.cut and len(found.lines) == MOST_LOG_PAGES


def test_what_a_proxy_says_fits_into_a_pattern(aws: Stubbed) -> None:
    answer(aws, "lds: a", pattern=" ".join(f'?"{part}"' for part in (*PARTS, "ingress-nginx: ", "egress: ")))
    assert search(aws, *PARTS, "ingress-nginx: ", "egress: ") == Lines(["lds: a"], cut=False, times=[5])


@pytest.mark.parametrize("parts", [(), ("x" * LONGEST,)], ids=["nothing", "too much"])
def test_what_does_not_fit_is_not_asked(aws: Stubbed, parts: tuple[str, ...]) -> None:
    found = search(aws, *parts)
    assert isinstance(found, Unread) and "does not fit" in found.reason


def test_a_refusal_is_one(aws: Stubbed) -> None:
    aws.refuse("logs", "filter_log_events", "AccessDeniedException")
    found = search(aws, "lds:")
    assert isinstance(found, Unread) and found.action == "logs:FilterLogEvents"
