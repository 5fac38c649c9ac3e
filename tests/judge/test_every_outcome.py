"""Every outcome of a proxy's log has a check: over all recorded logs, whatever ECS says of the task."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from scaudit.judge.log_alone import judge_log
from scaudit.judge.rules import Rules
from scaudit.judge.tasks import judge_task, judge_unstarted
from scaudit.model import Severity, Status
from scaudit.model.seen import Seen
from scaudit.proxylog import Outcome, ProxyStart, read_proxy_log
from tests.builders import TASK, unstarted, with_log
from tests.proxylog.lives import LIVES
from tests.proxylog.transcripts import TRANSCRIPTS

OF_THE_OUTCOME = {"SC303", "SC304", "SC305", "SC309"}
"""SC306 and SC308 tell of what was; SC307 compares the log with the deployment, and these logs are of others'."""
LOGS = {one.name: read_proxy_log(one.lines) for one in (*TRANSCRIPTS, *LIVES)}
every_log = pytest.mark.parametrize("log", LOGS.values(), ids=LOGS)


def told(seen: Seen, status: Status, unstarted: bool = False) -> dict[str, Severity]:
    verdicts = (judge_unstarted if unstarted else judge_task)(seen, Rules())
    return {v.check.id: v.severity for v in verdicts if v.status is status and v.check.id in OF_THE_OUTCOME}


def with_health(log: ProxyStart, health: str) -> Seen:
    """Looked at when the log ended, as far as that matters."""
    seen = replace(with_log(log), task=replace(TASK, proxy_health=health))
    return replace(seen, at=log.control_plane.closed_at or seen.at) if log.control_plane.lost else seen


def worst(found: dict[str, Severity]) -> Severity:
    return max(found.values(), default=Severity.INFO)


@every_log
@pytest.mark.parametrize("health", ["HEALTHY", "UNKNOWN", "UNHEALTHY"])
def test_what_is_wrong_fails_whatever_ecs_says(log: ProxyStart, health: str) -> None:
    if log.verdict in (Outcome.DEGRADED, Outcome.EXITED):
        assert worst(told(with_health(log, health), Status.FAIL)) >= Severity.WARNING


@every_log
def test_what_is_not_ready_fails_where_ecs_agrees_and_is_else_unknown(log: ProxyStart) -> None:
    if log.verdict is Outcome.NOT_READY:
        assert worst(told(with_health(log, "UNHEALTHY"), Status.FAIL)) is Severity.CRITICAL
        assert worst(told(unstarted(log), Status.FAIL, unstarted=True)) is Severity.CRITICAL
        assert told(with_health(log, "HEALTHY"), Status.UNKNOWN) and not told(with_health(log, "HEALTHY"), Status.FAIL)


@every_log
@pytest.mark.parametrize("health", ["HEALTHY", "UNHEALTHY"])
def test_what_is_not_known_is_unknown_and_never_passes(log: ProxyStart, health: str) -> None:
    if log.verdict is Outcome.UNKNOWN:
        seen = with_health(log, health)
        assert told(seen, Status.UNKNOWN).keys() >= {"SC303", "SC305", "SC309"} and not told(seen, Status.FAIL)


@every_log
def test_what_is_well_fails_nothing(log: ProxyStart) -> None:
    if log.verdict in (Outcome.HEALTHY, Outcome.RECOVERED, Outcome.STOPPED):
        assert worst(told(with_health(log, "HEALTHY"), Status.FAIL)) is Severity.INFO


@pytest.mark.parametrize("life", LIVES, ids=lambda life: life.name)
def test_the_checks_that_fail_are_the_right_ones(life) -> None:
    found = {v.check.id: v.severity.word for v in judge_log(LOGS[life.name]) if v.status is Status.FAIL}
    assert found == life.fails


def test_all_outcomes_are_among_these_logs() -> None:
    kinds: Sequence[Outcome] = [log.verdict for log in LOGS.values()]
    assert set(kinds) == set(Outcome)
