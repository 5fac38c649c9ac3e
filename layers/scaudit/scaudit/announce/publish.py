"""Announcements to SNS, in the forms that it takes."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from scaudit.announce.records import announcement_record
from scaudit.announce.words.announcement import Announcement
from scaudit.settings import NotifySettings


@dataclass(frozen=True, slots=True)
class Publisher:
    """Says what is to be said: `sns` is the boto3 client, `write` takes the record of it."""

    sns: Any
    settings: NotifySettings
    write: Callable[[Mapping[str, Any]], None]

    def publish(self, told: Announcement, now: datetime) -> None:
        """Publish and record one announcement. Raises what SNS raises."""
        self.sns.publish(
            TopicArn=self.settings.topic,
            Subject=told.subject,
            Message=protocols(told),
            MessageStructure="json",
            MessageAttributes={
                name: {"DataType": "String", "StringValue": value} for name, value in attributes(told).items()
            },
        )
        self.write(announcement_record(self.settings.region, told, now))


MACHINES = ("sqs", "lambda", "http", "https", "firehose")


def attributes(told: Announcement) -> dict[str, str]:
    """What subscribers filter by; none is ever empty, since SNS refuses empty attribute values."""
    names = ("check", "severity", "state", "ecs_cluster", "ecs_service", "region", "message_id")
    return {name: told.data[name] or "-" for name in names}


def protocols(told: Announcement) -> str:
    """The SNS message for `MessageStructure=json`: for machines JSON, which holds the text too, and text for people."""
    machine = json.dumps({**told.data, "subject": told.subject, "text": told.text}, separators=(",", ":"))
    return json.dumps({"default": told.text, **dict.fromkeys(MACHINES, machine)})
