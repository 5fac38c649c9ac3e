"""`scaudit redrive` on moto's SQS: what is shown, what goes back, what stays, and that nothing gets lost."""

import json
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from moto import mock_aws
from typer.testing import CliRunner

from scaudit.queue.bodies import body
from scaudit.queue.messages import AlertTest, Canary, ClusterPage, ServiceLook, TaskNudge
from scaudit_cli import redrive
from scaudit_cli.app import app
from scaudit_cli.dead_letters import letter_of
from scaudit_cli.deployed import Deployed
from tests.builders import REGION
from tests.contracts.deployed import recorded

NUDGE = body(TaskNudge(REGION, "tutorial", "web", "a1"))
EVENT = json.dumps(recorded("task-running-service-connect.json"))
STREAM = json.dumps({"requestContext": {"condition": "RetryAttemptsExhausted"}, "DDBStreamBatchInfo": {"batchSize": 3}})
CANARY = body(Canary(REGION, "2026-11-25T12:00:00+00:00"))


class Desk:
    """The queue and its dead-letter queue, and the command run against them."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.sqs = boto3.client("sqs", region_name=REGION)
        self.queue, self.dead = (self.sqs.create_queue(QueueName=name)["QueueUrl"] for name in ("queue", "dead"))
        outputs = {"QueueUrl": self.queue, "DeadLetterQueueUrl": self.dead}
        monkeypatch.setattr(redrive, "WAIT", 0)

        def find(*of: str) -> Deployed:
            self.of = of
            return Deployed(outputs, lambda name: self.sqs)

        monkeypatch.setattr(redrive, "find", find)

    def bury(self, text: str, **attributes: str) -> None:
        told = {name: {"DataType": "String", "StringValue": value} for name, value in attributes.items()}
        self.sqs.send_message(QueueUrl=self.dead, MessageBody=text, MessageAttributes=told)

    def run(self, *options: str, given: str = "") -> tuple[int, str]:
        result = CliRunner().invoke(app, ["redrive", *options], input=given, env={"COLUMNS": "200"})
        return result.exit_code, result.output

    def bodies(self, url: str) -> list[str]:
        """What can be received now."""
        found: list[str] = []
        while got := self.sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10, VisibilityTimeout=30):
            if not got.get("Messages"):
                return sorted(found)
            found += [message["Body"] for message in got["Messages"]]
        return found


@pytest.fixture
def desk(monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    with mock_aws():
        yield Desk(monkeypatch)


def test_an_empty_queue_is_success(desk: Desk) -> None:
    assert desk.run() == (0, "the dead-letter queue is empty\n")


def test_the_stack_is_found_by_name_region_and_profile(desk: Desk) -> None:
    desk.run("--stack", "mine", "--region", "eu-west-1", "--profile", "ops")
    assert desk.of == ("mine", "eu-west-1", "ops")


def test_reasons_and_counts_come_before_the_question_and_no_means_no(desk: Desk) -> None:
    for _ in range(12):
        desk.bury(NUDGE)
    desk.bury("{", reason="body is not JSON")
    code, out = desk.run(given="n\n")
    lines = [line.split() for line in out.splitlines()]
    assert code == 1
    assert lines[1][:2] == ["12", "task"] and lines[1][-4:] == ["can", "be", "tried", "again"]
    assert "body is not JSON" in out and out.index("12  ") < out.index("Send 12 of 13 back to the queue?")
    assert len(desk.bodies(desk.dead)) == 13 and desk.bodies(desk.queue) == []


def test_what_can_be_tried_again_goes_back_and_the_rest_stays(desk: Desk) -> None:
    for text in (NUDGE, EVENT):
        desk.bury(text)
    desk.bury('{"kind":"mystery"}', reason="unknown kind 'mystery'")
    desk.bury(STREAM)
    desk.bury(CANARY)
    code, out = desk.run("--yes")
    assert code == 1 and "sent back 2, left 3" in out
    assert desk.bodies(desk.queue) == sorted([NUDGE, EVENT])
    assert desk.bodies(desk.dead) == sorted(['{"kind":"mystery"}', STREAM, CANARY])


def test_all_sends_the_hopeless_back_too_but_nothing_that_the_queue_cannot_take(desk: Desk) -> None:
    desk.bury('{"kind":"mystery"}', reason="unknown kind 'mystery'")
    desk.bury(STREAM)
    assert desk.run("--yes", "--all")[0] == 1
    assert desk.bodies(desk.queue) == ['{"kind":"mystery"}'] and desk.bodies(desk.dead) == [STREAM]


def test_when_all_went_back_it_is_success(desk: Desk) -> None:
    desk.bury(NUDGE)
    assert desk.run(given="y\n")[0] == 0
    assert (desk.bodies(desk.queue), desk.bodies(desk.dead)) == ([NUDGE], [])


def test_nothing_to_try_again_asks_nothing(desk: Desk) -> None:
    desk.bury(STREAM)
    code, out = desk.run(given="y\n")
    assert code == 1 and "none of them can be tried again" in out and "?" not in out


def test_an_interruption_between_sending_and_deleting_loses_nothing(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.bury(NUDGE)
    refusal = ClientError({"Error": {"Code": "AccessDenied", "Message": "no"}}, "DeleteMessage")
    monkeypatch.setattr(desk.sqs, "delete_message", lambda **_: (_ for _ in ()).throw(refusal))
    code, out = desk.run("--yes")
    assert code == 64 and "DeleteMessage is refused: no" in out and "Traceback" not in out
    assert (desk.bodies(desk.queue), desk.bodies(desk.dead)) == ([NUDGE], [NUDGE])


def test_a_refused_send_leaves_everything_where_it_was(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    for _ in range(3):
        desk.bury(NUDGE)
    refusal = ClientError({"Error": {"Code": "AccessDenied", "Message": "no"}}, "SendMessage")
    monkeypatch.setattr(desk.sqs, "send_message", lambda **_: (_ for _ in ()).throw(refusal))
    assert desk.run("--yes")[0] == 64
    assert (desk.bodies(desk.queue), desk.bodies(desk.dead)) == ([], [NUDGE] * 3)


def raw(text: str, attributes: dict[str, str] | None = None, **told: str) -> dict[str, Any]:
    named = {name: {"StringValue": value, "DataType": "String"} for name, value in told.items()}
    return {"Body": text, "MessageAttributes": named, "Attributes": attributes or {}}


@pytest.mark.parametrize(
    ("message", "kind", "reason", "stays"),
    [
        (raw(NUDGE, {"DeadLetterQueueSourceArn": "arn:aws:sqs:x:1:queue"}), "task", "verify failed", ""),
        (raw(body(ClusterPage(REGION, "tutorial"))), "cluster", "no reason given", ""),
        (raw(body(ServiceLook(REGION, "tutorial", "web"))), "service", "no reason given", ""),
        (raw(EVENT, ERROR_CODE="NO_PERMISSIONS", ERROR_MESSAGE="denied"), "ECS Task State Change", "denied", ""),
        (raw(STREAM), "stream records", "RetryAttemptsExhausted", "next sweep"),
        (raw('{"DDBStreamBatchInfo": {}, "requestContext": 1}'), "stream records", "gave up", "next sweep"),
        (raw("{}", SCHEDULE_ARN="arn", ERROR_CODE="AccessDenied"), "start of a sweep", "AccessDenied", "next sweep"),
        (raw("{}", reason="not sent to arn: denied"), "alert for chat or bus", "denied", "to the topic"),
        (raw(CANARY), "canary", "no reason given", "it is out of date"),
        (raw(body(AlertTest(REGION, "1", "alice"))), "test", "no reason given", "it is out of date"),
        (raw('{"source": "aws.ec2"}'), "not a message of scaudit", "no reason given", "not ours"),
        (raw("[" * 100_000), "not a message of scaudit", "no reason given", "not JSON"),
    ],
)
def test_each_kind_of_dead_letter(message: dict[str, Any], kind: str, reason: str, stays: str) -> None:
    letter = letter_of(message)
    assert letter.kind == kind and reason in letter.reason
    assert stays in letter.stays and bool(stays) == bool(letter.stays)


def test_a_reason_steers_no_terminal() -> None:
    letter = letter_of(raw('{"kind":"\\u001b[31m"}', reason="bad\x1b[2J\n"))
    assert "\x1b" not in letter.kind + letter.reason and letter.hopeless
