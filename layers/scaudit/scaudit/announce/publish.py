"""Announcements to SNS, in the forms that it takes."""

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
            Message=told.protocols,
            MessageStructure="json",
            MessageAttributes={
                name: {"DataType": "String", "StringValue": value} for name, value in told.attributes.items()
            },
        )
        self.write(announcement_record(told.data["region"], told, now))
