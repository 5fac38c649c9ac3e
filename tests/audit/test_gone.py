"""What tasks that are gone left in Cloud Map: seen twice, kept in sight, and over when it is gone."""

from datetime import timedelta

import pytest

from scaudit.model.incidents import MemberState
from tests.builders import NOW
from tests.fakes import answers
from tests.fakes.laid_out import describes, finds
from tests.fakes.verify_desk import GHOST, PLACE, Desk, nudge, service_look


def test_what_a_stopped_task_left_is_looked_at_after_five_minutes(desk: Desk) -> None:
    desk.describes(0, **answers.stopped(1))
    assert desk.verify(nudge()) == []
    assert desk.queue.delays == [240] and desk.records("batch")[0]["calls"] == 1


def test_a_clean_exit_costs_one_look(desk: Desk) -> None:
    desk.describes(0, **answers.stopped(5))
    desk.knows_the_service()
    desk.aws.refuse("servicediscovery", "get_instance", "InstanceNotFound")
    assert desk.verify(nudge(look=1)) == [] and desk.sent() == [] and desk.states() == {}


def ghost(desk: Desk, owner: int | None = None, *, lists: bool = True) -> None:
    """Task 0 is gone, its registration is not, and perhaps task `owner` of another service has its address."""
    desk.describes(0, **answers.stopped(6))
    desk.knows_the_service()
    desk.registers()
    if not lists:
        return
    listed = [answers.task(owner)["taskArn"]] if owner else []
    asked = {"cluster": "tutorial", "maxResults": 100, "desiredStatus": "RUNNING"}
    desk.aws.answer("ecs", "list_tasks", {"taskArns": listed}, **asked)
    if owner:
        desk.describes(owner, group="service:orders", attachments=answers.task(0)["attachments"])


def test_a_ghost_is_seen_twice_and_then_kept_in_sight_by_the_sweep(desk: Desk) -> None:
    ghost(desk)
    desk.verify(nudge())
    assert desk.states() == {}
    (again,) = desk.sent()
    desk.clock.forward(60)
    ghost(desk, lists=False)
    desk.verify(again["Body"])
    assert desk.states() == {GHOST: {answers.task_id(0): MemberState.FAIL}}
    assert [r["verdict"] for r in desk.records("registration")] == ["pending", "fail"]
    assert desk.records("registration")[1]["findings"][0]["message"].endswith("is left of a task that is gone")
    assert desk.sent() == [], "what is on record is kept in sight by the sweep"


def test_a_ghost_whose_address_another_service_has_is_critical(desk: Desk) -> None:
    ghost(desk, owner=3)
    desk.verify(nudge(suspected={GHOST.key: "2026-11-23T11:00:00+00:00"}))
    (member,) = desk.ledger.members(PLACE, GHOST)
    assert member.severity.word == "critical" and f"orders ({answers.task_id(3)})" in member.sentence


def test_a_failing_ghost_is_not_lost_with_its_task(desk: Desk) -> None:
    desk.fails(0, GHOST)
    ghost(desk)
    desk.verify(nudge())
    assert desk.states() == {GHOST: {answers.task_id(0): MemberState.FAIL}}


def test_a_ghost_that_went_while_nobody_looked_is_over_with_the_next_look_at_its_service(desk: Desk) -> None:
    desk.fails(0, GHOST)
    desk.knows_the_service()
    desk.finds()
    desk.describes(0, **answers.stopped(6))
    desk.lists_none()
    desk.looks_around(leaves=False)
    desk.aws.refuse("servicediscovery", "get_instance", "InstanceNotFound")
    desk.leaves()
    assert desk.verify(service_look()) == []
    assert GHOST not in desk.states()


def stray(desk: Desk) -> None:
    """Task 0 runs for another service."""
    desk.describes(0, group="service:orders")
    desk.knows_the_service()


def test_a_registration_of_another_services_task_is_kept_in_sight_until_it_is_gone(desk: Desk) -> None:
    desk.knows_the_service()
    desk.finds(0)
    desk.describes(0, group="service:orders")
    desk.lists_none()
    desk.looks_around()
    desk.verify(service_look())
    (again,) = desk.sent()
    desk.clock.forward(60)
    stray(desk)
    desk.registers()
    desk.verify(again["Body"])
    (member,) = desk.ledger.members(PLACE, GHOST)
    assert (member.id, member.state) == (answers.task_id(0), MemberState.FAIL)
    assert f"that of orders ({answers.task_id(0)})" in member.sentence and member.severity.word == "critical"
    desk.clock.forward(600)
    desk.knows_the_service()
    finds(desk.aws)
    desk.describes(0, group="service:orders")
    desk.lists_none()
    desk.aws.answer("servicediscovery", "get_namespace", answers.namespace(), Id="ns-vdpucf3aztj23ecw")
    desk.aws.refuse("servicediscovery", "get_instance", "InstanceNotFound")
    desk.verify(service_look())
    assert GHOST not in desk.states() and desk.sent() == []


def test_a_task_without_a_proxy_leaves_nothing_to_look_for(desk: Desk) -> None:
    desk.describes(0, **answers.stopped(6, containers=[{"name": "app"}]))
    assert desk.verify(nudge()) == [] and desk.sent() == []


