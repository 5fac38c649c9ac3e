"""From a change in the table to a message on the topic."""

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from scaudit.announce.outbox import LEASE
from scaudit.model.incidents import MemberState
from scaudit.model.places import Subject
from scaudit.queue.bodies import parse
from scaudit.queue.messages import IncidentLook
from tests.builders import NOW
from tests.fakes.desk import PLACE, SUBJECT, Desk
from tests.fakes.members import FAIL, PASS, later
from tests.fakes.stubbed import Clock


@pytest.fixture
def desk(dynamodb: Any, clock: Clock) -> Desk:
    return Desk(dynamodb, clock)


def member_key(n: str) -> str:
    return f"{SUBJECT.key}#{n}"


def test_thirty_tasks_failing_alike_are_one_message(desk: Desk) -> None:
    for n in range(30):
        desk.ledger.record(PLACE, SUBJECT, replace(FAIL, id=f"{n:02d}"))
    assert desk.wake(*(member_key(f"{n:02d}") for n in range(30))) == []
    assert desk.news() == [("open", 30)]
    (record,) = desk.written
    assert (record["record"], record["state"], record["affected"]) == ("announcement", "open", 30)


def test_it_opens_clears_and_is_resolved_after_the_hold_down(desk: Desk) -> None:
    desk.ledger.record(PLACE, SUBJECT, FAIL)
    desk.wake(member_key(FAIL.id))
    desk.wake(member_key(FAIL.id))
    assert desk.news() == [("open", 1)]

    desk.clock.forward(60)
    desk.ledger.record(PLACE, SUBJECT, later(PASS, 60))
    desk.wake(member_key(FAIL.id))
    desk.wake(member_key(FAIL.id))
    assert desk.news() == []
    (look,) = desk.messages(desk.queue) or [None]
    assert look is None  # it is on its way, 601 seconds long

    desk.clock.forward(601)
    desk.wake(f"touch#{SUBJECT.key}")
    assert desk.news() == [("resolved", 0)]
    desk.wake(f"touch#{SUBJECT.key}")
    assert desk.news() == []


def test_a_look_that_comes_early_is_sent_for_again(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    delays: list[int] = []
    monkeypatch.setattr(desk.own_queue, "send", lambda message, delay: delays.append(delay))
    desk.ledger.record(PLACE, SUBJECT, FAIL)
    desk.wake(member_key(FAIL.id))
    desk.ledger.record(PLACE, SUBJECT, later(PASS, 1))
    desk.wake(member_key(FAIL.id))
    desk.clock.forward(100)
    desk.wake(f"touch#{SUBJECT.key}")
    assert delays == [601, 501]


def test_a_lost_task_is_settled_when_a_newer_one_passes(desk: Desk) -> None:
    desk.ledger.record(PLACE, SUBJECT, FAIL)
    desk.ledger.lose(PLACE, SUBJECT, FAIL.id, NOW + timedelta(seconds=1))
    desk.wake(member_key(FAIL.id))
    newer = replace(later(PASS, 1), id="newer", observed_at=NOW + timedelta(hours=9), task_created_at=NOW)
    desk.ledger.record(PLACE, SUBJECT, newer)
    desk.wake(member_key("newer"))
    desk.clock.forward(601)
    desk.wake(f"touch#{SUBJECT.key}")
    assert desk.news() == [("open", 1), ("resolved", 1)]
    assert {m.state for m in desk.ledger.members(PLACE, SUBJECT)} == {MemberState.PASS}


def test_a_failure_to_publish_is_not_remembered_as_said(desk: Desk) -> None:
    desk.ledger.record(PLACE, SUBJECT, FAIL)
    good = desk.settings.topic
    object.__setattr__(desk.settings, "topic", good + "-gone")
    assert desk.wake(member_key(FAIL.id), "SC102#-#-") == ["0"]
    object.__setattr__(desk.settings, "topic", good)
    assert desk.wake(member_key(FAIL.id)) == [] and desk.news() == [("open", 1)]


def test_a_crash_before_the_mark_repeats_the_message_to_the_letter_when_the_lease_is_over(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.ledger.record(PLACE, SUBJECT, FAIL)
    save = desk.ledger.save
    with monkeypatch.context() as crash:
        crash.setattr(desk.ledger, "save", lambda *kept: save(*kept) if kept[1].outbox_at else exit("killed"))
        with pytest.raises(SystemExit):
            desk.wake(member_key(FAIL.id))
    desk.ledger.record(PLACE, SUBJECT, later(replace(FAIL, id="another", sentence="other words"), 1))
    assert desk.wake(member_key("another")) == [] and len(desk.messages(desk.inbox)) == 1
    desk.clock.forward(LEASE)
    assert desk.wake(f"touch#{SUBJECT.key}") == []
    (repeated,) = desk.messages(desk.inbox)
    assert "other words" not in repeated["Message"]
    assert desk.wake(f"touch#{SUBJECT.key}") == [] and desk.messages(desk.inbox) == []


def test_the_delayed_look_names_its_incident(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[IncidentLook] = []
    monkeypatch.setattr(desk.own_queue, "send", lambda message, delay: sent.append(message))
    desk.ledger.record(PLACE, SUBJECT, FAIL)
    desk.wake(member_key(FAIL.id))
    desk.ledger.record(PLACE, SUBJECT, later(PASS, 1))
    desk.wake(member_key(FAIL.id))
    assert sent == [IncidentLook(PLACE.key, SUBJECT.key)] and parse(
        json.dumps({"kind": "incident", "key": PLACE.key, "subject": SUBJECT.key})
    )


def test_an_ignored_check_is_kept_and_never_announced(desk: Desk) -> None:
    desk.ledger.record(PLACE, Subject("SC204", "nginx"), FAIL)
    assert desk.wake(f"SC204#nginx#{FAIL.id}") == [] and desk.news() == []
    assert desk.ledger.incident(PLACE, Subject("SC204", "nginx")).state.phase == "open"
