"""AWS's answers without AWS: Stubber for what moto does not know (Service Connect), moto where it is true."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from math import inf
from typing import Any

import boto3
from botocore.stub import Stubber

from scaudit.collect.aws.pace import Pace
from scaudit.collect.aws.reads import Reads
from scaudit.store.memory import Memory
from tests.builders import NOW, REGION

TABLE = "ledger"


def reads(clients: dict[str, Any], memory: Memory | None = None, left: Callable[[], float] = lambda: inf) -> Reads:
    """The reads of a batch that has all the time and never has to wait."""
    pace = Pace(REGION, 1, now=lambda: 0.0, sleep=lambda _: None)
    return Reads(clients, memory or Memory(REGION, None, lambda: NOW), pace, left)


class Stubbed:
    """boto3 clients whose answers are laid out beforehand, in order; each request is checked against the API."""

    def __init__(self) -> None:
        names = ("ecs", "servicediscovery", "logs", "sns")
        self.clients = {name: boto3.client(name, region_name=REGION) for name in names}
        self._stubbers = {name: Stubber(client) for name, client in self.clients.items()}
        for stubber in self._stubbers.values():
            stubber.activate()
        self.reads = reads(self.clients)

    def answer(self, service: str, operation: str, answer: dict[str, Any], **expected: Any) -> None:
        self._stubbers[service].add_response(operation, answer, expected)

    def refuse(self, service: str, operation: str, code: str, message: str = "no") -> None:
        self._stubbers[service].add_client_error(operation, service_error_code=code, service_message=message)

    def all_asked(self) -> None:
        for stubber in self._stubbers.values():
            stubber.assert_no_pending_responses()


class Clock:
    """Time that stands still until it is told to move."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def forward(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)
