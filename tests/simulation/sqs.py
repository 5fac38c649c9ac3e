"""The queue and its dead letters: delays, hidden while in flight, back after a failure, dead after five receives."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from tests.simulation import template
from tests.simulation.runs import Line, NotFaked

URL, DEAD_URL = template.NAMES["Queue"], template.NAMES["DeadLetterQueue"]


@dataclass(slots=True)
class Letter:
    """One message of the queue; it may be received from `visible_at` on."""

    id: str
    body: str
    visible_at: datetime
    received: int = 0

    def as_lambda_gets_it(self) -> dict[str, str]:
        return {"messageId": self.id, "body": self.body}


class SQS:
    """Both queues, behind SendMessage; EventBridge and Lambda come in at their own doors."""

    def __init__(self, line: Line) -> None:
        self.letters: dict[str, Letter] = {}
        self.handed_out: list[Letter] = []
        self.dead: list[str] = []
        self._line = line
        self._sent = 0

    def send_message(
        self,
        *,
        QueueUrl: str,
        MessageBody: str,
        DelaySeconds: int | None = None,
        MessageAttributes: Mapping[str, Any] | None = None,
    ) -> dict[str, Any]:
        if QueueUrl not in (URL, DEAD_URL) or not 0 <= (DelaySeconds or 0) <= 900:
            raise NotFaked(f"SendMessage to {QueueUrl} with a delay of {DelaySeconds}")
        bury = QueueUrl == DEAD_URL
        return self._line(
            "sqs:SendMessage", lambda: self.dead.append(MessageBody) if bury else self.post(MessageBody, DelaySeconds)
        )

    def post(self, body: str, delay: float | None = None) -> None:
        """A message arrives; without a delay of its own it gets the queue's."""
        self._sent += 1
        id = f"m{self._sent:05d}"
        wait = template.QUEUE_DELAY if delay is None else delay
        self.letters[id] = Letter(id, body, self._line.clock.now + timedelta(seconds=wait))

    def due(self) -> list[Letter]:
        """What may be received now, buried what was received too often."""
        now = self._line.clock.now
        for letter in [each for each in self.letters.values() if each.visible_at <= now]:
            if letter.received >= template.RECEIVES:
                self.dead.append(self.letters.pop(letter.id).body)
        return [letter for letter in self.letters.values() if letter.visible_at <= now]

    def receive(self, letters: Sequence[Letter]) -> list[Letter]:
        """Hide them while they are worked on. A message not deleted meanwhile is seen again."""
        for letter in letters:
            letter.received += 1
            letter.visible_at = self._line.clock.now + timedelta(seconds=template.VISIBILITY)
        self.handed_out += letters
        return list(letters)

    def acknowledge(self, batch: Sequence[Letter], failed: Sequence[str] | None) -> None:
        """Delete what a run dealt with; None is a run that died. What failed comes when its hiding time is over."""
        for letter in batch if failed is not None else ():
            if letter.id not in failed:
                self.letters.pop(letter.id, None)

    def next_due(self) -> datetime | None:
        return min((letter.visible_at for letter in self.letters.values()), default=None)
