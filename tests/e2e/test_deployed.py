"""The deployed stack, end to end: ECS events in, records and announcements out."""

import json
from datetime import UTC, datetime
from typing import Any

from scaudit.model import Severity
from scaudit.model.incidents import Member, MemberState
from scaudit.model.places import Place, Subject
from scaudit.store.ledger import Ledger
from scaudit.store.table import Table
from tests.e2e.conftest import Deployed, eventually
from tests.fakes.schemas import wrong


def test_a_healthy_service_is_recorded_and_nothing_is_said(deployed: Deployed) -> None:
    deployed.service("healthy", count=3)
    deployed.recorded("healthy", "pass", tasks=3)

    def judged_by_log() -> bool:
        """Another look at a task may be on record before the one that read its log."""
        records = deployed.records("healthy")
        by_log = {"SC201", "SC203", "SC303", "SC305"}
        return len({r["task_id"] for r in records if by_log <= set(r.get("passed", ()))}) == 3

    eventually(judged_by_log)
    assert deployed.said("healthy") == []


def test_a_late_registration_is_waited_for(deployed: Deployed) -> None:
    deployed.service("late", "registered-late:1.5")
    deployed.recorded("late", "pass")
    # On a slow machine the first look may come after the registration.
    assert {record["verdict"] for record in deployed.records("late")} <= {"pending", "pass"}
    assert deployed.said("late") == []


def test_a_rolling_deployment_and_a_scale_in_are_silent(deployed: Deployed) -> None:
    deployed.service("rolling", count=3)
    deployed.recorded("rolling", "pass", tasks=3)
    deployed.ecs.update_service(cluster="tutorial", service="rolling", forceNewDeployment=True)
    deployed.recorded("rolling", "pass", tasks=6)
    deployed.ecs.update_service(cluster="tutorial", service="rolling", desiredCount=1)
    eventually(lambda: len(deployed.ecs.list_tasks(cluster="tutorial", serviceName="rolling")["taskArns"]) == 1)
    assert deployed.said("rolling") == []
    of_running = [record for record in deployed.records("rolling") if record["task_status"] == "RUNNING"]
    assert {record["verdict"] for record in of_running} <= {"pass", "pending"}

    def ended() -> list[dict]:
        """The line of its end that each task has which nothing is laid to: the three replaced, the two scaled in."""
        found = [record for record in deployed.records("rolling") if record["task_status"] == "STOPPED"]
        return found if len(found) == 5 else []

    told = eventually(ended)
    assert len({record["task_id"] for record in told}) == 5
    assert {(record["verdict"], record["reason"]) for record in told} == {
        ("skipped", "the task is STOPPED, and nothing says that its proxy is why")
    }


def test_a_client_only_service_is_skipped_with_the_reason(deployed: Deployed) -> None:
    deployed.service("client", serves=False)
    (record, *_) = deployed.recorded("client", "pass")
    assert {"SC201", "SC202", "SC203", "SC204"} <= set(record["skipped"]) and "SC305" in record["passed"]
    assert any("client only" in why for why in record["skipped_because"]) and "findings" not in record


def test_a_service_without_service_connect_leaves_no_record(deployed: Deployed) -> None:
    deployed.service("plain", serviceConnectConfiguration={"enabled": False})
    deployed.service("beside")
    deployed.recorded("beside", "pass")
    assert deployed.records("plain") == []


def test_a_hopeless_message_is_a_dead_letter_with_its_reason(deployed: Deployed) -> None:
    deployed.sqs.send_message(QueueUrl=deployed.outputs["QueueUrl"], MessageBody='{"kind": "mystery"}')

    def dead() -> list[dict]:
        return deployed.sqs.receive_message(
            QueueUrl=deployed.outputs["DeadLetterQueueUrl"], MessageAttributeNames=["All"], WaitTimeSeconds=1
        ).get("Messages", [])

    (letter,) = eventually(dead)
    assert letter["Body"] == '{"kind": "mystery"}'
    assert "unknown kind 'mystery'" in letter["MessageAttributes"]["reason"]["StringValue"]


def test_the_sweep_finds_what_no_event_announced(deployed: Deployed) -> None:
    deployed.sweep_to_its_end()  # what the first one finds was there already, and is told later
    rule = deployed.outputs["RuleName"]
    deployed.events.disable_rule(Name=rule)
    try:
        deployed.service("unannounced", "wrong-port")
        eventually(lambda: deployed.runs("unannounced"))
        deployed.sweep()
        assert deployed.heard("unannounced", "open").check == "SC203"
    finally:
        deployed.events.enable_rule(Name=rule)


def test_a_crash_loop_of_many_tasks_is_one_incident(deployed: Deployed) -> None:
    arn = deployed.service("looping", "wrong-port crash-loop:3", count=10)
    opened = deployed.heard("looping", "open")
    assert opened.affected > 1
    deployed.mend("looping", arn)
    deployed.resolved("looping")
    assert deployed.said("looping") == [("SC203", "open"), ("SC203", "resolved")]


def test_a_deleted_service_closes_its_incident_with_the_reason(deployed: Deployed) -> None:
    deployed.service("doomed", "wrong-port")
    deployed.heard("doomed", "open")
    deployed.ecs.delete_service(cluster="tutorial", service="doomed", force=True)
    deployed.gone("doomed")
    closed = deployed.resolved("doomed")
    assert closed.subject.startswith("CLOSED tutorial/doomed: service deleted")


