"""One deployment for several Regions: watched by event and by sweep, unlinked and linked by updates, and deleted."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from local.demo.inbox import Arrived
from local.deploy import deploy
from local.stack import running_stack
from tests.e2e.conftest import IN_SECONDS, PROJECT, Deployed, eventually

EAST, WEST, UNLINKED = "us-east-1", "eu-west-1", "us-west-2"
LINKED = {**IN_SECONDS, "LinkedRegions": f"{EAST},{WEST}"}
OTHER_ACCOUNT = "222222222222"


@pytest.fixture(scope="module")
def home(built: Path) -> Iterator[Deployed]:
    """A stack with two linked Regions. In a third one something is in Service Connect, too."""
    with running_stack(task_delay=0.1, enforce_iam=True) as stack:
        deployed = Deployed(stack, dict(deploy(stack, "scaudit", LINKED, project=PROJECT, say=print, built=built)))
        deployed.at(UNLINKED).service("forgotten")
        yield deployed


@pytest.fixture(scope="module")
def east(home: Deployed) -> Deployed:
    return home.at(EAST)


@pytest.fixture(scope="module")
def west(home: Deployed) -> Deployed:
    return home.at(WEST)


def links(home: Deployed) -> dict[str, int]:
    """How many rules there are in each of the two Regions."""
    return {region: len(rules(home, region)) for region in (EAST, WEST)}


def rules(home: Deployed, region: str, bus: str = "default") -> list[str]:
    found = home.stack.client("events", region).list_rules(EventBusName=bus)["Rules"]
    return [each["Name"] for each in found if "scaudit" in each["Name"]]


def bus_arn(home: Deployed) -> str:
    [bus] = [each for each in home.events.list_event_buses()["EventBuses"] if each["Name"] != "default"]
    return str(bus["Arn"])


@contextmanager
def denied(home: Deployed, region: str) -> Iterator[None]:
    """VerifyRole may read nothing in a Region."""
    function = home.functions.get_function_configuration(FunctionName=home.outputs["VerifyFunctionName"])
    where = {"RoleName": function["Role"].rsplit("/", 1)[1], "PolicyName": "Denied"}
    condition = {"StringEquals": {"aws:RequestedRegion": region}}
    statement = {"Effect": "Deny", "Action": "*", "Resource": "*", "Condition": condition}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    home.iam.put_role_policy(**where, PolicyDocument=policy)
    try:
        yield
    finally:
        home.iam.delete_role_policy(**where)


def test_faults_of_the_same_service_in_three_regions_are_three_incidents(
    home: Deployed, east: Deployed, west: Deployed
) -> None:
    home.service("twin")
    laid = {there: there.service("twin", fault) for there, fault in ((east, "wrong-port"), (west, "wrong-address"))}
    for there, check in ((east, "SC203"), (west, "SC202")):
        opened = there.heard("twin", "open")
        assert opened.check == check and f"{there.region}," in opened.text and f"region={there.region}" in opened.text
        there.mend("twin", laid[there])
    for there, check in ((east, "SC203"), (west, "SC202")):
        assert there.resolved("twin").check == check
        assert there.said("twin") == [(check, "open"), (check, "resolved")]
    home.recorded("twin", "pass")
    assert home.said("twin") == []


def test_the_sweep_finds_in_a_linked_region_what_no_event_brought(east: Deployed) -> None:
    east.sweep_to_its_end()
    events = east.stack.client("events", EAST)
    for name in rules(east, EAST):
        events.disable_rule(Name=name)
    try:
        arn = east.service("unannounced", "not-registered")
        asked = {"cluster": "tutorial", "services": ["unannounced"]}
        eventually(lambda: east.ecs.describe_services(**asked)["services"][0]["runningCount"])
        assert east.records("unannounced") == []
        east.sweep()
        assert east.heard("unannounced", "open").check == "SC201"
    finally:
        for name in rules(east, EAST):
            events.enable_rule(Name=name)
    east.mend("unannounced", arn)
    east.resolved("unannounced")
    assert east.said("unannounced") == [("SC201", "open"), ("SC201", "resolved")]


def test_a_region_that_nobody_watches_is_told_once(home: Deployed) -> None:
    def told() -> list[Arrived]:
        home.sweep_to_its_end()
        home.inbox.look(1)
        return [m for m in home.inbox.arrived if "and no scaudit watches it" in m.text]

    [message] = eventually(told)
    assert f"Region {UNLINKED} has services in Service Connect, tutorial/forgotten" in message.text
    assert told() == told() == [message]


def test_a_region_that_may_not_be_read_is_unknown_and_hinders_no_other(east: Deployed, west: Deployed) -> None:
    with denied(east, WEST):
        west.service("unread", "wrong-port")
        east.service("read", "wrong-port")

        def refused() -> bool:
            west.inbox.look(1)
            said = [m for m in west.inbox.arrived if (m.check, m.state, m.region) == ("SC902", "open", WEST)]
            return any("is refused" in m.text for m in said)

        eventually(refused)
        assert east.heard("read", "open").check == "SC203"
        assert {record["verdict"] for record in west.records("unread")} <= {"unknown"}
        assert west.said("unread") == []
    west.sweep()
    assert west.heard("unread", "open").check == "SC203"


def test_a_forged_event_is_refused_or_ignored(home: Deployed, east: Deployed) -> None:
    """A second target of the rule shows all that it lets through to scaudit's queue."""
    bus = bus_arn(home)
    [rule] = rules(home, home.stack.region, bus.rsplit("/", 1)[1])
    url = home.sqs.create_queue(QueueName="through")["QueueUrl"]
    through = home.sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    home.events.put_targets(Rule=rule, EventBusName=bus.rsplit("/", 1)[1], Targets=[{"Id": "Probe", "Arn": through}])

    def put(source: str, account: str = "") -> dict[str, Any]:
        entry = {"Source": source, "DetailType": "ECS Task State Change", "Detail": json.dumps({"forged": True})}
        events = home.stack.client("events", account=account)
        answer: dict[str, Any] = events.put_events(Entries=[{**entry, "EventBusName": bus}])
        return answer

    with pytest.raises(ClientError, match="AccessDeniedException"):
        put("scaudit", OTHER_ACCOUNT)
    assert put("aws.ecs")["Entries"][0]["ErrorCode"] == "NotAuthorizedForSourceException"
    assert put("ecs")["FailedEntryCount"] == 0
    east.service("true")
    received = {"QueueUrl": url, "MaxNumberOfMessages": 10, "WaitTimeSeconds": 1}
    came = eventually(lambda: home.sqs.receive_message(**received).get("Messages", []))
    assert all(json.loads(each["Body"])["region"] == EAST for each in came) and "forged" not in str(came)


