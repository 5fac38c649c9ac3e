"""From a change in the table to a message on the topic, on moto's DynamoDB, SNS and SQS."""

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

import boto3
import pytest

from scaudit.announce import LEASE, Announcer, announce_changes
from scaudit.events import IncidentLook, parse
from scaudit.incidents import MemberState
from scaudit.items import partition
from scaudit.ledger import Ledger
from scaudit.model import Severity
from scaudit.queue import Queue
from scaudit.settings import NotifySettings
from scaudit.table import Table
from scaudit.withheld import BUDGET, DIGEST, WINDOW, Withheld, storm
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
        table = Table(dynamodb, TABLE)
        self.ledger, self.withheld = Ledger(table), Withheld(table)
        self.written: list[Mapping[str, Any]] = []
        settings = NotifySettings(REGION, TABLE, topic, self.queue, Severity.ERROR, ("SC204",), 600, "scaudit-AuditLog")
        self.announcer = Announcer(
            self.ledger, self.withheld, Queue(self.sqs, self.queue), sns, settings, clock, self.written.append
        )

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


def test_a_crash_before_the_mark_repeats_the_message_to_the_letter_when_the_lease_is_over(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.ledger.record(PK, SUBJECT, FAIL)
    save = desk.ledger.save
    with monkeypatch.context() as crash:
        crash.setattr(desk.ledger, "save", lambda *kept: save(*kept) if kept[2].outbox_at else exit("killed"))
        with pytest.raises(SystemExit):
            desk.wake(member_key(FAIL.id))
    desk.ledger.record(PK, SUBJECT, later(replace(FAIL, id="another", sentence="other words"), 1))
    assert desk.wake(member_key("another")) == [] and len(desk.messages(desk.inbox)) == 1
    desk.clock.forward(LEASE)
    assert desk.wake(f"touch#{SUBJECT}") == []
    (repeated,) = desk.messages(desk.inbox)
    assert "other words" not in repeated["Message"]
    assert desk.wake(f"touch#{SUBJECT}") == [] and desk.messages(desk.inbox) == []


def services(count: int) -> list[str]:
    return [partition(REGION, "tutorial", f"web{n:03d}") for n in range(count)]


def test_beyond_the_budget_one_digest_says_the_rest(desk: Desk) -> None:
    for pk in services(BUDGET + 5):
        desk.ledger.record(pk, SUBJECT, FAIL)
        desk.announcer.look(pk, SUBJECT, due=False)
    told = desk.all_messages()
    assert len(told) == BUDGET and {data["state"] for data in told} == {"open"}
    assert len(desk.withheld.waiting(REGION)) == 5

    desk.clock.forward(WINDOW)
    desk.announcer.look(storm(REGION), DIGEST, due=True)
    (digest,) = desk.all_messages()
    assert (digest["state"], digest["affected"]["count"]) == ("digest", 5)
    assert {entry["ecs_service"] for entry in digest["withheld"]}.isdisjoint(data["ecs_service"] for data in told)
    desk.announcer.look(storm(REGION), DIGEST, due=True)
    assert desk.all_messages() == [] and desk.withheld.waiting(REGION) == []


def test_what_was_told_in_a_digest_is_resolved_like_the_rest(desk: Desk) -> None:
    pks = services(BUDGET + 1)
    for pk in pks:
        desk.ledger.record(pk, SUBJECT, FAIL)
        desk.announcer.look(pk, SUBJECT, due=False)
    desk.clock.forward(WINDOW)
    desk.all_messages()
    desk.ledger.record(pks[-1], SUBJECT, later(PASS, 1))
    desk.announcer.look(pks[-1], SUBJECT, due=False)
    desk.clock.forward(601)
    desk.announcer.look(pks[-1], SUBJECT, due=True)
    (over,) = desk.all_messages()
    assert (over["state"], over["ecs_service"]) == ("resolved", pks[-1].rsplit("/", 1)[1])


def test_the_next_window_has_a_budget_of_its_own(desk: Desk) -> None:
    assert [desk.withheld.spend(REGION, desk.clock()) for _ in range(BUDGET + 1)] == [True] * BUDGET + [False]
    desk.clock.forward(WINDOW)
    assert desk.withheld.spend(REGION, desk.clock())


def test_what_waits_for_the_digest_is_not_said_on_its_own_as_well(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.ledger.record(PK, SUBJECT, FAIL)
    monkeypatch.setattr(desk.withheld, "spend", lambda *_: False)
    with monkeypatch.context() as race:
        race.setattr(desk.ledger, "save", lambda *_: False)
        assert desk.wake(member_key(FAIL.id)) == ["0"]
    monkeypatch.setattr(desk.withheld, "spend", lambda *_: True)
    assert desk.wake(member_key(FAIL.id)) == [] and desk.all_messages() == []
    assert len(desk.withheld.waiting(REGION)) == 1


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
    assert desk.ledger.incident(PK, "SC204#nginx").incident.phase == "open"
