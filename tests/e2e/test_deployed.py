"""The deployed stack, end to end: ECS events in, records and announcements out."""

import json

import pytest

from tests.e2e.conftest import Deployed, eventually


def test_a_healthy_service_is_recorded_and_nothing_is_said(deployed: Deployed) -> None:
    deployed.service("healthy", count=3)
    records = deployed.recorded("healthy", "pass", tasks=3)
    assert all(record["passed"] == ["SC102", "SC201", "SC202", "SC203", "SC204"] for record in records)
    assert deployed.said("healthy") == []


@pytest.mark.parametrize(
    ("fault", "check", "sentence"),
    [
        ("wrong-port", "SC203", "registered port is 81, expected 80"),
        ("wrong-address", "SC202", "registered address is"),
        ("not-registered", "SC201", "registration in Cloud Map service not-registered is missing"),
    ],
)
def test_a_fault_is_announced_once_and_resolved_once(deployed: Deployed, fault: str, check: str, sentence: str) -> None:
    arn = deployed.service(fault, fault, count=2)
    opened = deployed.heard(fault, "open")
    assert opened.check == check and sentence in opened.text and opened.subject.endswith(f"[{check}]")
    deployed.mend(fault, arn)
    assert deployed.heard(fault, "resolved").check == check
    assert deployed.said(fault) == [(check, "open"), (check, "resolved")]


def test_a_late_registration_is_waited_for(deployed: Deployed) -> None:
    deployed.service("late", "registered-late:1.5")
    deployed.recorded("late", "pending")
    deployed.recorded("late", "pass")
    assert deployed.said("late") == []


def test_a_rolling_deployment_and_a_scale_in_are_silent(deployed: Deployed) -> None:
    deployed.service("rolling", count=3)
    deployed.recorded("rolling", "pass", tasks=3)
    deployed.ecs.update_service(cluster="tutorial", service="rolling", forceNewDeployment=True)
    deployed.recorded("rolling", "pass", tasks=6)
    deployed.ecs.update_service(cluster="tutorial", service="rolling", desiredCount=1)
    eventually(lambda: len(deployed.ecs.list_tasks(cluster="tutorial", serviceName="rolling")["taskArns"]) == 1)
    assert deployed.said("rolling") == []
    assert {record["verdict"] for record in deployed.records("rolling")} <= {"pass", "pending"}


def test_a_client_only_service_is_skipped_with_the_reason(deployed: Deployed) -> None:
    deployed.service("client", serves=False)
    (record, *_) = deployed.recorded("client", "pass")
    assert record["skipped"] == ["SC201", "SC202", "SC203", "SC204"]
    assert all("client only" in finding["message"] for finding in record["findings"])


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
    rule = deployed.outputs["RuleName"]
    deployed.events.disable_rule(Name=rule)
    try:
        deployed.service("unannounced", "wrong-port")
        eventually(
            lambda: deployed.ecs.describe_services(cluster="tutorial", services=["unannounced"])["services"][0][
                "runningCount"
            ]
        )
        answer = deployed.functions.invoke(FunctionName=deployed.outputs["SweepFunctionName"], Payload=json.dumps({}))
        assert "FunctionError" not in answer
        assert deployed.heard("unannounced", "open").check == "SC203"
    finally:
        deployed.events.enable_rule(Name=rule)


def test_a_subscriber_can_filter_by_attributes(deployed: Deployed) -> None:
    """The attributes are on the message itself, so a filter policy sees them."""
    deployed.service("filtered", "wrong-port")
    deployed.heard("filtered", "open")
    (record,) = deployed.records("filtered", "announcement")
    assert (record["check"], record["severity"], record["state"]) == ("SC203", "critical", "open")
