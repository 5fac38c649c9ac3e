"""A look at a whole service: every task, every member on record, and what can no longer fail."""

from dataclasses import replace

import pytest

from scaudit.audit.endings import over
from scaudit.model.incidents import EVERY_TASK, MemberState
from scaudit.model.life import broken
from scaudit.model.places import Subject
from tests.builders import SERVICE
from tests.fakes import answers
from tests.fakes.verify_desk import PLACE, SUBJECT, Desk, service_look


def test_a_service_look_judges_every_task_and_every_member_on_record(desk: Desk) -> None:
    desk.fails(1)
    desk.knows_the_service()
    desk.finds(0)
    tasks = [answers.task(0), answers.task(1, lastStatus="STOPPED", desiredStatus="STOPPED")]
    ids = [answers.task_id(0), answers.task_id(1)]
    desk.aws.answer("ecs", "describe_tasks", {"tasks": tasks}, cluster="tutorial", tasks=ids)
    desk.looks_around()
    assert desk.verify(service_look()) == []
    assert desk.states()[SUBJECT] == {answers.task_id(1): MemberState.LOST}
    assert [record["verdict"] for record in desk.records()] == ["pass"]


def closes(desk: Desk, why: str) -> None:
    (member,) = [m for m in desk.ledger.members(PLACE, SUBJECT) if m.id == answers.task_id(0)]
    assert (member.state, member.sentence) == (MemberState.CLOSED, why)


def test_a_deleted_service_closes_what_stood_against_it(desk: Desk) -> None:
    desk.fails()
    gone = {"services": [answers.service() | {"status": "INACTIVE"}]}
    desk.aws.answer("ecs", "describe_services", gone, cluster="tutorial", services=["web"], include=["TAGS"])
    assert desk.verify(service_look()) == []
    closes(desk, "service deleted")


def test_service_connect_switched_off_closes(desk: Desk) -> None:
    desk.fails()
    desk.knows_the_service(serviceConnectConfiguration={"enabled": False})
    assert desk.verify(service_look()) == []
    closes(desk, "Service Connect switched off")


@pytest.mark.parametrize(
    ("service", "why"),
    [
        ({"desired": 0, "running": 0}, "service scaled to zero"),
        ({"desired": 0, "running": 0, "draining": True}, "service deleted"),
        ({"deployments": ()}, "Service Connect switched off"),
    ],
)
def test_what_is_over_says_why(service: dict, why: str) -> None:
    assert over(replace(SERVICE, **service), SUBJECT) == why


@pytest.mark.parametrize(
    ("subject", "why"),
    [
        (SUBJECT, ""),
        (Subject("SC102"), ""),
        (Subject("SC203", "gone"), "endpoint gone removed"),
        (Subject("SC999"), "check SC999 retired"),
    ],
)
def test_only_what_can_no_longer_fail_is_over(subject: str, why: str) -> None:
    assert over(SERVICE, subject) == why
    assert over(None, subject) == "service deleted"


def test_a_service_check_outlives_the_last_task() -> None:
    assert over(replace(SERVICE, desired=0, running=0), Subject("SC102")) == ""


@pytest.mark.parametrize(("minutes", "clears"), [(59, False), (61, True)])
def test_an_hour_after_the_last_loss_all_tasks_passing_clears(desk: Desk, minutes: float, clears: bool) -> None:
    desk.fails(7)
    desk.ledger.lose(PLACE, SUBJECT, answers.task_id(7), desk.clock())
    desk.clock.forward(minutes * 60)
    desk.looks_in_full()
    desk.verify(service_look())
    found = {member.id: member for member in desk.ledger.members(PLACE, SUBJECT)}
    assert (EVERY_TASK in found) is clears
    if clears:
        assert broken(list(found.values())) == []


@pytest.mark.parametrize(("hours", "closed"), [(23, False), (25, True)])
def test_nothing_but_unknown_for_a_day_closes(desk: Desk, hours: float, closed: bool) -> None:
    desk.fails(0)
    desk.clock.forward(hours * 3600)
    desk.knows_the_service()
    desk.aws.answer("servicediscovery", "get_namespace", answers.namespace(), Id="ns-vdpucf3aztj23ecw")
    desk.aws.refuse("servicediscovery", "discover_instances", "AccessDeniedException")
    desk.describes(0)
    desk.looks_around()
    desk.verify(service_look())
    assert (SUBJECT not in desk.states()) is closed


def test_a_service_that_could_not_be_described_comes_again(desk: Desk) -> None:
    desk.aws.refuse("ecs", "describe_services", "ThrottlingException")
    assert desk.verify(service_look()) == ["0"]
