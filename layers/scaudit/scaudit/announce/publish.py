"""Announcements to SNS, in the forms that it takes."""

import json
from typing import Any

from scaudit.announce.words.message import Message


def announce(client: Any, topic: str, message: Message) -> None:  # noqa: ANN401
    """Publish one announcement; raises what SNS raises."""
    client.publish(
        TopicArn=topic,
        Subject=message.subject,
        Message=protocols(message),
        MessageStructure="json",
        MessageAttributes={
            name: {"DataType": "String", "StringValue": value} for name, value in attributes(message).items()
        },
    )


MACHINES = ("sqs", "lambda", "http", "https", "firehose")


def attributes(message: Message) -> dict[str, str]:
    """What subscribers filter by; none is ever empty, since SNS refuses empty attribute values."""
    names = ("check", "severity", "state", "ecs_cluster", "ecs_service", "region", "message_id")
    return {name: message.data[name] or "-" for name in names}


def protocols(message: Message) -> str:
    """The SNS message for `MessageStructure=json`: for machines JSON, which holds the text too, and text for people."""
    machine = json.dumps({**message.data, "subject": message.subject, "text": message.text}, separators=(",", ":"))
    return json.dumps({"default": message.text, **dict.fromkeys(MACHINES, machine)})
