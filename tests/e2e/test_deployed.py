"""The deployed stack, end to end: ECS events in, records and announcements out."""

from tests.e2e.conftest import Deployed, eventually


def test_a_healthy_service_is_recorded_and_nothing_is_said(deployed: Deployed) -> None:
    deployed.service("healthy", count=3)
    deployed.recorded("healthy", "pass", tasks=3)

    def judged_by_log() -> bool:
        """Another look at a task may be on record before the one that read its log."""
        records = deployed.records("healthy")
        return len({r["task_id"] for r in records if {"SC201", "SC203", "SC303", "SC305"} <= set(r["passed"])}) == 3

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
    assert any("client only" in why for why in record["skipped_because"]) and record["findings"] == []


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
        eventually(
            lambda: deployed.ecs.describe_services(cluster="tutorial", services=["unannounced"])["services"][0][
                "runningCount"
            ]
        )
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
    deployed.sweep()
    closed = deployed.heard("doomed", "resolved")
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
