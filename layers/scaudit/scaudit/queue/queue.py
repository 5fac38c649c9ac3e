"""scaudit's own queue: messages sent on with a delay, hopeless ones buried with their reason."""

from collections.abc import Mapping
from typing import Any

from scaudit.queue.bodies import body
from scaudit.queue.messages import Own, TaskNudges

LONGEST_DELAY = 900
"""Seconds (AWS: SendMessage, DelaySeconds)."""
LARGEST = 200_000
"""Bytes of a body: far below the 256 KiB of a message (AWS: SQS quotas)."""
NOT_SENT = "not sent to"
"""How the reason begins of an alert that the topic for chat rooms or the user's event bus refused."""


class Queue:
    """The queue and its dead-letter queue."""

    def __init__(self, client: Any, url: str, dead_letter_url: str = "") -> None:  # noqa: ANN401
        self._client = client
        self._url = url
        self._dead_letter_url = dead_letter_url

    def send(self, message: Own, delay: int = 0) -> None:
        """Send one message, to arrive after `delay` seconds; of more tasks than fit into one, several."""
        text = body(message)
        if isinstance(message, TaskNudges) and len(text) > LARGEST and len(message.nudges) > 1:
            half = len(message.nudges) // 2
            self.send(TaskNudges(message.nudges[:half]), delay)
            self.send(TaskNudges(message.nudges[half:]), delay)
            return
        self._client.send_message(QueueUrl=self._url, MessageBody=text, DelaySeconds=min(delay, LONGEST_DELAY))

    def bury(self, record: Mapping[str, Any], reason: str) -> None:
        """Put a message that no retry can mend where a person finds it, with the reason beside it."""
        self._client.send_message(
            QueueUrl=self._dead_letter_url,
            MessageBody=record["body"] or "(empty)",
            MessageAttributes={"reason": {"DataType": "String", "StringValue": reason[:1000]}},
        )
