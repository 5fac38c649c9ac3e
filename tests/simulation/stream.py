"""The table's stream as Lambda reads it: filtered, in order, again from the first record that failed."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from tests.simulation import template
from tests.simulation.dynamodb import Change


@dataclass(slots=True)
class Record:
    """One change on the stream, and how often it was handed out in vain."""

    number: int
    name: str
    key: tuple[str, str]
    attempts: int = 0

    def as_lambda_gets_it(self) -> dict[str, Any]:
        pk, sk = self.key
        change = {"Keys": {"pk": {"S": pk}, "sk": {"S": sk}}, "SequenceNumber": str(self.number)}
        return {"eventName": self.name, "dynamodb": change}


class Stream:
    """The records that wait. A batch stays until it is acknowledged, so that several copies may have the same one."""

    def __init__(self) -> None:
        self.waiting: list[Record] = []
        self.heard: list[Record] = []
        self.given_up: list[Record] = []

    def take(self, change: Change) -> None:
        name = "REMOVE" if change.after is None else "INSERT" if change.before is None else "MODIFY"
        if template.wakes_notify(name, change.key[1]):
            self.waiting.append(Record(len(self.heard), name, change.key))
            self.heard.append(self.waiting[-1])

    def batch(self) -> list[Record]:
        return self.waiting[: template.STREAM_BATCH]

    def acknowledge(self, batch: Sequence[Record], failed: Sequence[str] | None) -> None:
        """Take out what comes before the first failed record; None is a batch whose function died."""
        numbers = {record.number for record in batch}
        first = min((int(number) for number in failed), default=None) if failed is not None else min(numbers)
        done = {number for number in numbers if first is None or number < first}
        for record in batch:
            record.attempts += record.number not in done
        self.given_up += [r for r in self.waiting if r.number in numbers - done and r.attempts > template.ATTEMPTS]
        self.waiting = [r for r in self.waiting if r.number not in done and r.attempts <= template.ATTEMPTS]