def test_unlinking_and_linking_keep_ledger_and_incidents(home: Deployed, east: Deployed) -> None:
    arn = home.service("kept", "wrong-address")
    east.service("left", "wrong-port")
    home.heard("kept", "open")
    east.heard("left", "open")
    table = home.outputs["TableName"]
    before = home.stack.client("dynamodb").scan(TableName=table, Select="COUNT")["Count"]
    home.link("")
    assert links(home) == {EAST: 0, WEST: 0}
    home.sweep_to_its_end()
    assert east.heard("left", "resolved").subject.startswith(
        "CLOSED us-east-1/tutorial/left: Region us-east-1 is no longer linked"
    )
    home.link(f"{EAST},{WEST}")
    assert links(home) == {EAST: 2, WEST: 2}
    home.sweep_to_its_end()
    assert home.stack.client("dynamodb").scan(TableName=table, Select="COUNT")["Count"] >= before
    assert home.said("kept") == [("SC202", "open")]
    home.mend("kept", arn)
    home.resolved("kept")
    assert home.said("kept") == [("SC202", "open"), ("SC202", "resolved")]


def test_deleting_the_stack_leaves_nothing_in_any_region(home: Deployed) -> None:
    assert links(home) == {EAST: 2, WEST: 2}
    cloudformation = home.stack.client("cloudformation")
    cloudformation.delete_stack(StackName="scaudit")
    eventually(lambda: stacks(home, home.stack.region) == [], 90)
    assert links(home) == {EAST: 0, WEST: 0}
    assert stacks(home, EAST) == stacks(home, WEST) == rules(home, home.stack.region) == []
    assert [each["Name"] for each in home.events.list_event_buses()["EventBuses"]] == ["default"]
    assert [each["RoleName"] for each in home.iam.list_roles()["Roles"] if "scaudit" in each["RoleName"]] == []


def stacks(home: Deployed, region: str) -> list[str]:
    """The stacks that are there, and those of which the deletion failed."""
    found = home.stack.client("cloudformation", region).describe_stacks()["Stacks"]
    return [each["StackName"] for each in found if each["StackName"].startswith(("scaudit", "StackSet"))]
