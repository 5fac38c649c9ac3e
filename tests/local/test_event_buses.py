"""Event buses across Regions and accounts: what arrives, as what, and who may send."""

import json
from functools import cache

import pytest
from botocore.exceptions import ClientError

from tests.local.linked import ACCOUNT, BUS, DISABLED, EAST, HOME, OTHER_ACCOUNT, WEST, Stack, statement, template
from tests.local.mesh import Mesh, eventually

FORWARD = "forward"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/{FORWARD}"


@pytest.fixture(scope="module")
def links(stack):
    """Linked Regions, and beside them a role of the same rights that tests may spoil."""
    links = Stack(stack)
    assert links.becomes(template([EAST, WEST])) == "CREATE_COMPLETE"
    iam, events = links.client("iam"), links.client("events")
    iam.create_role(RoleName=FORWARD, AssumeRolePolicyDocument=trust("events.amazonaws.com"))
    let(iam, "events:PutEvents", BUS)
    events.put_permission(EventBusName="linked", StatementId="all", Principal=ACCOUNT, Action="events:PutEvents")
    return links


@pytest.fixture(scope="module")
def arrives(links):
    """How to read the next event out of the queue of the home Region."""
    sqs, url = links.client("sqs"), links.output("Queue")

    def read(seconds=5):
        answer = sqs.receive_message(QueueUrl=url, WaitTimeSeconds=seconds)
        for message in answer.get("Messages", []):
            sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
            return json.loads(message["Body"])

    return read


@pytest.fixture
def sends(links):
    """Rules of a test that send events of the source "own" from Region to bus; gone afterwards."""
    made = []

    def make(region=EAST, arn=BUS, role=ROLE, source="own", bus="default"):
        events = links.client("events", region)
        events.put_rule(Name="own", EventBusName=bus, EventPattern=json.dumps({"source": [source]}))
        made.append((events, bus))
        target = {"Id": "1", "Arn": arn, **({"RoleArn": role} if role else {})}
        events.put_targets(Rule="own", EventBusName=bus, Targets=[target])

    yield make
    for events, bus in made:
        events.remove_targets(Rule="own", EventBusName=bus, Ids=["1"])
        events.delete_rule(Name="own", EventBusName=bus)


@pytest.fixture(scope="module")
def collected(links):
    """The rule of the home Region takes the source "own", too."""
    pattern = json.dumps({"source": ["probe", "own", "aws.ecs"], "account": [ACCOUNT]})
    [name] = [each["Name"] for each in links.client("events").list_rules(EventBusName="linked")["Rules"]]
    links.client("events").put_rule(Name=name, EventBusName="linked", EventPattern=pattern)


def trust(service):
    allow = {"Effect": "Allow", "Principal": {"Service": service}, "Action": "sts:AssumeRole"}
    return json.dumps({"Version": "2012-10-17", "Statement": [allow]})


def let(iam, action, resource):
    document = {"Version": "2012-10-17", "Statement": [statement(action, resource)]}
    iam.put_role_policy(RoleName=FORWARD, PolicyName="All", PolicyDocument=json.dumps(document))


def put(events, source="probe", **more):
    entry = {"Source": source, "DetailType": "Test", "Detail": '{"what": "it is"}', **more}
    return events.put_events(Entries=[entry])


@pytest.mark.parametrize("region", [EAST, WEST])
def test_an_event_arrives_at_home_as_its_region_sent_it(links, arrives, region):
    assert put(links.client("events", region))["FailedEntryCount"] == 0
    event = arrives()
    assert (event["region"], event["account"], event["source"]) == (region, ACCOUNT, "probe")
    assert event["detail"] == {"what": "it is"}


def test_a_region_without_a_rule_sends_nothing(links, arrives):
    put(links.client("events", "us-west-2"))
    assert arrives(1) is None


