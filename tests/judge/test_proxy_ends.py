"""SC310: what convicts a proxy of having taken its task along, what clears it, and what tells neither."""

import pytest

from scaudit.judge.rules import Rules
from scaudit.judge.tasks import judge_task, judge_unstarted
from scaudit.model import Severity, Status
from scaudit.model.seen import Seen
from tests.builders import HEALTHY, ended, unstarted
from tests.checks.worlds.proxy_ends import (
    BY_ITS_PROXY,
    BY_SOMETHING_ELSE,
    FAILED_CHECKS,
    HUNG,
    KILLED,
    NOT_TOLD,
    UNWELL,
)


def sc310(seen: Seen):
    judged = judge_task(seen, Rules()) if seen is HEALTHY else judge_unstarted(seen, Rules())
    return next(v for v in judged if v.check.id == "SC310")


@pytest.mark.parametrize("seen", [row[1] for row in BY_ITS_PROXY], ids=[row[0] for row in BY_ITS_PROXY])
def test_a_proxy_that_took_its_task_along_fails(seen: Seen) -> None:
    assert sc310(seen).status is Status.FAIL


@pytest.mark.parametrize("seen", [row[1] for row in BY_SOMETHING_ELSE], ids=[row[0] for row in BY_SOMETHING_ELSE])
def test_what_something_else_ended_passes(seen: Seen) -> None:
    assert sc310(seen).status is Status.PASS


@pytest.mark.parametrize("seen", [row[1] for row in NOT_TOLD], ids=[row[0] for row in NOT_TOLD])
def test_an_end_that_nothing_orders_is_unknown(seen: Seen) -> None:
    assert sc310(seen).status is Status.UNKNOWN
    assert "whether it was the proxy cannot be told" in sc310(seen).sentence


def test_one_that_hung_and_was_told_to_stop_by_its_applications_end_did_not_end_it() -> None:
    judged = {v.check.id: v.status for v in judge_unstarted(ended(HUNG), Rules())}
    assert (judged["SC310"], judged["SC303"]) == (Status.PASS, Status.FAIL)


def test_it_names_reason_code_and_repetition() -> None:
    assert sc310(ended(proxy_exit=137, proxy_reason=KILLED)).sentence == (
        f"the proxy ended ({KILLED}, exit code 137) and took the task with it"
    )
    unwell = sc310(ended(proxy_exit=None, others=2, **UNWELL, reasons=FAILED_CHECKS))
    assert unwell.sentence.endswith("ECS stopped the task for it; so did those of 2 other tasks of this deployment")
    assert unwell.severity is Severity.CRITICAL
    assert sc310(ended(proxy_exit=1)).severity is Severity.ERROR


def test_a_task_that_never_ran_is_told_by_another_check() -> None:
    assert sc310(unstarted(proxy_exit=1, stop_code="EssentialContainerExited")).status is Status.SKIPPED