def test_a_tag_on_the_service_silences_one_check(deployed: Deployed) -> None:
    tags = [
        {"key": "local:fault", "value": "wrong-port"},
        {"key": "scaudit:ignore:SC203", "value": "until=2199-12-31 owner=team-a reason=known"},
    ]
    deployed.service("known", tags=tags)
    (record, *_) = deployed.recorded("known", "fail")
    assert record["failed"] == ["SC203"] and record["findings"][0]["suppressed"]
    assert deployed.said("known") == []


def test_a_deployment_event_has_the_service_audited(deployed: Deployed) -> None:
    deployed.service("deploying")
    deployed.recorded("deploying", "pass")
    eventually(lambda: deployed.records("deploying", "service"))


def test_a_subscriber_can_filter_by_attributes(deployed: Deployed) -> None:
    own = deployed.subscriber("filtered", {"ecs_service": ["filtered"], "state": ["resolved"]})
    arn = deployed.service("filtered", "wrong-port")
    deployed.heard("filtered", "open")
    deployed.mend("filtered", arn)
    deployed.resolved("filtered")
    (message,) = eventually(own)
    assert message["MessageAttributes"]["check"]["Value"] == "SC203"
    assert message["MessageAttributes"]["state"]["Value"] == "resolved"


def sees(deployed: Deployed, service: str, task: str, severity: Severity, *, well: bool = False) -> None:
    """What verify writes down of a task."""
    now, state = datetime.now(UTC), MemberState.PASS if well else MemberState.FAIL
    said = "" if well else "registered port is 9999, expected 80"
    member = Member(task, state, now, severity, said, since=now, task_created_at=now)
    place = Place(deployed.region, "tutorial", service)
    table = Table(deployed.stack.client("dynamodb"), deployed.outputs["TableName"])
    assert Ledger(table).record(place, Subject("SC203", service), member)


def test_an_incident_is_one_thread_in_the_room_and_events_of_their_kind_in_another_account(deployed: Deployed) -> None:
    sees(deployed, "told", "a1", Severity.ERROR)
    deployed.heard("told", "open")
    sees(deployed, "told", "a2", Severity.CRITICAL)
    deployed.heard("told", "grew")
    for task in ("a1", "a2"):
        sees(deployed, "told", task, Severity.CRITICAL, well=True)
    deployed.heard("told", "resolved")

    def events() -> list[dict[str, Any]]:
        found = [each for each in deployed.receiving.events() if each["detail"]["ecs_service"] == "told"]
        return found if len(found) == 3 else []

    told = eventually(events)
    assert [each["detail-type"] for each in told] == ["Incident Opened", "Incident Grew", "Incident Resolved"]
    arn = f"arn:aws:ecs:{deployed.region}:{deployed.stack.account}:service/tutorial/told"
    assert {(each["account"], *each["resources"]) for each in told} == {(deployed.stack.account, arn)}
    (incident,) = {each["detail"]["incident_id"] for each in told}
    thread = [each for each in deployed.room.look() if each["metadata"]["threadId"] == incident]
    assert [each["id"] for each in thread] == [each["detail"]["message_id"] for each in told]
    titles = [each["content"]["title"] for each in thread]
    assert [title.split("tutorial/told")[0] for title in titles] == ["", "", "RESOLVED "]
    assert ["nextSteps" in each["content"] for each in thread] == [True, True, False]


def test_a_bus_of_another_organization_refuses_and_the_alert_is_a_dead_letter(deployed: Deployed) -> None:
    with deployed.receiving.of_another_organization():
        sees(deployed, "refused", "a1", Severity.ERROR)
        alert = deployed.heard("refused", "open")

        def dead() -> list[dict[str, Any]]:
            asked = {"MaxNumberOfMessages": 10, "MessageAttributeNames": ["All"], "WaitTimeSeconds": 1}
            got = deployed.sqs.receive_message(QueueUrl=deployed.outputs["DeadLetterQueueUrl"], **asked)
            return [each for each in got.get("Messages", []) if alert.message_id in each["Body"]]

        (letter,) = eventually(dead)
    reason = letter["MessageAttributes"]["reason"]["StringValue"]
    assert f"not sent to {deployed.receiving.bus}" in reason and "no resource-based policy allows" in reason
    assert alert.message_id not in {each["detail"]["message_id"] for each in deployed.receiving.events()}
    assert alert.message_id in {each["id"] for each in deployed.room.look()}
    assert [m.message_id for m in deployed.inbox.arrived].count(alert.message_id) == 1


def test_all_that_was_ever_said_went_everywhere_and_is_as_described(deployed: Deployed) -> None:
    deployed.inbox.look(1)
    said = {m.message_id for m in deployed.inbox.arrived if m.service != "refused"}
    events = deployed.receiving.events()
    assert said and {each["detail"]["message_id"] for each in events} == said <= {
        each["id"] for each in deployed.room.look()
    }
    lines = deployed.receiving.lines()
    assert {each["message_id"] for each in lines} == said and all(each["alert"] for each in lines)
    assert [why for each in events if (why := wrong("event", each))] == []
    group = deployed.outputs["AuditLogGroup"]
    pages = deployed.logs.get_paginator("filter_log_events").paginate(logGroupName=group, filterPattern='"record"')
    written = [each["message"] for page in pages for each in page["events"] if each["message"].startswith('{"record"')]
    records = [json.loads(each) for each in written]
    assert "announcement" in {each["record"] for each in records}
    assert [why for each in records if (why := wrong("record", each))] == []
