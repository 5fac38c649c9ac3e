"""Least privilege: every right is needed, exists, and is as narrow as IAM lets it be."""

import re
from functools import cache

import botocore.session
import pytest
from botocore import xform_name

from scaudit.collect.aws.action import VERIFY
from scaudit.collect.aws.every_read import ACTIONS
from tests.contracts.deployed import OF_NO_FUNCTION, RESOURCES, ROOT, arn, listed, made, of_type, properties
from tests.contracts.source import HANDLERS, reached

ROLES = of_type("AWS::IAM::Role")
STATEMENTS = [
    (role, made(statement))
    for role, its in ROLES.items()
    for policy in its.get("Policies", [])
    for statement in policy["PolicyDocument"]["Statement"]
]
GRANTED = {(role, action) for role, statement in STATEMENTS for action in listed(statement["Action"])}
OF_FUNCTIONS = [(role, statement) for role, statement in STATEMENTS if role not in OF_NO_FUNCTION]

# Service Authorization Reference: the actions that name no resource, or (ListTasks) none that scaudit asks for.
NEED_EVERY_RESOURCE = {
    "cloudwatch:ListMetrics",
    "dynamodb:ListStreams",
    "ecs:DescribeTaskDefinition",
    "ecs:ListClusters",
    "ecs:ListServices",
    "ecs:ListServicesByNamespace",
    "ecs:ListTasks",
    "servicediscovery:ListNamespaces",
    "servicediscovery:ListServices",
}
# Used by Lambda and EventBridge Scheduler in the role's name, not by our code.
USED_BY_AWS = {
    "dynamodb:DescribeStream",
    "dynamodb:GetRecords",
    "dynamodb:GetShardIterator",
    "dynamodb:ListStreams",
    "lambda:InvokeFunction",
    "logs:CreateLogStream",
    "logs:PutLogEvents",
    "sqs:DeleteMessage",
    "sqs:GetQueueAttributes",
    "sqs:ReceiveMessage",
}
ASKED = {action.name for action in ACTIONS.values() if action.role == VERIFY}
"""Reads by way of their declarations (test_reads.py)."""
CLIENTS = {"dynamodb": {"dynamodb", "dynamodbstreams"}}
"""Where boto3 has other clients than the one of the action's prefix, and no declaration of a read says so."""
NO_OPERATIONS = {"lambda": {"InvokeFunction"}, "iam": {"PassRole"}, "cloudformation": {"TagResource", "UntagResource"}}
"""Actions whose names are not those of operations (Service Authorization Reference)."""


@cache
def operations(prefix: str) -> frozenset[str]:
    session = botocore.session.Session()
    clients = {action.client for name, action in ACTIONS.items() if name.startswith(f"{prefix}:")}
    clients |= CLIENTS.get(prefix, set() if clients else {prefix})
    names = {name for client in clients for name in session.get_service_model(client).operation_names}
    return frozenset(names | NO_OPERATIONS.get(prefix, set()))


def ids(rows: list) -> list[str]:
    return [f"{role}-{statement['Sid']}" for role, statement in rows]


def test_every_function_and_the_schedule_have_a_role_of_their_own():
    used = [function["Role"] for function in of_type("AWS::Lambda::Function").values()]
    used += [schedule["Target"]["RoleArn"] for schedule in of_type("AWS::Scheduler::Schedule").values()]
    assert sorted(str(role) for role in used) == sorted(str(arn(role)) for role in ROLES.keys() - OF_NO_FUNCTION)


def test_there_is_no_managed_policy_and_no_policy_outside_a_role():
    assert not [role for role, its in ROLES.items() if "ManagedPolicyArns" in its or "PermissionsBoundary" in its]
    kinds = {resource["Type"] for resource in RESOURCES.values()}
    assert not kinds & {"AWS::IAM::ManagedPolicy", "AWS::IAM::Policy", "AWS::IAM::RolePolicy"}


@pytest.mark.parametrize(("role", "statement"), STATEMENTS, ids=ids(STATEMENTS))
def test_a_statement_allows_named_actions(role, statement):
    assert statement["Effect"] == "Allow"
    assert not statement.keys() & {"NotAction", "NotResource", "NotPrincipal"}
    assert not [action for action in listed(statement["Action"]) if "*" in action]


@pytest.mark.parametrize(("role", "action"), sorted(GRANTED))
def test_an_action_is_one_that_aws_has(role, action):
    prefix, name = action.split(":")
    assert name in operations(prefix)


@pytest.mark.parametrize(("role", "statement"), OF_FUNCTIONS, ids=ids(OF_FUNCTIONS))
def test_a_resource_is_our_own_or_one_we_only_read(role, statement):
    actions = set(listed(statement["Action"]))
    for resource in listed(statement["Resource"]):
        if resource == "*":
            assert actions <= NEED_EVERY_RESOURCE, (
                "does IAM know no resource for it? Then add it to NEED_EVERY_RESOURCE"
            )
        elif resource in ({"Fn::Sub": f"${{Table.Arn}}/index/{name}"} for name in ("standing", "speaking")):
            assert "dynamodb:Query" in actions
        elif resource == {"Ref": "EventBusArn"}:
            assert actions == {"events:PutEvents"}
        elif "Fn::Sub" in resource:
            assert actions <= ACTIONS.keys(), "on what is not scaudit's own it only reads (test_reads.py)"
        else:
            (named,) = resource.values()
            assert listed(named)[0] in RESOURCES


