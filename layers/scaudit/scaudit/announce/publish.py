"""Announcements to SNS in the forms that it takes, and on to chat rooms and an event bus."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from scaudit.announce.records import announcement_record
from scaudit.announce.words.announcement import Announcement
from scaudit.announce.words.elsewhere import for_bus, for_chat
from scaudit.queue.queue import NOT_PUT, Queue
from scaudit.settings import NotifySettings


@dataclass(frozen=True, slots=True)
class Publisher:
    """Says what is to be said: `sns` is the boto3 client, `events` one of the event bus's Region, None where no bus is
    named, `write` takes the record of it."""

    sns: Any
    events: Any
    queue: Queue
    settings: NotifySettings
    write: Callable[[Mapping[str, Any]], None]

    def publish(self, told: Announcement, now: datetime) -> None:
        """Publish and record one announcement. Raises what SNS raises. The event bus is its owner's: what it refuses
        becomes a dead letter, and neither holds up an alert nor repeats one."""
        self.sns.publish(
            TopicArn=self.settings.topic,
            Subject=told.subject,
            Message=told.protocols,
            MessageStructure="json",
            MessageAttributes={
                name: {"DataType": "String", "StringValue": value} for name, value in told.attributes.items()
            },
        )
        if self.settings.chat_topic:
            self.sns.publish(TopicArn=self.settings.chat_topic, Message=for_chat(told))
        self.write(announcement_record(told.data["region"], told, now))
        if self.settings.event_bus:
            self._put(for_bus(told, self.settings.event_bus, now))

    def _put(self, entry: dict[str, Any]) -> None:
        try:
            answer = self.events.put_events(Entries=[entry])
            failed = [each for each in answer["Entries"] if each.get("ErrorCode")] if answer["FailedEntryCount"] else []
            why = "; ".join(f"{each['ErrorCode']}: {each.get('ErrorMessage', '')}" for each in failed)
        except (BotoCoreError, ClientError) as error:
            why = str(error)
        if why:
            self.queue.bury({"body": entry["Detail"]}, f"{NOT_PUT} {entry['EventBusName']}: {why}")
