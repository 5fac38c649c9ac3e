"""What a proxy's log told long after the start is not over because its start-up lines are fine."""

import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import pytest

from scaudit.model import Severity
from scaudit.model.incidents import Member, MemberState
from scaudit.model.places import Subject
from scaudit.model.service_states import JUDGED
from tests.builders import NOW
from tests.fakes import answers
from tests.fakes.logged import LOGGED, NEW, transcript
from tests.fakes.verify_desk import PLACE, Desk, nudge

HEALTHY = [line for line in transcript("01-healthy-start.log") if line]
BEGAN = NOW - timedelta(hours=5)
MINUTE = timedelta(minutes=1)
_HEAD = "[{:%Y-%m-%d %H:%M:%S}.000][14][{}][{}] [source/common/x.cc:1] "
_SDS = "gRPC config for type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.Secret"
REFUSED = ("warning", "config", f"{_SDS} rejected: Failed to load certificate chain")
_CDS = "gRPC config for type.googleapis.com/envoy.config.cluster.v3.Cluster"
REFUSED_CLUSTER = ("warning", "config", f"{_CDS} rejected: Error adding/updating cluster(s) x: bad")
TAKEN = ("info", "upstream", "cds: added/updated 2 cluster(s) (skipped 0 unmodified cluster(s)); removed 0 cluster(s)")
GONE = ("info", "upstream", "lds: remove listener 'ingress-nginx'")
BACK = ("info", "upstream", "lds: add/update listener 'ingress-nginx'")
GIVEN, LISTENER, CRASH = Subject("SC309"), Subject("SC305"), Subject("SC306")
Said = tuple[str, str, str]


def keeps(desk: Desk, later: Sequence[tuple[int, Said]], *, pages: bool = False) -> None:
    """CloudWatch Logs has the start of the proxy, and what it said so many minutes after; `pages`: and more after the
    start than is read."""
    moments = [(BEGAN, line) for line in HEALTHY]
    for minutes, (level, component, text) in later:
        at = BEGAN + minutes * MINUTE
        moments.append((at, _HEAD.format(at, level, component) + text))

    def get_log_events(**asked: Any) -> dict[str, Any]:
        begin, end = (datetime.fromtimestamp(asked[key] / 1000, NOW.tzinfo) for key in ("startTime", "endTime"))
        further = "t" + str(int(asked.get("nextToken", "t0")[1:]) + 1) if pages and end > BEGAN + 60 * MINUTE else "t0"
        found = [{"message": line} for at, line in moments if begin <= at < end]
        first = "nextToken" not in asked
        return {"events": found if first else [], "nextForwardToken": further, "nextBackwardToken": further}

    desk.aws.clients["logs"].get_log_events = get_log_events


def stands(desk: Desk, subject: Subject, minutes: int, *, id: str = "", state: MemberState = MemberState.FAIL) -> None:
    at = BEGAN + minutes * MINUTE
    member = Member(id or answers.task_id(NEW), state, at, Severity.ERROR, "as told", task_created_at=BEGAN, since=at)
    desk.ledger.record(PLACE, subject, member)
    desk.ledger.mark_logs({(PLACE, answers.task_id(NEW)): JUDGED}, at)


def look(desk: Desk, *, health: str = "HEALTHY") -> None:
    proxy = {"name": answers.PROXY, "lastStatus": "RUNNING", "healthStatus": health}
    desk.describes(NEW, createdAt=BEGAN, startedAt=BEGAN, containers=[proxy])
    desk.knows_the_service(serviceConnectConfiguration=LOGGED)
    desk.knows_the_definition()
    desk.registers(NEW)
    assert desk.verify(nudge(NEW)) == []


def state(desk: Desk, subject: Subject) -> MemberState:
    found = {member.id: member.state for member in desk.ledger.members(PLACE, subject)}
    return found[answers.task_id(NEW)]


@pytest.mark.parametrize(("subject", "said"), [(GIVEN, REFUSED), (LISTENER, GONE)], ids=["a secret", "a listener"])
@pytest.mark.parametrize("health", ["HEALTHY", "UNKNOWN"])
def test_what_befell_a_proxy_an_hour_after_its_start_is_not_passed_by_its_start_up_lines(
    desk: Desk, subject: Subject, said: Said, health: str
) -> None:
    keeps(desk, [(60, said)])
    stands(desk, subject, 61)
    look(desk, health=health)
    assert state(desk, subject) is MemberState.FAIL


