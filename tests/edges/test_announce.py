"""From a change in the table to a message on the topic, on moto's DynamoDB, SNS and SQS."""

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

import boto3
import pytest

from scaudit.announce import Announcer, announce_changes
from scaudit.events import IncidentLook, parse
from scaudit.incidents import MemberState
from scaudit.items import partition
from scaudit.ledger import Ledger
from scaudit.model import Severity
from scaudit.queue import Queue
from scaudit.settings import NotifySettings
from tests.builders import ACCOUNT, NOW, REGION
from tests.edges.conftest import TABLE, Clock
from tests.edges.test_ledger import FAIL, PASS, later

PK, SUBJECT = partition(REGION, "tutorial", "web"), "SC203#nginx"


class Desk:
    """One notify function's surroundings, and a subscriber of its topic."""

    def __init__(self, dynamodb: Any, clock: Clock) -> None:
        self.clock = clock
        self.sqs, sns = (boto3.client(name, region_name=REGION) for name in ("sqs", "sns"))
        self.queue, self.inbox = (self.sqs.create_queue(QueueName=name)["QueueUrl"] for name in ("queue", "inbox"))
        topic = sns.create_topic(Name="findings")["TopicArn"]
        sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=f"arn:aws:sqs:{REGION}:{ACCOUNT}:inbox")
        self.ledger = Ledger(dynamodb, TABLE)
        self.written: list[Mapping[str, Any]] = []
        settings = NotifySettings(REGION, TABLE, topic, self.queue, Severity.ERROR, ("SC204",), 600, "scaudit-AuditLog")
        self.announcer = Announcer(self.ledger, Queue(self.sqs, self.queue), sns, settings, clock, self.written.append)

    def wake(self, *keys: str) -> list[str]:
        records = [
            {"dynamodb": {"Keys": {"pk": {"S": PK}, "sk": {"S": sk}}, "SequenceNumber": str(n)}}
            for n, sk in enumerate(keys)
        ]
        return announce_changes(records, self.announcer)

    def messages(self, url: str) -> list[dict[str, Any]]:
        got = self.sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10, WaitTimeSeconds=0).get("Messages", [])
        for message in got:
            self.sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
        return [json.loads(message["Body"]) for message in got]

    def news(self) -> list[tuple[str, int]]:
        """The state and the number of affected tasks of each announcement that arrived since the last look."""
        told = [json.loads(message["Message"]) for message in self.messages(self.inbox)]
        return [(data["state"], data["affected"]["count"]) for data in told]


@pytest.fixture
def desk(dynamodb: Any, clock: Clock) -> Desk:
    return Desk(dynamodb, clock)


def member_key(n: str) -> str:
    return f"{SUBJECT}#{n}"


def test_thirty_tasks_failing_alike_are_one_message(desk: Desk) -> None:
    for n in range(30):
        desk.ledger.record(PK, SUBJECT, replace(FAIL, id=f"{n:02d}"))
    assert desk.wake(*(member_key(f"{n:02d}") for n in range(30))) == []
    assert desk.news() == [("open", 30)]
    (record,) = desk.written
    assert (record["record"], record["state"], record["affected"]) == ("announcement", "open", 30)


def test_it_opens_clears_and_is_resolved_after_the_hold_down(desk: Desk) -> None:
    desk.ledger.record(PK, SUBJECT, FAIL)
    desk.wake(member_key(FAIL.id))
    desk.wake(member_key(FAIL.id))
    assert desk.news() == [("open", 1)]

    desk.clock.forward(60)
    desk.ledger.record(PK, SUBJECT, later(PASS, 60))
    desk.wake(member_key(FAIL.id))
    desk.wake(member_key(FAIL.id))
    assert desk.news() == []
    (look,) = desk.messages(desk.queue) or [None]
    assert look is None  # it is on its way, 601 seconds long

    desk.clock.forward(601)
    desk.wake(f"touch#{SUBJECT}")
    assert desk.news() == [("resolved", 0)]
    desk.wake(f"touch#{SUBJECT}")
    assert desk.news() == []


def test_a_look_that_comes_early_is_sent_for_again(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    delays: list[int] = []
    monkeypatch.setattr(desk.announcer.queue, "send", lambda message, delay: delays.append(delay))
    desk.ledger.record(PK, SUBJECT, FAIL)
    desk.wake(member_key(FAIL.id))
    desk.ledger.record(PK, SUBJECT, later(PASS, 1))
    desk.wake(member_key(FAIL.id))
    desk.clock.forward(100)
    desk.wake(f"touch#{SUBJECT}")
    assert delays == [601, 501]


def test_a_lost_task_is_settled_when_a_newer_one_passes(desk: Desk) -> None:
    desk.ledger.record(PK, SUBJECT, FAIL)
    desk.ledger.lose(PK, SUBJECT, FAIL.id, NOW + timedelta(seconds=1))
    desk.wake(member_key(FAIL.id))
    newer = replace(later(PASS, 2), id="newer", task_created_at=NOW)
    desk.ledger.record(PK, SUBJECT, newer)
    desk.wake(member_key("newer"))
    desk.clock.forward(601)
    desk.wake(f"touch#{SUBJECT}")
    assert desk.news() == [("open", 1), ("resolved", 1)]
    assert {m.state for m in desk.ledger.members(PK, SUBJECT)} == {MemberState.PASS}


def test_a_failure_to_publish_is_not_remembered_as_said(desk: Desk) -> None:
    desk.ledger.record(PK, SUBJECT, FAIL)
    good = desk.announcer.settings.topic
    object.__setattr__(desk.announcer.settings, "topic", good + "-gone")
    assert desk.wake(member_key(FAIL.id), "SC102#-#-") == ["0"]
    object.__setattr__(desk.announcer.settings, "topic", good)
    assert desk.wake(member_key(FAIL.id)) == [] and desk.news() == [("open", 1)]


def test_a_crash_between_publish_and_mark_repeats_the_same_message(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.ledger.record(PK, SUBJECT, FAIL)
    with monkeypatch.context() as crash:
        crash.setattr(desk.ledger, "save", lambda *_: False)
        assert desk.wake(member_key(FAIL.id)) == ["0"]
    assert desk.wake(member_key(FAIL.id)) == []
    first, second = (message["Message"] for message in desk.messages(desk.inbox))
    assert first == second


def test_the_delayed_look_names_its_incident(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[IncidentLook] = []
    monkeypatch.setattr(desk.announcer.queue, "send", lambda message, delay: sent.append(message))
    desk.ledger.record(PK, SUBJECT, FAIL)
    desk.wake(member_key(FAIL.id))
    desk.ledger.record(PK, SUBJECT, later(PASS, 1))
    desk.wake(member_key(FAIL.id))
    assert sent == [IncidentLook(PK, SUBJECT)] and parse(
        json.dumps({"kind": "incident", "key": PK, "subject": SUBJECT})
    )


def test_an_ignored_check_is_kept_and_never_announced(desk: Desk) -> None:
    desk.ledger.record(PK, "SC204#nginx", FAIL)
    assert desk.wake(f"SC204#nginx#{FAIL.id}") == [] and desk.news() == []
    assert desk.ledger.incident(PK, "SC204#nginx")[0].phase == "open"
