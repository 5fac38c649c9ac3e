"""Running tasks: what a look at one costs, what it finds, and what becomes of what it found."""

import json
from datetime import timedelta
from pathlib import Path

import pytest

from scaudit.model.incidents import MemberState
from scaudit.model.places import Subject
from scaudit.model.service_states import JUDGED
from scaudit.queue.bodies import parse
from scaudit.queue.messages import TaskNudge
from scaudit.store.keys import itself
from tests.builders import NOW, REGION
from tests.fakes import answers
from tests.fakes.verify_desk import PLACE, SUBJECT, Desk, nudge

EVENTS = Path(__file__).parents[2] / "events"


def test_a_healthy_task_is_recorded_and_costs_four_reads_and_no_write(desk: Desk) -> None:
    desk.sees(first=True)
    assert desk.verify(nudge()) == []
    (record,) = desk.records()
    assert (record["verdict"], record["passed"][0]) == ("pass", "SC102") and "failed" not in record
    assert desk.states() == {} and desk.sent() == []
    (cost,) = desk.records("batch")
    assert (cost["calls"], cost["tasks"]) == (4, 1)


def test_a_wrong_port_is_confirmed_looked_at_twice_and_then_recorded(desk: Desk) -> None:
    desk.sees(first=True, AWS_INSTANCE_PORT="9999")
    assert desk.verify(nudge()) == []
    assert desk.states() == {} and desk.records()[0]["pending"] == ["SC203"]
    (again,) = desk.sent()
    told = parse(again["Body"])
    assert isinstance(told, TaskNudge) and (told.look, list(told.suspected)) == (1, [SUBJECT.key])
    assert desk.queue.delays == [60]  # SecondLook

    desk.clock.forward(61)
    desk.sees(confirms=True, AWS_INSTANCE_PORT="9999")
    assert desk.verify(again["Body"]) == [] and desk.sent() == []
    assert desk.states() == {SUBJECT: {answers.task_id(0): MemberState.FAIL}}
    (member,) = desk.ledger.members(PLACE, SUBJECT)
    assert member.sentence == "registered port is 9999, expected 80"

    desk.clock.forward(60)
    desk.sees()
    desk.verify(nudge())
    assert desk.states() == {}


def test_a_task_that_leaves_while_it_is_confirmed_is_dropped_silently(desk: Desk) -> None:
    desk.describes(0)
    desk.knows_the_service()
    desk.knows_the_definition()
    desk.aws.refuse("servicediscovery", "get_instance", "InstanceNotFound")
    desk.aws.refuse("servicediscovery", "get_instance", "InstanceNotFound")
    desk.describes(0, lastStatus="DEACTIVATING", desiredStatus="STOPPED")
    assert desk.verify(nudge(suspected={"SC201#nginx": "2026-11-23T11:00:00+00:00"})) == []
    assert desk.records() == [] and desk.states() == {} and desk.sent() == []


def test_a_confirmation_that_could_not_be_read_proves_nothing(desk: Desk) -> None:
    desk.describes(0)
    desk.knows_the_service()
    desk.knows_the_definition()
    desk.registers(AWS_INSTANCE_PORT="9999")
    desk.registers(AWS_INSTANCE_PORT="9999")
    desk.aws.refuse("ecs", "describe_tasks", "ThrottlingException")
    desk.verify(nudge(suspected={SUBJECT.key: "2026-11-23T11:00:00+00:00"}))
    assert desk.states() == {} and "SC203" in desk.records()[0]["unknown"]
    assert len(desk.sent()) == 1


def of_another_task(desk: Desk) -> None:
    """A task of the same deployment was wrongly registered, as it seemed, and is gone."""
    desk.describes(1, **answers.stopped(1))
    desk.verify(nudge(1, look=1, suspected={SUBJECT.key: "2026-11-23T11:58:00+00:00"}))
    desk.sent()  # for what it may have left


def test_of_two_tasks_of_a_deployment_the_second_is_read_again_and_confirms_the_first(desk: Desk) -> None:
    of_another_task(desk)
    desk.sees(first=True, confirms=True, AWS_INSTANCE_PORT="9999")
    assert desk.verify(nudge()) == [] and desk.sent() == []
    assert desk.states() == {SUBJECT: {answers.task_id(0): MemberState.FAIL}}


