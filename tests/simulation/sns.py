"""A topic that keeps what was published, to the letter."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from tests.simulation.runs import Line


@dataclass(frozen=True)
class Published:
    """One announcement as it left."""

    at: datetime
    subject: str
    message: str
    attributes: str

    @cached_property
    def data(self) -> dict[str, Any]:
        """The form for machines."""
        return json.loads(json.loads(self.message)["sqs"])

    @property
    def letters(self) -> tuple[str, str, str]:
        return self.subject, self.message, self.attributes


class SNS:
    """One topic, behind Publish; every publish goes to `heard`."""

    def __init__(self, line: Line, heard: Callable[[Published], None]) -> None:
        self.published: list[Published] = []
        self._line, self._heard = line, heard

    def publish(
        self, *, TopicArn: str, Subject: str, Message: str, MessageStructure: str, MessageAttributes: Mapping[str, Any]
    ) -> dict[str, Any]:
        def take() -> dict[str, Any]:
            told = Published(self._line.clock.now, Subject, Message, json.dumps(MessageAttributes, sort_keys=True))
            self.published.append(told)
            self._heard(told)
            return {"MessageId": str(len(self.published))}

        return self._line("sns:Publish", take)

    def get_topic_attributes(self, *, TopicArn: str) -> dict[str, Any]:
        counts = {"SubscriptionsConfirmed": "1", "SubscriptionsPending": "0"}
        return self._line("sns:GetTopicAttributes", lambda: {"Attributes": counts})
