"""Whose logs are read in whole where a proxy was lost late: those alone that can show that it is over."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from scaudit.audit.proofs import ALL_EVERY, MOST
from scaudit.audit.region import Audit
from scaudit.judge.rules import Rules
from scaudit.model import Severity
from scaudit.model.incidents import Member, MemberState
from scaudit.model.places import Subject
from scaudit.model.service_states import JUDGED
from tests.builders import ARN, HEALTHY, NOW, REGION, TASK
from tests.fakes.verify_desk import PLACE, Desk

ENDS, HOUR = Subject("SC310"), timedelta(hours=1)
BORN, LIVED = NOW - 10 * HOUR, 2 * HOUR
LOST_AT = BORN + LIVED
OLDER = [BORN - HOUR] * 50


def lost(
    desk: Desk, subject: Subject = ENDS, *, id: str = "lost", lost_at: datetime = LOST_AT, failed: int = 0
) -> None:
    """A task was lost then, after it was seen to fail for so many minutes."""
    for minutes, state in ((failed, MemberState.FAIL), (0, MemberState.LOST)) if failed else ((0, MemberState.LOST),):
        at = lost_at - timedelta(minutes=minutes)
        desk.ledger.record(PLACE, subject, Member(id, state, at, Severity.ERROR, "as told", task_created_at=BORN))


def wanted(desk: Desk, created: list[datetime], *, known: bool = True, at: datetime = NOW) -> Mapping[str, bool]:
    """What is read of tasks that were created then, by their numbers; whether their logs are `known` already."""
    seen = [
        replace(HEALTHY, at=at, task=replace(TASK, arn=f"{ARN}:task/tutorial/{n:02d}", created_at=born))
        for n, born in enumerate(created)
    ]
    for one in seen if known else ():
        desk.ledger.mark_logs({(PLACE, one.task.id): JUDGED}, NOW)
    return Audit(REGION, desk.reads(REGION), desk.edges, Rules()).wanted.logs(seen)


def test_of_sixty_tasks_the_youngest_few_that_came_later_and_outlived_the_lost_one(desk: Desk) -> None:
    lost(desk)
    later = [LOST_AT + n * timedelta(minutes=10) for n in range(9, -1, -1)]
    assert wanted(desk, [*OLDER, *later]) == {"50": True, "51": True, "52": True} and MOST == 3


@pytest.mark.parametrize("age", [LIVED, LIVED - HOUR], ids=["as old", "younger"])
def test_none_while_those_that_came_later_have_not_lived_so_long(desk: Desk, age: timedelta) -> None:
    late = NOW - timedelta(minutes=30)
    lost(desk, lost_at=late)
    assert wanted(desk, [*OLDER, NOW - age]) == {}


def test_that_the_lost_one_was_seen_to_fail_while_it_ran_makes_no_younger_one_a_proof(desk: Desk) -> None:
    lost(desk, lost_at=NOW - timedelta(minutes=30), failed=10)
    assert wanted(desk, [*OLDER, NOW - timedelta(minutes=20)]) == {}


def test_each_subject_has_tasks_of_its_own_that_show_its_end(desk: Desk) -> None:
    """What was lost at its start is ended by younger tasks than what was lost late; they are read in whole, too, since
    start-up lines alone would end the other."""
    lost(desk, lost_at=NOW - timedelta(minutes=30))
    lost(desk, Subject("SC302"), id="other", lost_at=BORN + timedelta(minutes=5))
    young = NOW - timedelta(minutes=20)
    assert wanted(desk, [young, *OLDER]) == {"00": True}


def test_what_is_new_is_read_as_ever_and_what_is_ill(desk: Desk) -> None:
    lost(desk)
    assert wanted(desk, [NOW - timedelta(minutes=1)], known=False).keys() == {"00"}


def test_where_no_task_shows_it_all_are_read_after_an_hour_and_then_now_and_then(desk: Desk) -> None:
    """The pass of every running task ends it, too: that of a service which had one task less since."""
    lost(desk)
    assert wanted(desk, OLDER, at=LOST_AT + HOUR) == {}
    everyone = {f"{n:02d}": True for n in range(50)}
    assert wanted(desk, OLDER) == everyone
    assert wanted(desk, OLDER) == {}
    desk.clock.forward(ALL_EVERY.total_seconds() + 1)
    assert wanted(desk, OLDER) == everyone


def test_a_loss_at_the_start_has_all_start_up_lines_read_as_ever(desk: Desk) -> None:
    lost(desk, lost_at=BORN + timedelta(minutes=5))
    assert wanted(desk, OLDER) == {f"{n:02d}": False for n in range(50)}


def test_one_that_fails_is_read_in_whole_and_no_other_for_its_subject(desk: Desk) -> None:
    lost(desk)
    failing = Member("07", MemberState.FAIL, LOST_AT, Severity.ERROR, "as told", task_created_at=BORN)
    desk.ledger.record(PLACE, ENDS, failing)
    assert wanted(desk, [*OLDER, LOST_AT]) == {"07": True}