def test_a_second_task_that_is_right_when_it_is_read_again_confirms_nothing(desk: Desk) -> None:
    of_another_task(desk)
    desk.sees(first=True, AWS_INSTANCE_PORT="9999")
    desk.registers()
    desk.describes(0)
    assert desk.verify(nudge()) == []
    assert desk.states() == {} and desk.records()[-1]["verdict"] == "pass"


def test_a_task_on_record_as_failing_is_not_read_again_for_another(desk: Desk) -> None:
    desk.fails()
    of_another_task(desk)
    desk.sees(first=True, AWS_INSTANCE_PORT="9999")
    assert desk.verify(nudge()) == []
    assert desk.states() == {SUBJECT: {answers.task_id(0): MemberState.FAIL}}


def test_a_failing_task_that_stops_is_lost_and_not_mended(desk: Desk) -> None:
    desk.sees(first=True, confirms=True, AWS_INSTANCE_PORT="9999")
    desk.verify(nudge(suspected={SUBJECT.key: "2026-11-23T11:00:00+00:00"}))
    desk.clock.forward(1)
    desk.describes(0, **answers.stopped(0))
    desk.verify(nudge(version=7))
    assert desk.states() == {SUBJECT: {answers.task_id(0): MemberState.LOST}}


def test_an_answer_older_than_the_event_is_looked_at_again(desk: Desk) -> None:
    desk.describes(0, lastStatus="ACTIVATING", version=4)
    desk.verify(nudge(version=5))
    (again,) = desk.sent()
    assert parse(again["Body"]) == parse(nudge(version=5, look=1, chain="0")) and desk.records() == []
    assert desk.queue.delays == [15]


@pytest.mark.parametrize("status", ["PROVISIONING", "PENDING", "ACTIVATING"])
def test_a_task_on_its_way_up_is_left_to_its_own_event(desk: Desk, status: str) -> None:
    desk.describes(0, lastStatus=status, createdAt=NOW - timedelta(minutes=14))
    assert desk.verify(nudge()) == [] and desk.records() == [] and desk.sent() == []


def test_an_unknown_last_status_is_unknown(desk: Desk) -> None:
    desk.describes(0, lastStatus="HIBERNATING")
    desk.verify(nudge())
    (record,) = desk.records()
    assert record["verdict"] == "unknown" and "HIBERNATING" in record["reason"]


def test_a_service_without_service_connect_is_none_of_ours(desk: Desk) -> None:
    desk.describes(0, containers=[{"name": "app"}])
    desk.knows_the_service(serviceConnectConfiguration={"enabled": False})
    assert desk.verify(nudge()) == [] and desk.records() == []


def test_a_refused_read_is_unknown_and_sc902_with_the_statement_to_add(desk: Desk) -> None:
    desk.describes(0)
    desk.aws.refuse("ecs", "describe_services", "AccessDeniedException", "on resource: arn:aws:ecs:x because")
    desk.knows_the_definition()
    desk.verify(nudge())
    (record,) = desk.records()
    assert record["verdict"] == "unknown"
    assert {"SC102", "SC201", "SC202", "SC203", "SC204", "SC301"}.isdisjoint(record["passed"])
    assert desk.states() == {}
    own = desk.states(itself(REGION))
    assert own == {Subject("SC902", "ecs:DescribeServices"): {"tutorial": MemberState.FAIL}}
    (member,) = desk.ledger.members(itself(REGION), Subject("SC902", "ecs:DescribeServices"))
    assert '"Action": "ecs:DescribeServices", "Resource": "arn:aws:ecs:x"' in member.sentence

    desk.clock.forward(60)
    desk.sees()
    desk.verify(nudge())
    assert desk.states(itself(REGION)) == {}


def test_a_throttled_description_is_asked_for_again_and_not_given_up_silently(desk: Desk) -> None:
    desk.aws.refuse("ecs", "describe_tasks", "ThrottlingException")
    assert desk.verify(nudge()) == []
    assert desk.records()[0]["verdict"] == "unknown" and len(desk.sent()) == 1