def test_what_ecs_does_in_a_linked_region_is_told_at_home(stack, links, arrives):
    Mesh(stack, "afar", EAST).create("web")
    states = []

    def running():
        event = arrives() or {}
        states.append((event.get("region"), event.get("detail", {}).get("lastStatus")))
        return (EAST, "RUNNING") in states

    assert eventually(running, 15)
    eventually(lambda: arrives(1) is None, 15)


def test_a_bus_in_another_region_wants_a_role(sends):
    with pytest.raises(ClientError, match=r"ValidationException.*RoleArn is required"):
        sends(role=None)


def test_a_bus_that_does_not_let_the_account_in_is_refused_as_a_target(links, sends):
    links.client("events", WEST).create_event_bus(Name="closed")
    with pytest.raises(ClientError, match="AccessDeniedException"):
        sends(arn=f"arn:aws:events:{WEST}:{ACCOUNT}:event-bus/closed")


def test_a_bus_in_a_region_that_is_not_enabled_is_refused_as_a_target(sends):
    with pytest.raises(ClientError, match=f"Region {DISABLED} is not enabled"):
        sends(arn=f"arn:aws:events:{DISABLED}:{ACCOUNT}:event-bus/default")


@pytest.mark.usefixtures("collected")
def test_the_role_must_be_allowed_to_send_and_the_service_to_assume_it(links, arrives, sends):
    sends()
    iam, events = links.client("iam"), links.client("events", EAST)
    put(events, "own")
    assert arrives()["source"] == "own"
    let(iam, "events:PutEvents", f"{BUS}-other")
    put(events, "own")
    assert arrives(1) is None
    let(iam, "events:PutEvents", BUS)
    iam.update_assume_role_policy(RoleName=FORWARD, PolicyDocument=trust("lambda.amazonaws.com"))
    put(events, "own")
    assert arrives(1) is None
    iam.update_assume_role_policy(RoleName=FORWARD, PolicyDocument=trust("events.amazonaws.com"))
    put(events, "own")
    assert arrives()["source"] == "own"


@pytest.mark.usefixtures("collected")
def test_a_bus_that_shuts_later_takes_nothing_more(links, arrives, sends):
    sends()
    home = links.client("events")
    home.remove_permission(EventBusName="linked", StatementId="all")
    put(links.client("events", EAST), "own")
    assert arrives(1) is None
    home.put_permission(EventBusName="linked", StatementId="all", Principal=ACCOUNT, Action="events:PutEvents")
    put(links.client("events", EAST), "own")
    assert arrives()["source"] == "own"


def test_a_queue_in_another_region_gets_nothing(links, sends):
    sqs = links.client("sqs", WEST)
    url = sqs.create_queue(QueueName="afar")["QueueUrl"]
    sends(arn=f"arn:aws:sqs:{WEST}:{ACCOUNT}:afar", role=None)
    put(links.client("events", EAST), "own")
    assert "Messages" not in sqs.receive_message(QueueUrl=url, WaitTimeSeconds=1)


@pytest.mark.usefixtures("collected")
def test_an_event_goes_on_to_no_third_bus(links, arrives, sends):
    """EAST sends to a bus of WEST, which has a rule to the bus at home."""
    west = links.client("events", WEST)
    west.create_event_bus(Name="between")
    west.put_permission(EventBusName="between", StatementId="all", Principal=ACCOUNT, Action="events:PutEvents")
    between = f"arn:aws:events:{WEST}:{ACCOUNT}:event-bus/between"
    let(links.client("iam"), "events:PutEvents", "*")
    sends(EAST, between)
    sends(WEST, bus="between")
    put(links.client("events", EAST), "own")
    assert arrives(1) is None
    put(west, "own", EventBusName="between")
    assert arrives()["region"] == WEST


