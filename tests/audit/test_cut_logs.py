"""What a line says is wrong a later one may have mended: before it is told, the log is read up to now."""

import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError

from scaudit.collect.aws.logs import MOST_LOG_PAGES
from scaudit.model import Severity
from scaudit.model.incidents import Member, MemberState
from scaudit.model.places import Subject
from scaudit.proxylog.sought import has
from tests.builders import NOW
from tests.fakes import answers
from tests.fakes.logged import LOGGED, NEW, transcript
from tests.fakes.verify_desk import PLACE, Desk, nudge

PAGE = 100
"""Lines of a page here."""
EXTENSIONS = "server.cc:467"
REJECTED = [line for line in transcript("05-lds-rejected-ingress.log") if line and EXTENSIONS not in line]
CRASHED = [line for line in transcript("07-crash-loop-sigkill.log") if line and EXTENSIONS not in line]
_HEAD = "[{:%Y-%m-%d %H:%M:%S}.000][14][info][upstream] [source/common/listener_manager/lds_api.cc:110] "
ADDED = "lds: add/update listener 'ingress-nginx'"
REQUEST = '[{:%Y-%m-%dT%H:%M:%S}.000Z] "GET /{} HTTP/1.1" 200 - 0 5 1 0 "-" "curl"'
LISTENER, ENVOY = Subject("SC305"), Subject("SC303")
MINUTE, MOMENT = timedelta(minutes=1), timedelta(milliseconds=1)


def lines(
    began: datetime, start: Sequence[str], requests: int, later: Sequence[str] = ()
) -> list[tuple[datetime, str]]:
    """The start, so many requests, and half an hour later these lines."""
    after = [(began + MINUTE + n * MOMENT, REQUEST.format(began + MINUTE, n)) for n in range(requests)]
    end = began + 30 * MINUTE
    return [*((began, line) for line in start), *after, *((end, _HEAD.format(end) + text) for text in later)]


def milliseconds(at: datetime) -> int:
    return int(at.timestamp() * 1000)


def keeps(desk: Desk, kept: Sequence[tuple[datetime, str]], pages: int = 30, lost: int = 0) -> list[str]:
    """CloudWatch Logs has these lines, and gives so many of a page in one answer, forwards or backwards. When it looks
    for some it goes through so many `pages` in one answer, and loses some of what it finds; returns the patterns."""

    def get_log_events(**asked: Any) -> dict[str, Any]:
        begin, end = (datetime.fromtimestamp(asked[key] / 1000, NOW.tzinfo) for key in ("startTime", "endTime"))
        found = [{"timestamp": milliseconds(at), "message": line} for at, line in kept if begin <= at < end]
        page, last = int(asked.get("nextToken", "0")), (len(found) + PAGE - 1) // PAGE
        if asked["startFromHead"]:
            events = found[page * PAGE : (page + 1) * PAGE]
        else:
            events = found[max(0, len(found) - (page + 1) * PAGE) : max(0, len(found) - page * PAGE)]
        further = str(min(page + 1, last))
        return {"events": events, "nextForwardToken": further, "nextBackwardToken": further}

    def filter_log_events(**asked: Any) -> dict[str, Any]:
        """A page is what was gone through, whatever was found in it."""
        assert asked["logStreamNames"] == [f"proxy/{answers.PROXY}/{answers.task_id(NEW)}"]
        sought = re.findall(r'\?"([^"]*)"', asked["filterPattern"])
        first = int(asked.get("nextToken", "0"))
        last = first + pages * PAGE
        found = [{"timestamp": milliseconds(at), "message": line} for at, line in kept[first:last] if has(line, sought)]
        asked_for.append(asked["filterPattern"])
        return {"events": found[lost:], **({"nextToken": str(last)} if last < len(kept) else {})}

    asked_for: list[str] = []
    desk.aws.clients["logs"].get_log_events = get_log_events
    desk.aws.clients["logs"].filter_log_events = filter_log_events
    return asked_for


