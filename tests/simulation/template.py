"""What template.yaml says of the flow: which events and which changes pass, how long, how often."""

import json
from collections.abc import Sequence
from functools import cache
from typing import Any

from cfnlint.decode.cfn_yaml import loads
from moto.events.models import EventPattern, EventPatternParser

from tests.builders import ACCOUNT, REGION
from tests.contracts.deployed import PARAMETERS, listed, made, properties

NAMES = {"Table": "ledger", "Queue": "queue", "DeadLetterQueue": "dead-letters", "AuditLog": "audit-log"}
NAMES["Topic"] = f"arn:aws:sns:{REGION}:{ACCOUNT}:findings"
_QUEUE, _LEDGER = properties("Queue"), properties("NotifyFunctionLedger")
_NOTIFY, _VERIFY = properties("NotifyFunction"), properties("VerifyFunction")


def _default(name: str) -> int:
    return int(PARAMETERS[name]["Default"])


QUEUE_DELAY, SECOND_LOOK = _default("QueueDelay"), _default("SecondLook")
ANNOUNCE_DELAY, HOLD_DOWN = _default("AnnounceDelay"), _default("HoldDown")
VISIBILITY, RECEIVES = int(_QUEUE["VisibilityTimeout"]), int(_QUEUE["RedrivePolicy"]["maxReceiveCount"])
QUEUE_BATCH, STREAM_BATCH = int(properties("VerifyFunctionQueue")["BatchSize"]), int(_LEDGER["BatchSize"])
ATTEMPTS = int(_LEDGER["MaximumRetryAttempts"])
TIMEOUT = int(_NOTIFY["Timeout"])
SWEEP_EVERY = 900
"""Seconds; the parameter is an expression of EventBridge."""
assert int(_VERIFY["Timeout"]) == TIMEOUT
assert PARAMETERS["SweepRate"]["Default"] == f"rate({SWEEP_EVERY // 60} minutes)"


def environment(function: str) -> dict[str, str]:
    """The variables of a function, where every parameter has its default."""
    variables = properties(function)["Environment"]["Variables"]
    told = {name: _resolved(value) if isinstance(value, dict) else value for name, value in variables.items()}
    return {name: str(value) for name, value in told.items()} | {"AWS_REGION": REGION}


@cache
def allowed(function: str) -> frozenset[str]:
    """What the role of verify, notify or sweep lets it do."""
    policies = properties(f"{function.capitalize()}Role")["Policies"]
    statements = [made(each) for policy in policies for each in policy["PolicyDocument"]["Statement"]]
    return frozenset(action for each in statements for action in listed(each["Action"]))


def _resolved(value: dict[str, Any]) -> Any:
    if "Fn::Join" in value:  # of a list, which has no member by default
        return _valued(value["Fn::Join"][1]["Ref"])
    if "Fn::If" in value:  # no condition holds by default
        return value["Fn::If"][2]
    return _valued(value["Ref"])


def _valued(ref: str) -> Any:
    return NAMES.get(ref) or PARAMETERS.get(ref, {}).get("Default", "")


def _pattern(text: str) -> EventPattern:
    return EventPattern(text, EventPatternParser(text).parse())


_RULES = [_pattern(json.dumps(properties(rule)["EventPattern"])) for rule in ("TaskEvents", "ServiceEvents")]
_FILTERS = [_pattern(each["Pattern"]) for each in _LEDGER["FilterCriteria"]["Filters"]]


_THERE = [
    _pattern(json.dumps(rule["Properties"]["EventPattern"]))
    for rule in loads(properties("LinkedRegionStacks")["TemplateBody"])["Resources"].values()
]
_BUS = properties("LinkedEvents")["EventPattern"]


def forwarded(event: dict[str, Any], linked: Sequence[str]) -> bool:
    """Whether a rule of a linked Region sends this event to the bus, and that of the bus to the queue."""
    home = _pattern(json.dumps(_BUS | {"account": [ACCOUNT], "region": [*linked]}))
    return any(rule.matches_event(event) for rule in _THERE) and bool(home.matches_event(event))


def heard(event: dict[str, Any]) -> bool:
    """Whether a rule sends this event to the queue."""
    return any(rule.matches_event(event) for rule in _RULES)


@cache
def wakes_notify(event_name: str, sk: str) -> bool:
    """Whether the stream's filter lets a change of an item pass."""
    record = {"eventName": event_name, "dynamodb": {"Keys": {"sk": {"S": sk}}}}
    return any(each.matches_event(record) for each in _FILTERS)
