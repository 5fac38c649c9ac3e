"""One notify function's surroundings, and a subscriber of its topic, on moto's DynamoDB, SNS and SQS."""

import json
from collections.abc import Mapping
from typing import Any

import boto3

from scaudit.announce.notify import Edges, notify
from scaudit.announce.pool import Pool
from scaudit.model import Severity
from scaudit.model.incidents import Member
from scaudit.model.places import Place, Subject
from scaudit.queue.queue import Queue
from scaudit.settings import NotifySettings
from scaudit.store.changes import Digest
from scaudit.store.keys import digests, itself
from scaudit.store.keys import member as member_key
from scaudit.store.ledger import Ledger
from scaudit.store.table import Table
from tests.builders import ACCOUNT, REGION
from tests.fakes.schemas import Described, wrong
from tests.fakes.stubbed import TABLE, Clock
from tests.simulation.dynamodb import DynamoDB
from tests.simulation.runs import Line

PLACE, SUBJECT = Place(REGION, "tutorial", "web"), Subject("SC203", "nginx")
GATHER, HOLD_DOWN = 60, 600


class Bus:
    """EventBridge: keeps what is put on it, or refuses it as `refusal` says."""

    def __init__(self) -> None:
        self.entries: list[dict[str, Any]] = []
        self.refusal: Exception | dict[str, Any] | None = None
        self.asked = 0

    def put_events(self, Entries: list[dict[str, Any]]) -> dict[str, Any]:
        self.asked += 1
        if isinstance(self.refusal, Exception):
            raise self.refusal
        if self.refusal:
            return {"FailedEntryCount": 1, "Entries": [self.refusal]}
        self.entries += Entries
        return {"FailedEntryCount": 0, "Entries": [{"EventId": "1"}]}


class Desk:
    """`gather` is the announcement delay in seconds."""

    def __init__(self, dynamodb: Any, clock: Clock, gather: int = 0) -> None:
        self.clock = clock
        self.sqs, sns = (boto3.client(name, region_name=REGION) for name in ("sqs", "sns"))
        self.queue, self.inbox = (self.sqs.create_queue(QueueName=name)["QueueUrl"] for name in ("queue", "inbox"))
        topic = sns.create_topic(Name="findings")["TopicArn"]
        sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=f"arn:aws:sqs:{REGION}:{ACCOUNT}:inbox")
        table = Table(dynamodb, TABLE)
        self.ledger, self.pool, self.own_queue = Ledger(table), Pool(table), Queue(self.sqs, self.queue)
        self.written: list[Mapping[str, Any]] = Described("record")
        self.bus = Bus()
        self.settings = NotifySettings(
            REGION, TABLE, topic, self.queue, Severity.ERROR, ("SC204",), HOLD_DOWN, "scaudit-AuditLog", gather
        )
        self.edges = Edges(self.ledger, self.pool, self.own_queue, sns, self.bus, clock, self.written.append)

    def sees(self, place: Place, member: Member, subject: Subject = SUBJECT) -> None:
        """Verify records what it saw now, and notify hears of it."""
        self.clock.forward(0.001)
        self.ledger.record(place, subject, member)
        assert self._notified(place.key, member_key(subject, member.id)) == []

    def look(self, place: Place, subject: Subject = SUBJECT, after: float = 0) -> None:
        """A delayed look comes."""
        self.clock.forward(after)
        assert self._notified(place.key, f"touch#{subject.key}") == []

    def gathers(self, digest: Digest, after: float = 0) -> None:
        """A look at a digest comes."""
        self.clock.forward(after)
        assert self._notified(digests(REGION).key, f"touch#{digest}") == []

    def wake(self, *keys: str) -> list[str]:
        """Records of these sort keys come, all of one service; which of them must come again."""
        return self._notified(PLACE.key, *keys)

    def wake_in(self, region: str, *keys: str) -> list[str]:
        """The same of scaudit's own place in another Region."""
        return self._notified(itself(region).key, *keys)

    def _notified(self, pk: str, *keys: str) -> list[str]:
        records = [
            {"dynamodb": {"Keys": {"pk": {"S": pk}, "sk": {"S": sk}}, "SequenceNumber": str(n)}}
            for n, sk in enumerate(keys)
        ]
        return notify(records, self.edges, self.settings)

    def messages(self, url: str) -> list[dict[str, Any]]:
        got = self.sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10, WaitTimeSeconds=0).get("Messages", [])
        for message in got:
            self.sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
            if url == self.inbox:
                assert wrong("message", json.loads(json.loads(message["Body"])["Message"])) == ""
        return [json.loads(message["Body"]) for message in got]

    def all_messages(self) -> list[dict[str, Any]]:
        """The machine form of everything that arrived since the last look."""
        told: list[dict[str, Any]] = []
        while got := self.messages(self.inbox):
            told += [json.loads(message["Message"]) for message in got]
        return told

    def news(self) -> list[tuple[str, int]]:
        """The state and the number of affected tasks of each announcement that arrived since the last look."""
        told = [json.loads(message["Message"]) for message in self.messages(self.inbox)]
        return [(data["state"], data["affected"]["count"]) for data in told]


class FastDesk(Desk):
    """On the simulated table: its indexes lag, and it takes hardly any time."""

    def __init__(self, clock: Clock, gather: int = 0) -> None:
        self.table = DynamoDB(Line(clock), lambda change: None)
        super().__init__(self.table, clock, gather)


def services(count: int) -> list[Place]:
    return [Place(REGION, "tutorial", f"web{n:03d}") for n in range(count)]
