"""Announcements to SNS in the forms that it takes, and on to chat rooms and an event bus."""

from collections.abc import Callable, Mapping
from dataclasses import field
from datetime import datetime
from typing import Any

from aws_lambda_powertools import Logger
from botocore.exceptions import BotoCoreError, ClientError

from scaudit.announce.records import announcement_record
from scaudit.announce.words.announcement import Announcement
from scaudit.announce.words.elsewhere import for_bus, for_chat
from scaudit.queue.queue import NOT_SENT, Queue
from scaudit.settings import NotifySettings
from scaudit.values import dataclass

logger = Logger(child=True)


class _Refused(Exception):
    """What the event bus answered, or why it was not asked."""


@dataclass(frozen=True, slots=True)
class Publisher:
    """Says what is to be said: `sns` is the boto3 client, `events` one of the event bus's Region, None where no bus is
    named, `write` takes the record of it."""

    sns: Any
    events: Any
    queue: Queue
    settings: NotifySettings
    write: Callable[[Mapping[str, Any]], None]
    _silent: list[str] = field(default_factory=list, init=False)
    """Why the event bus gave no answer: it is asked no more in this batch, whose time it would use up."""

    def publish(self, told: Announcement, now: datetime) -> None:
        """Publish and record one announcement. Raises what SNS raises for the topic of the alerts. What the topic for
        chat rooms or the event bus refuses becomes a dead letter: it neither holds up an alert nor repeats one."""
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
        if room := self.settings.chat_topic:
            self._further(room, told, lambda: self.sns.publish(TopicArn=room, Message=for_chat(told)))
        if bus := self.settings.event_bus:
            self._further(bus, told, lambda: self._put(for_bus(told, bus, now)))

    def _put(self, entry: dict[str, Any]) -> None:
        if self._silent:
            raise _Refused(f"not asked any more, for it gave no answer: {self._silent[0]}")
        try:
            answer = self.events.put_events(Entries=[entry])
        except BotoCoreError as error:
            self._silent.append(str(error))
            raise
        if answer["FailedEntryCount"]:
            failed = [each for each in answer["Entries"] if each.get("ErrorCode")]
            raise _Refused("; ".join(f"{each['ErrorCode']}: {each.get('ErrorMessage', '')}" for each in failed))

    def _further(self, where: str, told: Announcement, send: Callable[[], object]) -> None:
        """Send an alert that the topic has already to a place more."""
        try:
            send()
        except (BotoCoreError, ClientError, _Refused) as why:
            try:
                self.queue.bury({"body": told.machine}, f"{NOT_SENT} {where}: {why}")
            except (BotoCoreError, ClientError):
                logger.exception(f"an alert was {NOT_SENT} {where}, nor kept as a dead letter", extra={"why": str(why)})
