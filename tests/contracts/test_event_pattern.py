"""The deployed event pattern, over every recorded event."""

import json

from moto.events.models import EventPattern, EventPatternParser

from tests.contracts.deployed import ROOT, arn, of_type, properties, recorded

WANTED = {
    "task-running.json",
    "task-running-service-connect.json",
    "task-stopped-essential-container-exited.json",
}


def matches(event: dict) -> bool:
    raw = json.dumps(properties("TaskEvents")["EventPattern"])
    return EventPattern(raw, EventPatternParser(raw).parse()).matches_event(event)


def test_the_rule_takes_service_tasks_that_run_or_stopped_and_nothing_else():
    events = {path.name: recorded(path.name) for path in (ROOT / "events").glob("*.json")}
    events = {name: event for name, event in events.items() if "detail-type" in event}
    assert len(events) > len(WANTED)
    assert {name for name, event in events.items() if matches(event)} == WANTED


def test_another_source_with_the_same_words_is_not_taken():
    assert not matches(recorded("task-running.json") | {"source": "test"})


def test_the_pattern_is_within_the_quota_of_2048_characters():
    assert len(json.dumps(properties("TaskEvents")["EventPattern"])) <= 2048


def test_the_sample_of_verify_is_an_event_that_the_rule_takes():
    (record,) = recorded("verify-task-running.json")["Records"]
    assert json.loads(record["body"]) == recorded("task-running-service-connect.json")
    assert matches(json.loads(record["body"]))


def test_there_is_one_rule_and_an_event_it_cannot_deliver_is_kept():
    ((_, rule),) = of_type("AWS::Events::Rule").items()
    (target,) = rule["Targets"]
    assert target["Arn"] == arn("Queue")
    assert target["DeadLetterConfig"] == {"Arn": arn("DeadLetterQueue")}
    assert target["RetryPolicy"]["MaximumEventAgeInSeconds"] >= 60
    assert "InputTransformer" not in target and "InputPath" not in target, "events.py reads the whole event"