def test_another_account_sends_only_to_a_bus_that_lets_it(links, arrives):
    other = cache(links.client)("events", HOME, OTHER_ACCOUNT)
    with pytest.raises(ClientError, match=r"AccessDeniedException.*events:PutEvents on resource: .*event-bus/linked"):
        put(other, EventBusName=BUS)
    home = links.client("events")
    home.put_permission(EventBusName="linked", StatementId="other", Principal=OTHER_ACCOUNT, Action="events:PutEvents")
    home.put_rule(Name="any", EventBusName="linked", EventPattern=json.dumps({"account": [OTHER_ACCOUNT]}))
    queue = links.client("sqs").get_queue_attributes(QueueUrl=links.output("Queue"), AttributeNames=["QueueArn"])
    home.put_targets(Rule="any", EventBusName="linked", Targets=[{"Id": "1", "Arn": queue["Attributes"]["QueueArn"]}])
    assert put(other, EventBusName=BUS)["FailedEntryCount"] == 0
    assert arrives()["account"] == OTHER_ACCOUNT
    assert put(other, "aws.ecs", EventBusName=BUS)["Entries"][0]["ErrorCode"] == "NotAuthorizedForSourceException"
    home.remove_permission(EventBusName="linked", StatementId="other")
    home.remove_targets(Rule="any", EventBusName="linked", Ids=["1"])


def test_nobody_sends_in_the_name_of_aws(links, arrives):
    answer = put(links.client("events"), "aws.ecs", EventBusName="linked")
    assert answer["Entries"][0]["ErrorCode"] == "NotAuthorizedForSourceException"
    assert arrives(1) is None


def test_a_policy_of_the_bus_itself_is_as_good_and_goes_with_its_property(stack):
    """A stack of its own, in another Region than the bus "linked"."""
    cloudformation, events = stack.client("cloudformation", WEST), stack.client("events", WEST)
    allow = statement("events:PutEvents", "*", Sid="Own", Principal={"AWS": ROLE})
    policies = []
    for properties in ({"Policy": {"Statement": [allow]}}, {}):
        body = {"Resources": {"Bus": {"Type": "AWS::Events::EventBus", "Properties": {"Name": "own", **properties}}}}
        act = cloudformation.update_stack if policies else cloudformation.create_stack
        act(StackName="bus", TemplateBody=json.dumps(body))
        waiter = cloudformation.get_waiter("stack_update_complete" if policies else "stack_create_complete")
        waiter.wait(StackName="bus", WaiterConfig={"Delay": 1})
        policies.append(events.describe_event_bus(Name="own").get("Policy", ""))
    assert json.loads(policies[0])["Statement"] == [allow] and policies[1] == ""


@pytest.mark.parametrize("lacking", ["", "logs:PutLogEvents", "events.amazonaws.com", "the group"])
def test_a_log_group_gets_events_only_where_a_policy_of_logs_lets_it(stack, lacking):
    region = "us-west-2"
    events, logs = stack.client("events", region), stack.client("logs", region)
    name = f"/aws/events/{len(lacking)}"
    logs.create_log_group(logGroupName=name)
    arn = f"arn:aws:logs:{region}:{ACCOUNT}:log-group:{name}"
    services = [each for each in ("events.amazonaws.com", "delivery.logs.amazonaws.com") if each != lacking]
    actions = [each for each in ("logs:CreateLogStream", "logs:PutLogEvents") if each != lacking]
    resource = f"{arn}-other:*" if lacking == "the group" else f"{arn}:*"
    allow = statement(actions, resource, Principal={"Service": services})
    logs.put_resource_policy(
        policyName=name, policyDocument=json.dumps({"Version": "2012-10-17", "Statement": [allow]})
    )
    rule = f"kept-{len(lacking)}"
    events.put_rule(Name=rule, EventPattern=json.dumps({"source": [rule]}))
    events.put_targets(Rule=rule, Targets=[{"Id": "1", "Arn": arn}])
    put(events, rule)
    kept = [json.loads(each["message"]) for each in logs.filter_log_events(logGroupName=name)["events"]]
    assert [(each["detail-type"], each["detail"]) for each in kept] == (
        [] if lacking else [("Test", {"what": "it is"})]
    )
