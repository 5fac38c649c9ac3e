"""AWS's answers without AWS: Stubber for what moto does not know (Service Connect), moto where it is true."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from math import inf
from typing import Any

import boto3
import pytest
from botocore.stub import Stubber
from moto import mock_aws

from scaudit.collect.memory import Memory
from scaudit.collect.pace import Pace
from scaudit.collect.reads import Reads
from tests.builders import NOW, REGION

TABLE = "ledger"


@pytest.fixture(autouse=True)
def _credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "test")
    monkeypatch.setenv("AWS_DEFAULT_REGION", REGION)
    for name in ("AWS_PROFILE", "AWS_ENDPOINT_URL", "AWS_SESSION_TOKEN"):
        monkeypatch.delenv(name, raising=False)


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


@pytest.fixture
def aws() -> Iterator[Stubbed]:
    stubbed = Stubbed()
    yield stubbed
    stubbed.all_asked()


class Clock:
    """Time that stands still until it is told to move."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def forward(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def dynamodb() -> Iterator[Any]:
    with mock_aws():
        client = boto3.client("dynamodb", region_name=REGION)
        client.create_table(
            TableName=TABLE,
            BillingMode="PAY_PER_REQUEST",
            AttributeDefinitions=[
                {"AttributeName": name, "AttributeType": "S"} for name in ("pk", "sk", "standing_in", "speaking_in")
            ],
            KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
            GlobalSecondaryIndexes=[
                {
                    "IndexName": "standing",
                    "KeySchema": [{"AttributeName": "standing_in", "KeyType": "HASH"}],
                    "Projection": {"ProjectionType": "KEYS_ONLY"},
                },
                {
                    "IndexName": "speaking",
                    "KeySchema": [{"AttributeName": "speaking_in", "KeyType": "HASH"}],
                    "Projection": {
                        "ProjectionType": "INCLUDE",
                        "NonKeyAttributes": ["opened_at", "noticed_at", "told_at", "severity", "baseline"],
                    },
                },
            ],
        )
        yield client