def look(desk: Desk, hours: float, health: str = "HEALTHY") -> dict[str, Any]:
    began = NOW - timedelta(hours=hours)
    proxy = {"name": answers.PROXY, "lastStatus": "RUNNING", "healthStatus": health}
    desk.describes(NEW, createdAt=began, startedAt=began, containers=[proxy])
    desk.knows_the_service(serviceConnectConfiguration=LOGGED)
    desk.knows_the_definition()
    desk.registers(NEW)
    assert desk.verify(nudge(NEW)) == []
    return dict(desk.records()[-1])


def failing(desk: Desk, subject: Subject) -> Severity | None:
    return next((m.severity for m in desk.ledger.members(PLACE, subject) if m.state is MemberState.FAIL), None)


ALL = MOST_LOG_PAGES * PAGE


@pytest.mark.parametrize(
    ("requests", "later", "severity", "answer"),
    [
        (0, [ADDED], None, "passed"),
        (0, [], Severity.CRITICAL, "failed"),
        (ALL, [ADDED], None, "passed"),
        (ALL, [], Severity.CRITICAL, "failed"),
        (9 * ALL, [ADDED], None, "passed"),
        (9 * ALL, [], Severity.CRITICAL, "failed"),
        (90 * ALL, [ADDED], None, "unknown"),
        (90 * ALL, [], Severity.WARNING, "failed"),
    ],
    ids=[
        "mended",
        "not mended",
        "mended, long",
        "not mended, long",
        "mended, too long to be read",
        "not mended, too long to be read",
        "mended, too long to be gone through",
        "too long to know",
    ],
)
@pytest.mark.parametrize("hours", [0.6, 5])
def test_a_listener_that_was_rejected_at_the_start(
    desk: Desk, hours: float, requests: int, later: list[str], severity: Severity | None, answer: str
) -> None:
    asked = keeps(desk, lines(NOW - timedelta(hours=hours), REJECTED, requests, later))
    record = look(desk, hours)
    assert failing(desk, LISTENER) is severity and "SC305" in record[answer]
    if severity is Severity.WARNING:
        assert "whether it was mended since is not known" in str(record)
    assert len(asked) <= MOST_LOG_PAGES and bool(asked) is (requests > ALL)


@pytest.mark.parametrize(("lost", "severity"), [(0, None), (1, Severity.WARNING)])
def test_what_is_found_is_believed_if_all_is_found_that_is_known(
    desk: Desk, lost: int, severity: Severity | None
) -> None:
    """What matches a pattern AWS tells by examples alone."""
    kept = lines(NOW - timedelta(hours=5), REJECTED, 9 * ALL, [ADDED])
    keeps(desk, [*kept, *((NOW - MINUTE, "x") for _ in range(2 * ALL))], lost=lost)
    look(desk, 5)
    assert failing(desk, LISTENER) is severity


@pytest.mark.parametrize("answer", ["refused", "odd"])
def test_what_is_not_found_leaves_the_doubt(desk: Desk, answer: str) -> None:
    kept = lines(NOW - timedelta(hours=5), REJECTED, 9 * ALL, [ADDED])
    keeps(desk, [*kept, *((NOW - MINUTE, "x") for _ in range(2 * ALL))])
    desk.aws.clients["logs"].filter_log_events = lambda **asked: {"events": 1} if answer == "odd" else refuses()
    look(desk, 5)
    assert failing(desk, LISTENER) is Severity.WARNING


def refuses() -> dict[str, Any]:
    raise ClientError({"Error": {"Code": "InvalidParameterException", "Message": "Invalid filter pattern"}}, "Filter")


def test_what_was_mended_in_what_is_not_read_is_over(desk: Desk) -> None:
    """However it was proven before: at the next look, not the next day."""
    began = NOW - timedelta(hours=5)
    keeps(desk, [*lines(began, REJECTED, 9 * ALL, [ADDED]), *((NOW - MINUTE, "x") for _ in range(2 * ALL))])
    told = Member(answers.task_id(NEW), MemberState.FAIL, began, Severity.CRITICAL, "rejected", task_created_at=began)
    desk.ledger.record(PLACE, LISTENER, told)
    look(desk, 5)
    assert failing(desk, LISTENER) is None