def test_the_lists_of_exceptions_name_nothing_that_is_not_granted():
    granted = {action for _, action in GRANTED}
    assert granted >= NEED_EVERY_RESOURCE | USED_BY_AWS


@pytest.mark.parametrize(
    ("handler", "action"),
    [
        (its["Handler"].split(".")[0], action)
        for its in of_type("AWS::Lambda::Function").values()
        for role, action in sorted(GRANTED)
        if its["Role"] == arn(role) and action not in USED_BY_AWS | ASKED
    ],
)
def test_a_right_is_used(handler, action):
    code, method = reached(handler), xform_name(action.split(":")[1])
    assert re.search(rf'"{action}"|\.{method}\(|get_paginator\("{method}"\)', code)


@pytest.mark.parametrize("action", ["sqs:SendMessage", "sns:Publish"])
@pytest.mark.parametrize("function", of_type("AWS::Lambda::Function"))
def test_who_sends_or_publishes_may_and_nobody_else(function, action):
    its = properties(function)
    (role,) = [role for role in ROLES if its["Role"] == arn(role)]
    does = f".{xform_name(action.split(':')[1])}(" in reached(its["Handler"].split(".")[0])
    assert does is ((role, action) in GRANTED)


def test_every_call_is_allowed():
    granted = {action for role, action in GRANTED if role not in OF_NO_FUNCTION}
    code = "\n".join(reached(handler) for handler in HANDLERS)
    prefixes = {action.split(":")[0] for action in granted}
    named = set(re.findall(rf'"((?:{"|".join(prefixes)}):[A-Z]\w+)"', code))
    assert named
    assert not named - granted, "template.yaml: no role of a function may do this, which its code names"
    methods: dict[str, set[str]] = {}
    for prefix in prefixes:
        for name in operations(prefix):
            methods.setdefault(xform_name(name), set()).add(f"{prefix}:{name}")
    made = {name for name in re.findall(r"\.(\w+)\(", code) if name in methods}
    made |= set(re.findall(r'get_paginator\("(\w+)"\)', code))
    assert made
    assert not [name for name in sorted(made) if not methods[name] & granted]


def test_only_notify_and_the_alarms_of_this_stack_may_speak():
    assert {role for role, action in GRANTED if action == "sns:Publish"} == {"NotifyRole"}
    assert of_type("AWS::SNS::TopicPolicy").keys() == {"TopicPolicy", "RoomTopicPolicy"}


@pytest.mark.parametrize(("name", "topic"), [("TopicPolicy", "Topic"), ("RoomTopicPolicy", "RoomTopic")])
def test_a_topic_lets_nobody_else_speak(name, topic):
    policy = properties(name)
    assert policy["Topics"] == [{"Ref": topic}]
    notify, alarms = policy["PolicyDocument"]["Statement"]
    for statement in (notify, alarms):
        assert (statement["Effect"], statement["Action"]) == ("Allow", "sns:Publish")
        assert statement["Resource"] == {"Ref": topic}
    assert notify["Principal"] == {"AWS": arn("NotifyRole")}
    assert alarms["Principal"] == {"Service": "cloudwatch.amazonaws.com"}
    ours = "arn:${AWS::Partition}:cloudwatch:${AWS::Region}:${AWS::AccountId}:alarm:${AWS::StackName}-*"
    assert alarms["Condition"] == {
        "StringEquals": {"aws:SourceAccount": {"Ref": "AWS::AccountId"}},
        "ArnLike": {"aws:SourceArn": {"Fn::Sub": ours}},
    }


def test_the_topic_has_no_key_that_alarms_cannot_use():
    assert "KmsMasterKeyId" not in properties("Topic") | properties("RoomTopic")


@pytest.mark.parametrize("role", sorted(ROLES.keys() - OF_NO_FUNCTION))
def test_a_role_is_for_one_service_of_aws(role):
    (statement,) = properties(role)["AssumeRolePolicyDocument"]["Statement"]
    scheduled = role == "SweepScheduleRole"
    assert statement["Principal"] == {"Service": "scheduler.amazonaws.com" if scheduled else "lambda.amazonaws.com"}
    assert statement["Action"] == "sts:AssumeRole"
    condition = {"StringEquals": {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}} if scheduled else None
    assert statement.get("Condition") == condition, "EventBridge Scheduler acts for every account that names a role"


def test_the_security_page_names_every_statement_and_no_other():
    text = (ROOT / "docs" / "security.md").read_text()
    rows = re.findall(r"^\| (`\w+`|all three) \| ([^|]*) \|", text, re.MULTILINE)
    told = {(role.strip("`"), sid) for role, names in rows for sid in re.findall(r"`(\w+)`", names)}
    logs = {(role, "Log") for role in ("VerifyRole", "SweepRole", "NotifyRole")}
    assert (told - {("all three", "Log")}) | logs == {(role, statement["Sid"]) for role, statement in STATEMENTS}