def test_a_service_look_finds_the_registration_of_a_task_nobody_told_of(desk: Desk) -> None:
    desk.knows_the_service()
    desk.finds(0)
    desk.aws.answer(
        "ecs",
        "describe_tasks",
        {"tasks": [], "failures": answers.missing("task", answers.task_id(0))},
        cluster="tutorial",
        tasks=[answers.task_id(0)],
    )
    desk.lists_none()
    desk.looks_around()
    desk.verify(service_look())
    (again,) = desk.sent()
    assert GHOST.key in again["Body"]


def test_J25_the_cluster_is_listed_once_for_all_that_was_left(desk: Desk) -> None:
    desk.describes(0, 1, **answers.stopped(6))
    desk.knows_the_service()
    desk.registers(0)
    desk.registers(1)
    asked = {"cluster": "tutorial", "maxResults": 100, "desiredStatus": "RUNNING"}
    desk.aws.answer("ecs", "list_tasks", {"taskArns": [answers.task(3)["taskArn"]]}, **asked)
    desk.describes(3, group="service:orders", attachments=answers.task(1)["attachments"])
    assert desk.verify(nudge(0), nudge(1)) == []
    told = [record["findings"][0]["message"] for record in desk.records("registration")]
    assert "orders" not in told[0] and f"orders ({answers.task_id(3)})" in told[1]


@pytest.mark.parametrize(
    ("subnets", "owner", "severity"),
    [
        (["subnet-9", "subnet-1"], {"group": "service:orders"}, "critical"),
        (["subnet-9"], {"group": "service:orders"}, "error"),  # the same address in another VPC
        (["subnet-1"], {"group": "service:web"}, "error"),  # its own service's: requests get where they should
        (["subnet-1"], {"group": "service:orders", "lastStatus": "PENDING"}, "error"),
        (None, {"group": "service:orders"}, "error"),
    ],
    ids=["in its subnets", "in another subnet", "of its own service", "not running yet", "no subnet is told"],
)
def test_a_ghost_of_a_task_that_ecs_forgot_is_critical_when_its_address_leads_elsewhere(
    desk: Desk, subnets: list[str] | None, owner: dict[str, str], severity: str
) -> None:
    desk.fails(0, GHOST)
    describes(desk.aws, missing=(0,))
    desk.knows_the_service(
        **({"networkConfiguration": {"awsvpcConfiguration": {"subnets": subnets}}} if subnets else {})
    )
    desk.registers()
    if subnets:
        asked = {"cluster": "tutorial", "maxResults": 100, "desiredStatus": "RUNNING"}
        desk.aws.answer("ecs", "list_tasks", {"taskArns": [answers.task(3)["taskArn"]]}, **asked)
        desk.describes(3, attachments=answers.task(0)["attachments"], **owner)
    assert desk.verify(nudge()) == []
    (member,) = desk.ledger.members(PLACE, GHOST)
    assert member.severity.word == severity
    assert ("orders" in member.sentence) is (severity == "critical")


@pytest.mark.parametrize(
    ("changes", "minutes", "told"),
    [
        ({"lastStatus": "DEPROVISIONING"}, 6, True),
        ({"lastStatus": "DEPROVISIONING"}, 4, False),
        ({"lastStatus": "DEPROVISIONING"}, None, False),
        ({"lastStatus": "STOPPING"}, 6, False),  # one of its containers may still run
        ({"lastStatus": "DEACTIVATING"}, None, False),
    ],
)
def test_a_registration_of_a_task_that_is_held_up_after_its_containers_stopped_is_left(
    desk: Desk, changes: dict[str, str], minutes: float | None, told: bool
) -> None:
    desk.fails(0, GHOST)
    ended = {} if minutes is None else {"executionStoppedAt": NOW - timedelta(minutes=minutes)}
    details = [{"name": "statusReason", "value": "not authorized to perform servicediscovery:DeregisterInstance"}]
    attachments = [{"type": "ServiceConnect", "status": "DELETING", "details": details}]
    desk.describes(0, desiredStatus="STOPPED", attachments=attachments, **changes, **ended)
    if told:
        desk.knows_the_service()
        desk.registers()
    assert desk.verify(nudge()) == []
    records = desk.records("registration")
    assert [record["verdict"] for record in records] == (["fail"] if told else [])
    if told:
        assert "still DEPROVISIONING (not authorized to perform" in records[0]["findings"][0]["message"]


@pytest.mark.parametrize("status", ["RUNNING", "DEACTIVATING", "STOPPING", "DEPROVISIONING"])
@pytest.mark.parametrize(("version", "again"), [(5, []), (6, [15])])
def test_a_task_that_an_event_says_is_further_in_its_end_is_looked_at_again(
    desk: Desk, status: str, version: int, again: list[int]
) -> None:
    """Else a look that was too early for its end would be the last: no event comes after that of STOPPED."""
    desk.describes(0, lastStatus=status, desiredStatus="STOPPED", version=5)
    assert desk.verify(nudge(version=version)) == []
    assert desk.queue.delays == again and len(desk.sent()) == len(again)