def test_what_was_mended_in_what_could_be_gone_through_is_not_told(desk: Desk) -> None:
    """Nor that it is well: something else may be wrong in the rest."""
    began = NOW - timedelta(hours=5)
    kept = lines(began, REJECTED, 90 * ALL)
    at = kept[9 * ALL][0]
    keeps(desk, [*kept[: 9 * ALL], (at, _HEAD.format(at) + ADDED), *kept[9 * ALL :]])
    record = look(desk, 5)
    assert failing(desk, LISTENER) is None and "SC305" in record["unknown"]


def test_what_is_wrong_again_in_what_is_not_read_is_told(desk: Desk) -> None:
    """Mended at the end of what is read from the beginning, rejected again long before the end."""
    began = NOW - timedelta(hours=5)
    (rejected,) = [line for line in REJECTED if "config" in line and "rejected" in line][:1]
    first = lines(began, REJECTED, 9 * ALL, [ADDED])
    last = [(NOW - 90 * MINUTE, rejected), *((NOW - MINUTE, "x") for _ in range(2 * ALL))]
    keeps(desk, [*first, *last])
    look(desk, 5)
    assert failing(desk, LISTENER) is Severity.WARNING, "an update of it, for it was added"


def test_what_was_proven_stays_as_it_was_once_its_log_has_grown_too_long(desk: Desk) -> None:
    began = NOW - timedelta(hours=5)
    keeps(desk, lines(began, REJECTED, 90 * ALL))
    told = Member(answers.task_id(NEW), MemberState.FAIL, began, Severity.CRITICAL, "rejected", task_created_at=began)
    desk.ledger.record(PLACE, LISTENER, told)
    look(desk, 5)
    (member,) = desk.ledger.members(PLACE, LISTENER)
    assert (member.state, member.severity, member.sentence) == (MemberState.FAIL, Severity.CRITICAL, "rejected")
    assert member.observed_at == NOW, "it is not closed as what nobody can tell"


def test_where_ecs_agrees_a_part_is_proof(desk: Desk) -> None:
    keeps(desk, lines(NOW - 5 * MINUTE, REJECTED, 9 * ALL))
    look(desk, 5 / 60, "UNHEALTHY")
    assert failing(desk, LISTENER) is Severity.CRITICAL


@pytest.mark.parametrize(("ends", "severity"), [(True, Severity.CRITICAL), (False, Severity.WARNING)])
def test_an_envoy_that_is_gone_is_proven_by_the_last_lines(desk: Desk, ends: bool, severity: Severity) -> None:
    began = NOW - timedelta(hours=5)
    kept = lines(began, CRASHED, 90 * ALL)
    keeps(desk, [*kept, *((NOW - MINUTE, line) for line in CRASHED[-8:])] if ends else kept)
    look(desk, 5)
    assert failing(desk, ENVOY) is severity


@pytest.mark.parametrize("joined", [True, False])
def test_equal_lines_do_not_make_the_beginning_and_the_end_of_a_log_one(desk: Desk, joined: bool) -> None:
    """Many lines are alike: where there are too many between, what was added meanwhile is not read."""
    began = NOW - timedelta(hours=5)
    alike = "}"
    added = (began + 2 * MINUTE, _HEAD.format(began + 2 * MINUTE) + ADDED)
    many = ALL - 50 if joined else 3 * ALL
    before = [(began + MINUTE + n * MOMENT, alike) for n in range(many)]
    after = [(began + 3 * MINUTE + n * MOMENT, alike) for n in range(ALL - 50 if joined else 3 * ALL)]
    keeps(desk, [*((began, line) for line in REJECTED), *before, added, *after], pages=1)
    record = look(desk, 5)
    assert failing(desk, LISTENER) is (None if joined else Severity.WARNING)
    assert joined == ("SC305" in record["passed"])
