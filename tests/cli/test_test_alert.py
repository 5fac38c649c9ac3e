"""`scaudit test-alert` on moto: what it sends, whom it names, and when it counts as said."""

import json
import time
from collections.abc import Iterator
from pathlib import Path

import boto3
import pytest
from botocore.exceptions import ClientError
from botocore.stub import Stubber
from moto import mock_aws
from typer.testing import CliRunner

from scaudit.announce.words.test_alert import message_id, write
from scaudit.queue.bodies import parse
from scaudit.queue.messages import AlertTest
from scaudit.store.changes import AlertTestAsked
from scaudit_cli import test_alert
from scaudit_cli.app import app
from scaudit_cli.deployed import Deployed
from tests.builders import ACCOUNT, REGION

GROUP = "scaudit-AuditLog"


class Desk:
    """A queue, a topic and a log group; `answering` plays verify and notify as soon as the command looks."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.clients = {name: boto3.client(name, region_name=REGION) for name in ("sqs", "sns", "sts", "logs")}
        self.queue = self.clients["sqs"].create_queue(QueueName="queue")["QueueUrl"]
        self.topic = self.clients["sns"].create_topic(Name="alerts")["TopicArn"]
        logs = self.clients["logs"]
        logs.create_log_group(logGroupName=GROUP)
        logs.create_log_stream(logGroupName=GROUP, logStreamName="notify")
        outputs = {"TopicArn": self.topic, "QueueUrl": self.queue, "AuditLogGroup": GROUP}

        def find(*of: str) -> Deployed:
            self.of = of
            return Deployed(outputs, self.clients.__getitem__)

        monkeypatch.setattr(test_alert, "find", find)
        monkeypatch.setattr(test_alert, "PAUSE", 0)
        monkeypatch.setattr(test_alert, "PATIENCE", 0)
        self._monkeypatch = monkeypatch

    def subscribe(self) -> None:
        self.clients["sns"].subscribe(TopicArn=self.topic, Protocol="sqs", Endpoint=f"arn:aws:sqs:{REGION}:1:inbox")

    def sent(self) -> AlertTest:
        (message,) = self.clients["sqs"].receive_message(QueueUrl=self.queue)["Messages"]
        asked = parse(message["Body"])
        assert isinstance(asked, AlertTest)
        return asked

    def answering(self) -> None:
        ask = test_alert.ask

        def and_answer(reached: Deployed) -> AlertTest:
            asked = ask(reached)
            told = write(AlertTestAsked(asked.region, asked.id, asked.requested_by), ACCOUNT)
            line = {"timestamp": int(time.time() * 1000), "message": json.dumps({"message_id": told.id})}
            self.clients["logs"].put_log_events(logGroupName=GROUP, logStreamName="notify", logEvents=[line])
            return asked

        self._monkeypatch.setattr(test_alert, "ask", and_answer)

    def run(self, *options: str) -> tuple[int, str]:
        result = CliRunner().invoke(app, ["test-alert", *options])
        return result.exit_code, result.output


@pytest.fixture
def desk(monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    with mock_aws():
        yield Desk(monkeypatch)


def test_it_says_whom_the_alert_reaches_and_that_it_was_published(desk: Desk) -> None:
    desk.subscribe()
    desk.answering()
    code, out = desk.run()
    asked = desk.sent()
    assert code == 0 and asked.region == REGION and asked.requested_by
    first, second, third = out.splitlines()
    assert first == f"goes to sqs arn:aws:sqs:{REGION}:1:inbox"
    assert second == f"asked for message {message_id(ACCOUNT, REGION, asked.id)}" and third.startswith(
        "published after"
    )


def test_the_stack_is_found_by_name_region_and_profile(desk: Desk) -> None:
    desk.answering()
    desk.run("--stack", "mine", "--region", "eu-west-1", "--profile", "ops")
    assert desk.of == ("mine", "eu-west-1", "ops")


def test_each_request_is_another(desk: Desk) -> None:
    desk.run()
    one = desk.sent()
    desk.run()
    assert desk.sent().id != one.id


def test_what_was_not_published_is_a_failure_that_says_where_to_look(desk: Desk) -> None:
    desk.subscribe()
    code, out = desk.run()
    assert code == 1 and "not published within" in out and GROUP in out


def test_while_it_waits_it_says_so(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(test_alert, "TELL", 0)
    monkeypatch.setattr(test_alert, "PATIENCE", 0.2)
    lines = [line for line in desk.run()[1].splitlines() if line.startswith("not published yet after ")]
    assert lines and "given up after 0.2 s" in lines[0]


def test_nobody_listening_is_a_failure_even_when_it_was_published(desk: Desk) -> None:
    desk.answering()
    code, out = desk.run()
    assert code == 1 and "published after" in out and f"nobody listens: subscribe to {desk.topic}" in out


def test_an_unconfirmed_subscription_listens_to_nothing(desk: Desk) -> None:
    waiting = {"Protocol": "email", "Endpoint": "ops@example.com", "SubscriptionArn": "PendingConfirmation"}
    desk.answering()
    with Stubber(desk.clients["sns"]) as sns:
        sns.add_response("list_subscriptions_by_topic", {"Subscriptions": [waiting]}, {"TopicArn": desk.topic})
        code, out = desk.run()
    assert code == 1 and "not confirmed yet: email ops@example.com" in out and "nobody listens" in out


class Session:
    """boto3's session, with one stack or none."""

    outputs: dict[str, str] | None = None

    def __init__(self, region_name: str | None, **_: object) -> None:
        self.region_name = region_name or REGION

    def client(self, name: str) -> "Session":
        return self

    def describe_stacks(self, StackName: str) -> dict:
        if self.outputs is None:
            error = {"Code": "ValidationError", "Message": f"Stack with id {StackName} does not exist"}
            raise ClientError({"Error": error}, "DescribeStacks")
        listed = [{"OutputKey": key, "OutputValue": value} for key, value in self.outputs.items()]
        return {"Stacks": [{"Outputs": listed}]}


@pytest.mark.parametrize("command", [["redrive"], ["test-alert"], ["status"], ["history", "web"]])
@pytest.mark.parametrize(
    ("outputs", "said"),
    [
        (
            None,
            f"no stack mine in {REGION}: not deployed here? Name it by --stack and --region;",
        ),
        ({"Elsewhere": "x"}, "stack mine is no scaudit, or not deployed yet: no output AuditLogGroup"),
    ],
    ids=["no stack", "another stack"],
)
def test_a_stack_that_is_not_there_is_said_and_is_64(
    monkeypatch: pytest.MonkeyPatch, command: list[str], outputs: dict[str, str] | None, said: str
) -> None:
    monkeypatch.setattr(Session, "outputs", outputs)
    monkeypatch.setattr(boto3, "Session", Session)
    result = CliRunner().invoke(app, [*command, "--stack", "mine"])
    assert result.exit_code == 64 and said in result.output and "Traceback" not in result.output


def test_no_credentials_is_said_and_is_64(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name)
    for name in ("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"):
        monkeypatch.setenv(name, str(tmp_path / "none"))
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    result = CliRunner().invoke(app, ["redrive"])
    assert result.exit_code == 64 and "there are no AWS credentials" in result.output
