"""A subscriber of scaudit's topic: an SQS queue, read as any user's would be."""

import json
import time
from dataclasses import dataclass
from typing import Any

from local.stack import LocalStack


@dataclass(frozen=True, slots=True)
class Arrived:
    """One announcement as it arrived; of an alarm of CloudWatch, `service` is the name and `state` is ALARM."""

    check: str
    service: str
    state: str
    subject: str
    text: str
    message_id: str
    affected: int
    region: str


class Inbox:
    """Every announcement that arrived so far, in the order of arrival."""

    def __init__(self, stack: LocalStack, topic: str) -> None:
        self._sqs = stack.client("sqs")
        self._url = subscribed_queue(stack, topic, "inbox")
        self.arrived: list[Arrived] = []

    def look(self, seconds: float) -> list[Arrived]:
        """What arrives within so many seconds, at once when something does."""
        deadline = time.monotonic() + seconds
        new: list[Arrived] = []
        while not new and (left := deadline - time.monotonic()) > 0:
            answer = self._sqs.receive_message(
                QueueUrl=self._url, MaxNumberOfMessages=10, WaitTimeSeconds=max(1, min(20, int(left)))
            )
            for raw in answer.get("Messages", []):
                self._sqs.delete_message(QueueUrl=self._url, ReceiptHandle=raw["ReceiptHandle"])
                new.append(_read(json.loads(raw["Body"])))
        self.arrived += new
        return new


def subscribed_queue(
    stack: LocalStack, topic: str, name: str, *, account: str = "", region: str = "", **attributes: str
) -> str:
    """A queue that the topic may send to, and does, under these attributes of the subscription; returns its URL. Both
    are in the stack's own account and Region unless others are named."""
    sqs = stack.client("sqs", region, account)
    url: str = sqs.create_queue(QueueName=name)["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    allow = {
        "Effect": "Allow",
        "Principal": {"Service": "sns.amazonaws.com"},
        "Action": "sqs:SendMessage",
        "Resource": arn,
        "Condition": {"ArnEquals": {"aws:SourceArn": topic}},
    }
    policy = json.dumps({"Version": "2012-10-17", "Statement": [allow]})
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": policy})
    stack.client("sns", region, account).subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn, Attributes=attributes)
    return url


def _read(envelope: dict[str, Any]) -> Arrived:
    data = json.loads(envelope["Message"])
    if "AlarmName" in data:  # CloudWatch's own form
        said = envelope["Subject"], data["AlarmDescription"]
        return Arrived("", data["AlarmName"], data["NewStateValue"], *said, "", 0, data["Region"])
    return Arrived(
        check=data["check"],
        service=data["ecs_service"],
        state=data["state"],
        subject=envelope["Subject"],
        text=data["text"],
        message_id=data["message_id"],
        affected=data["affected"]["count"],
        region=data["region"],
    )
