"""The deployed event patterns, over every recorded event."""

import json

import pytest
from moto.events.models import EventPattern, EventPatternParser

from scaudit.queue.bodies import parse
from scaudit.queue.messages import NotOurs
from tests.contracts.deployed import ROOT, arn, of_type, properties, recorded

WANTED = {
    "TaskEvents": {
        "task-running.json",
        "task-running-service-connect.json",
        "task-stopped-essential-container-exited.json",
    },
    "ServiceEvents": {
        "deployment-completed.json",
        "deployment-in-progress.json",
        "service-action-task-placement-failure.json",
    },
}
EVENTS = {path.name: recorded(path.name) for path in (ROOT / "events").glob("*.json")}
EVENTS = {name: event for name, event in EVENTS.items() if "detail-type" in event}


def matches(rule: str, event: dict) -> bool:
    raw = json.dumps(properties(rule)["EventPattern"])
    return EventPattern(raw, EventPatternParser(raw).parse()).matches_event(event)


@pytest.mark.parametrize(("rule", "wanted"), WANTED.items())
def test_a_rule_takes_exactly_the_events_it_should(rule, wanted):
    assert len(EVENTS) > len(wanted)
    assert {name for name, event in EVENTS.items() if matches(rule, event)} == wanted


@pytest.mark.parametrize(("rule", "wanted"), WANTED.items())
def test_another_source_with_the_same_words_is_not_taken(rule, wanted):
    assert not [name for name in wanted if matches(rule, EVENTS[name] | {"source": "test"})]


@pytest.mark.parametrize(("rule", "wanted"), WANTED.items())
def test_what_a_rule_takes_is_ours(rule, wanted):
    assert not [name for name in wanted if isinstance(parse(json.dumps(EVENTS[name])), NotOurs)]


@pytest.mark.parametrize("rule", WANTED)
def test_the_pattern_is_within_the_quota_of_2048_characters(rule):
    assert len(json.dumps(properties(rule)["EventPattern"])) <= 2048


def test_the_sample_of_verify_is_an_event_that_the_rule_takes():
    (record,) = recorded("verify-task-running.json")["Records"]
    assert json.loads(record["body"]) == recorded("task-running-service-connect.json")
    assert matches("TaskEvents", json.loads(record["body"]))


def test_no_event_a_rule_cannot_deliver_is_lost():
    rules = of_type("AWS::Events::Rule")
    assert rules.keys() == {*WANTED, "LinkedEvents"}
    for rule in rules.values():
        (target,) = rule["Targets"]
        assert target["Arn"] == arn("Queue")
        assert target["DeadLetterConfig"] == {"Arn": arn("DeadLetterQueue")}
        assert target["RetryPolicy"]["MaximumEventAgeInSeconds"] >= 60
        assert "InputTransformer" not in target and "InputPath" not in target, "events.py reads the whole event"
