"""Where alerts go besides the topic: a chat room, and organization.yaml in another account and Region."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from local.demo.inbox import subscribed_queue
from local.stack import LocalStack

TEMPLATE = Path(__file__).parents[2] / "organization.yaml"
ACCOUNT, REGION, NAME = "222222222222", "eu-west-1", "scaudit-alerts"


class Room:
    """A subscriber of the topic for chat, in the place of Amazon Q Developer: every message that came so far."""

    def __init__(self, stack: LocalStack, topic: str) -> None:
        self.sqs, self.arrived = stack.client("sqs"), list[dict[str, Any]]()
        self.url = subscribed_queue(stack, topic, "room")

    def look(self) -> list[dict[str, Any]]:
        """All of them, those that come within a second among them."""
        self.arrived += [json.loads(each) for each in emptied(self.sqs, self.url)]
        return self.arrived


class ReceivingEnd:
    """The account that gets the alerts of an organization, which the account of scaudit belongs to."""

    def __init__(self, stack: LocalStack) -> None:
        self.stack, self.cloudformation = stack, stack.client("cloudformation", REGION, ACCOUNT)
        self.organization = stack.client("organizations").describe_organization()["Organization"]["Id"]
        self.cloudformation.create_stack(**self._asked(self.organization), TemplateBody=TEMPLATE.read_text())
        self._wait("stack_create_complete")
        found = self.cloudformation.describe_stacks(StackName=NAME)["Stacks"][0]["Outputs"]
        self.outputs = {each["OutputKey"]: each["OutputValue"] for each in found}
        self.queue = subscribed_queue(stack, self.outputs["TopicArn"], NAME, account=ACCOUNT, region=REGION)

    def _asked(self, organization: str) -> dict[str, Any]:
        parameters = [{"ParameterKey": "OrganizationId", "ParameterValue": organization}]
        return {"StackName": NAME, "Parameters": parameters}

    def _wait(self, until: str) -> None:
        waiter = self.cloudformation.get_waiter(until)
        waiter.wait(StackName=NAME, WaiterConfig={"Delay": 0.1, "MaxAttempts": 300})

    @property
    def bus(self) -> str:
        """The ARN for the parameter EventBusArn."""
        return self.outputs["EventBusArn"]

    def client(self, service: str) -> Any:
        return self.stack.client(service, REGION, ACCOUNT)

    @contextmanager
    def of_another_organization(self) -> Iterator[None]:
        """As if the account of scaudit did not belong to it."""
        self._become("o-0000000000")
        try:
            yield
        finally:
            self._become(self.organization)

    def _become(self, organization: str) -> None:
        self.cloudformation.update_stack(**self._asked(organization), UsePreviousTemplate=True)
        self._wait("stack_update_complete")

    def events(self) -> list[dict[str, Any]]:
        """Every event that came, as the log group has it."""
        group = self.outputs["LogGroup"]
        pages = self.client("logs").get_paginator("filter_log_events").paginate(logGroupName=group)
        return [json.loads(event["message"]) for page in pages for event in page["events"]]

    def lines(self) -> list[dict[str, Any]]:
        """What came to the topic since it was last asked for."""
        return [json.loads(each) for each in emptied(self.client("sqs"), self.queue)]


def emptied(sqs: Any, url: str) -> list[str]:
    """The messages of a topic that a queue has, which are then gone from it."""
    told: list[str] = []
    while got := sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10, WaitTimeSeconds=1).get("Messages", []):
        for each in got:
            sqs.delete_message(QueueUrl=url, ReceiptHandle=each["ReceiptHandle"])
            told.append(json.loads(each["Body"])["Message"])
    return told
