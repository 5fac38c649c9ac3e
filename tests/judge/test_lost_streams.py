"""A stream to the control plane that was lost long after the start, and of which no line tells any more."""

from dataclasses import replace
from datetime import timedelta

import pytest

from scaudit.checks.check import Verdict
from scaudit.judge.rules import Rules
from scaudit.judge.tasks import judge_task
from scaudit.model import Severity, Status
from scaudit.proxylog import read_proxy_log
from tests.builders import TASK, with_log
from tests.proxylog.told import HEALTHY, closed

ENDS = [closed(second) for second in (0, 20, 40)]
ROUTINE = closed(40).replace("13:20:", "13:52:")


def looked(minutes: float, *later: str, health: str = "HEALTHY") -> Verdict:
    """What SC304 says so many minutes after the last of three ends, in which `later` came."""
    log = read_proxy_log([*HEALTHY, *ENDS, *later])
    last = read_proxy_log([*HEALTHY, *ENDS]).control_plane.closed_at
    assert last is not None
    seen = replace(with_log(log), at=last + timedelta(minutes=minutes), task=replace(TASK, proxy_health=health))
    (found,) = [verdict for verdict in judge_task(seen, Rules()) if verdict.check.id == "SC304"]
    return found


@pytest.mark.parametrize("minutes", [1, 40, 44])
def test_it_is_lost_until_a_line_tells(minutes: float) -> None:
    found = looked(minutes)
    assert (found.status, found.severity) == (Status.FAIL, Severity.WARNING)
    assert "no line shows that it came back" in found.sentence and "ends by routine" in found.sentence


def test_its_next_end_tells_and_is_routine() -> None:
    """It stood in between."""
    assert looked(33, ROUTINE).status is Status.PASS


@pytest.mark.parametrize("health", ["HEALTHY", "UNHEALTHY", "UNKNOWN"])
def test_longer_than_any_stream_stands_silence_tells_neither(health: str) -> None:
    found = looked(46, health=health)
    assert found.status is (Status.UNKNOWN if health == "HEALTHY" else Status.FAIL)
    assert "lines are missing" in found.sentence or health != "HEALTHY"


def test_by_a_clock_that_was_set_back_nothing_is_silent() -> None:
    """It may be an hour off."""
    back = [line.replace(" 13:20:", " 12:20:") for line in ENDS]
    log = read_proxy_log([*HEALTHY, *ENDS, *back])
    seen = replace(with_log(log), task=replace(TASK, proxy_health="HEALTHY"))
    assert [v.status for v in judge_task(seen, Rules()) if v.check.id == "SC304"] == [Status.FAIL]


def test_a_task_that_has_stopped_may_be_silent() -> None:
    log = read_proxy_log([*HEALTHY, *ENDS])
    stopped = replace(TASK, proxy_health="HEALTHY", last_status="STOPPED")
    found = [v for v in judge_task(replace(with_log(log), task=stopped), Rules()) if v.check.id == "SC304"]
    assert [v.status for v in found] == [Status.FAIL]