def test_a_hundred_tasks_of_one_service_cost_five_reads(desk: Desk) -> None:
    numbers = range(100)
    desk.describes(*numbers)
    desk.knows_the_service()
    desk.knows_the_definition()
    desk.aws.answer("servicediscovery", "get_namespace", answers.namespace(), Id="ns-vdpucf3aztj23ecw")
    found = [{"InstanceId": answers.task_id(n), "Attributes": answers.attributes(n)} for n in numbers]
    parameters = {"NamespaceName": "other-name", "ServiceName": "nginx", "MaxResults": 1000, "HealthStatus": "ALL"}
    desk.aws.answer("servicediscovery", "discover_instances", {"Instances": found}, **parameters)
    for n in numbers:
        desk.ledger.mark_logs({(PLACE, answers.task_id(n)): JUDGED}, desk.clock())
    assert desk.verify(*(nudge(n) for n in numbers)) == []
    assert {record["verdict"] for record in desk.records()} == {"pass"} and len(desk.records()) == 100
    assert desk.records("batch")[0]["calls"] == 5


def test_a_suppressed_failure_is_recorded_as_such(desk: Desk) -> None:
    tag = {"key": "scaudit:ignore:SC203", "value": "until=2026-11-23 owner=team-a"}
    desk.describes(0)
    answer = {"services": [answers.service() | {"tags": [tag]}]}
    desk.aws.answer("ecs", "describe_services", answer, cluster="tutorial", services=["web"], include=["TAGS"])
    desk.knows_the_definition()
    desk.registers(AWS_INSTANCE_PORT="9999")
    desk.registers(AWS_INSTANCE_PORT="9999")
    desk.describes(0)
    desk.verify(nudge(suspected={SUBJECT.key: "2026-11-23T11:00:00+00:00"}))
    (member,) = desk.ledger.members(PLACE, SUBJECT)
    assert member.suppressed and desk.records()[0]["failed"] == ["SC203"]


def test_the_line_of_a_start_tells_how_long_it_took_and_until_when_it_was_registered(desk: Desk) -> None:
    created = NOW - timedelta(seconds=50)
    desk.describes(0, createdAt=created, startedAt=created + timedelta(seconds=38.2))
    desk.knows_the_service()
    desk.knows_the_definition()
    desk.registers()
    desk.verify(nudge())
    (record,) = desk.records()
    assert (record["running_after"], record["registered_by"]) == (38.2, 50)
    assert not {"unregistered_at", "ready_after"} & record.keys()


def test_what_ecs_told_of_a_deployment_is_recorded_and_its_service_looked_at(desk: Desk) -> None:
    """Two events of one service ask for one look."""
    events = [EVENTS / f"deployment-{name}.json" for name in ("in-progress", "completed")]
    ours = {"resources": [f"arn:aws:ecs:{REGION}:123456789012:service/tutorial/web"], "region": REGION}
    desk.looks_in_full()
    assert desk.verify(*(json.dumps(json.loads(each.read_text()) | ours) for each in events)) == []
    told = [(each["event"], each["deployment"], each["event_at"]) for each in desk.records("deployment")]
    assert told == [
        ("SERVICE_DEPLOYMENT_IN_PROGRESS", "ecs-svc/6177963417134325488", "2025-02-18T00:17:22Z"),
        ("SERVICE_DEPLOYMENT_COMPLETED", "ecs-svc/4231880795355584839", "2022-07-20T11:09:36Z"),
    ]
    assert len(desk.records("verified")) == 1


def test_of_a_service_that_takes_no_part_no_deployment_is_told(desk: Desk) -> None:
    desk.knows_the_service(serviceConnectConfiguration={"enabled": False}, serviceConnectResources=[])
    event = json.loads((EVENTS / "deployment-completed.json").read_text())
    ours = {"resources": [f"arn:aws:ecs:{REGION}:123456789012:service/tutorial/web"], "region": REGION}
    assert desk.verify(json.dumps(event | ours)) == [] and desk.records("deployment") == []


def test_of_a_cluster_that_is_not_included_no_deployment_is_told(desk: Desk) -> None:
    event = json.loads((EVENTS / "deployment-completed.json").read_text())
    ours = {"resources": [f"arn:aws:ecs:{REGION}:123456789012:service/other/web"], "region": REGION, "account": ""}
    assert desk.verify(json.dumps(event | ours)) == [] and desk.written == []