@pytest.mark.parametrize(
    ("subject", "said"),
    [(GIVEN, [REFUSED_CLUSTER, TAKEN]), (LISTENER, [GONE, BACK])],
    ids=["clusters", "a listener"],
)
def test_what_was_mended_an_hour_later_passes(desk: Desk, subject: Subject, said: list[Said]) -> None:
    keeps(desk, [(60 * (n + 1), each) for n, each in enumerate(said)])
    stands(desk, subject, 61)
    look(desk)
    assert state(desk, subject) is MemberState.PASS


def test_so_does_what_was_wrong_at_the_start(desk: Desk) -> None:
    keeps(desk, [(1, GONE), (90, BACK)])
    stands(desk, LISTENER, 2)
    look(desk)
    assert state(desk, LISTENER) is MemberState.PASS


def test_a_log_that_is_too_long_to_be_read_whole_passes_nothing(desk: Desk) -> None:
    keeps(desk, [], pages=True)
    stands(desk, GIVEN, 61)
    look(desk)
    assert state(desk, GIVEN) is MemberState.FAIL and "SC309" in desk.records()[-1]["unknown"]


def test_a_crash_that_a_start_showed_is_not_passed_by_the_end_of_the_log(desk: Desk) -> None:
    keeps(desk, [(5 * 60 - 5, REFUSED)])
    stands(desk, CRASH, 2)
    look(desk, health="UNHEALTHY")
    assert state(desk, CRASH) is MemberState.FAIL


@pytest.mark.parametrize(("lost_at", "passes"), [(5, True), (60, False)])
def test_where_a_proxy_was_lost_late_the_whole_lives_of_the_others_are_read(
    desk: Desk, lost_at: int, passes: bool
) -> None:
    keeps(desk, [(90, REFUSED)])
    stands(desk, GIVEN, lost_at, id="other", state=MemberState.LOST)
    look(desk)
    found = {member.id: member.state for member in desk.ledger.members(PLACE, GIVEN)}
    assert found[answers.task_id(NEW)] is (MemberState.PASS if passes else MemberState.FAIL)


@pytest.mark.parametrize(
    ("minutes", "health", "answer"),
    [(1, "HEALTHY", "failed"), (4, "HEALTHY", "failed"), (6, "HEALTHY", "passed"), (6, "UNKNOWN", "failed")],
)
def test_a_proxy_that_hung_answers_again_when_ecs_says_so_and_its_log_is_silent(
    desk: Desk, minutes: int, health: str, answer: str
) -> None:
    """By a real log, whose last check is the third that is unanswered, so many minutes ago."""
    lines = [line for line in transcript("14b-health-envoy-frozen-info.log") if line]
    ended = datetime.fromisoformat(f"{lines[-2][1:20]}+00:00") + timedelta(seconds=10)
    lines.append(STAMP.sub(f"{ended:%Y-%m-%d %H:%M:%S}", lines[-2], count=1))
    moved = [STAMP.sub(lambda found: _shifted(found[0], NOW - minutes * MINUTE - ended), line) for line in lines]
    desk.aws.clients["logs"].get_log_events = lambda **_: {
        "events": [{"message": line} for line in moved],
        "nextForwardToken": "t",
        "nextBackwardToken": "t",
    }
    began = NOW - minutes * MINUTE - 3 * MINUTE
    proxy = {"name": answers.PROXY, "lastStatus": "RUNNING", "healthStatus": health}
    desk.describes(NEW, createdAt=began, startedAt=began, containers=[proxy])
    desk.knows_the_service(serviceConnectConfiguration=LOGGED)
    desk.knows_the_definition()
    desk.registers(NEW)
    desk.verify(nudge(NEW))
    assert "SC303" in desk.records()[-1][answer]


STAMP = re.compile(r"\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d")


def _shifted(stamp: str, by: timedelta) -> str:
    return (datetime.fromisoformat(stamp) + by).isoformat(stamp[10], "seconds")
