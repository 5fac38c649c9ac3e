"""The ledger's stream: what wakes notify, and what becomes of a record that cannot be announced."""

import copy
import json

import pytest
from moto.events.models import EventPattern, EventPatternParser

from tests.contracts.deployed import RESOURCES, arn, properties, recorded

MAPPING = properties("NotifyFunctionLedger")
STREAM_KEEPS = 86_400


def wakes(record: dict) -> bool:
    patterns = [EventPatternParser(filter["Pattern"]).parse() for filter in MAPPING["FilterCriteria"]["Filters"]]
    return any(EventPattern(json.dumps(pattern), pattern).matches_event(record) for pattern in patterns)


def record(event_name: str = "INSERT", sk: str = "SC203#nginx#5ad776f381d947ffb6f6d60d77912ce5") -> dict:
    (sample,) = copy.deepcopy(recorded("notify-member-failed.json")["Records"])
    sample["eventName"] = event_name
    for image in (sample["dynamodb"]["Keys"], sample["dynamodb"]["NewImage"]):
        image["sk"] = {"S": sk}
    return sample


def expired() -> dict:
    """What DynamoDB puts on the stream when an item's time to live is over."""
    sample = record("REMOVE")
    sample["dynamodb"]["OldImage"] = sample["dynamodb"].pop("NewImage")
    sample["userIdentity"] = {"type": "Service", "principalId": "dynamodb.amazonaws.com"}
    return sample


def test_the_sample_of_notify_wakes_it():
    assert [wakes(sample) for sample in recorded("notify-member-failed.json")["Records"]] == [True]


@pytest.mark.parametrize(
    ("sample", "expected"),
    [
        pytest.param(record("MODIFY"), True, id="a member that changed"),
        pytest.param(record(sk="SC902##ecs:DescribeTasks"), True, id="a member about scaudit itself"),
        pytest.param(record(sk="touch#SC203#nginx"), True, id="an item written to wake notify"),
        pytest.param(record("REMOVE"), False, id="a member that was deleted"),
        pytest.param(expired(), False, id="a member that expired"),
        pytest.param(record(sk="verified#5ad776f381d947ffb6f6d60d77912ce5"), False, id="a verified mark"),
        pytest.param(record("MODIFY", sk="incident#SC203#nginx"), False, id="an incident, which notify writes itself"),
    ],
)
def test_members_and_wake_up_items_wake_notify(sample, expected):
    assert wakes(sample) is expected


def test_notify_reads_the_whole_stream_of_the_ledger():
    assert MAPPING["EventSourceArn"] == {"Fn::GetAtt": ["Table", "StreamArn"]}
    assert MAPPING["StartingPosition"] == "TRIM_HORIZON"
    assert properties("Table")["StreamSpecification"] == {"StreamViewType": "NEW_AND_OLD_IMAGES"}


def test_one_bad_record_neither_sinks_nor_blocks_the_others_for_ever():
    assert MAPPING["BisectBatchOnFunctionError"] is True
    assert MAPPING["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
    assert 1 <= MAPPING["MaximumRetryAttempts"] <= 100
    assert MAPPING["DestinationConfig"] == {"OnFailure": {"Destination": arn("DeadLetterQueue")}}


def test_a_record_given_up_is_still_in_the_stream():
    assert MAPPING["MaximumRecordAgeInSeconds"] <= STREAM_KEEPS / 2


def test_records_are_not_kept_back_by_the_window():
    assert 1 <= MAPPING["MaximumBatchingWindowInSeconds"] <= 5


def test_the_table_has_the_keys_and_the_expiry_that_the_ledger_writes():
    table = properties("Table")
    assert [(key["AttributeName"], key["KeyType"]) for key in table["KeySchema"]] == [("pk", "HASH"), ("sk", "RANGE")]
    assert {each["AttributeType"] for each in table["AttributeDefinitions"]} == {"S"}
    assert table["TimeToLiveSpecification"] == {"AttributeName": "expires_at", "Enabled": True}
    assert table["BillingMode"] == "PAY_PER_REQUEST"


@pytest.mark.parametrize("logical_id", ["Table", "AuditLog"])
def test_what_scaudit_knows_and_has_said_survives_the_stack(logical_id):
    assert RESOURCES[logical_id]["DeletionPolicy"] == "Retain"
    assert RESOURCES[logical_id]["UpdateReplacePolicy"] == "Retain"
