"""A suspicion speaks only when a second look still sees it; and when the next look is due."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from scaudit.checks.check import Trigger, Verdict
from scaudit.judge.rules import Rules
from scaudit.judge.second_look import hold_back, next_look
from scaudit.judge.services import judge_service
from scaudit.judge.tasks import judge_task
from scaudit.model import Status, Unread
from scaudit.model.places import Subject
from scaudit.model.seen import ServiceSeen
from tests.builders import HEALTHY, NOW, SERVICE, with_definition, with_instance, with_registration

WRONG_PORT = judge_task(with_instance(port="9999"), Rules())
SUBJECT = Subject("SC203", "nginx")
KEY = SUBJECT.key


def held(
    suspected: dict[str, str], known: tuple[Subject, ...] = (), at: datetime = NOW
) -> tuple[Status, dict[str, str]]:
    verdicts, still = hold_back(WRONG_PORT, suspected, known, at, Rules(second_look=60))
    (wrong,) = [v for v in verdicts if v.subject == SUBJECT]
    return wrong.status, still


def test_the_first_sight_is_pending_and_remembered() -> None:
    assert held({}) == (Status.PENDING, {KEY: NOW.isoformat()})


@pytest.mark.parametrize(("seconds", "status"), [(59, Status.PENDING), (60, Status.FAIL)])
def test_the_second_sight_speaks_once_the_time_is_over(seconds: int, status: Status) -> None:
    first = (NOW - timedelta(seconds=seconds)).isoformat()
    assert held({KEY: first}) == (status, {KEY: first})


def test_a_second_look_is_taken_even_without_a_waiting_time() -> None:
    verdicts, _ = hold_back(WRONG_PORT, {}, (), NOW, Rules(second_look=0))
    assert Status.FAIL not in {v.status for v in verdicts}


def test_a_failure_on_record_needs_no_second_look() -> None:
    assert held({}, known=(SUBJECT,)) == (Status.FAIL, {})


def test_a_suspicion_that_went_away_is_forgotten() -> None:
    healthy = judge_task(with_instance(), Rules())
    assert hold_back(healthy, {KEY: NOW.isoformat()}, (), NOW, Rules())[1] == {}


def test_a_look_that_could_not_be_taken_clears_no_suspicion() -> None:
    """AWS did not answer: of the registration, or of the service, so that not even its endpoints are known."""
    throttled, first = Unread("throttled", transient=True), (NOW - timedelta(seconds=60)).isoformat()
    for blind in (with_registration(throttled), replace(HEALTHY, service=throttled)):
        verdicts, still = hold_back(judge_task(blind, Rules()), {KEY: first}, (), NOW, Rules(second_look=60))
        assert still == {KEY: first} and Status.FAIL not in {v.status for v in verdicts}
        assert next_look(verdicts, NOW - timedelta(hours=2), NOW) == 60
    assert held({KEY: first}) == (Status.FAIL, {KEY: first})


def test_what_the_configuration_says_needs_no_second_look() -> None:
    found = judge_service(ServiceSeen(SERVICE, with_definition(ports={}).task_definition), Trigger.TASK, NOW, Rules())
    held = {v.check.id: v.status for v in hold_back(found, {}, (), NOW, Rules())[0]}
    assert held["SC102"] is Status.FAIL and Status.PENDING not in held.values()


def pending(seconds: float) -> Verdict:
    return replace(WRONG_PORT[0], status=Status.PENDING, settled_at=NOW + timedelta(seconds=seconds))


@pytest.mark.parametrize(
    ("age", "due", "delay"),
    [(60, 540, 60), (480, 120, 120), (599, 1, 1), (0.2, 0.1, 1), (7200, 3000, 900), (60, -5, 0)],
)
def test_the_next_look_doubles_the_age_but_meets_the_deadline(age: float, due: float, delay: int) -> None:
    assert next_look([pending(due)], NOW - timedelta(seconds=age), NOW) == delay
