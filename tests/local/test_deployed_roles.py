"""scaudit's own roles under enforced policies: enough as they are, and missed where a statement is taken away."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from local.demo.inbox import Inbox
from local.deploy import deploy
from local.stack import LocalStack, running_stack
from tests.local.conftest import TASK_DELAY
from tests.local.mesh import NGINX, Mesh, eventually

PROJECT = Path(__file__).parents[2]
IN_SECONDS = {"QueueDelay": "0", "SettleScale": "0.005", "SecondLook": "0", "AnnounceDelay": "0", "HoldDown": "1"}


@pytest.fixture(scope="module")
def stack() -> Iterator[LocalStack]:
    with running_stack(task_delay=TASK_DELAY, enforce_iam=True) as running:
        yield running


@pytest.fixture(scope="module")
def outputs(stack, built):
    return deploy(stack, "scaudit", IN_SECONDS, project=PROJECT, say=lambda line: None, built=built)


@pytest.fixture(scope="module")
def mesh(stack):
    return Mesh(stack, "tutorial")


def test_the_roles_are_enough_for_an_announcement(stack, outputs, mesh):
    inbox = Inbox(stack, outputs["TopicArn"])
    tags = [{"key": "local:fault", "value": "wrong-port"}]
    mesh.create("wrong", endpoints=[{**NGINX, "discoveryName": "wrong"}], tags=tags)

    def heard():
        inbox.look(1)
        return "SC203" in [message.check for message in inbox.arrived if message.service == "wrong"]

    assert eventually(heard, 30)


def test_a_statement_that_is_taken_away_is_missed(stack, outputs, mesh):
    iam, logs = stack.client("iam"), stack.client("logs")
    function = stack.client("lambda").get_function_configuration(FunctionName=outputs["VerifyFunctionName"])
    policy = {"RoleName": function["Role"].rsplit("/", 1)[-1], "PolicyName": "Verify"}
    document = iam.get_role_policy(**policy)["PolicyDocument"]
    kept = [statement for statement in document["Statement"] if statement["Sid"] != "ReadServices"]
    iam.put_role_policy(**policy, PolicyDocument=json.dumps({**document, "Statement": kept}))
    mesh.create("unread", endpoints=[{**NGINX, "discoveryName": "unread"}])
    missed = '"is not authorized to perform: ecs:DescribeServices on resource: "'

    def said():
        found = logs.filter_log_events(logGroupName=outputs["AuditLogGroup"], filterPattern=missed)["events"]
        return [event["message"] for event in found if "service/tutorial/unread" in event["message"]]

    assert eventually(said, 30)
