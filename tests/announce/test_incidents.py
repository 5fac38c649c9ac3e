"""From a change in the table to a message on the topic."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from scaudit.announce.outbox import LEASE
from scaudit.announce.words.incident import write
from scaudit.checks import BY_ID
from scaudit.model import Severity
from scaudit.model.incidents import CANNOT_TELL, Incident, MemberState, News, Phase
from scaudit.model.life import Step
from scaudit.model.places import Subject
from scaudit.queue.bodies import parse
from scaudit.queue.messages import IncidentLook
from scaudit.store.changes import Digest
from tests.builders import NOW
from tests.fakes.announced import WHERE, members
from tests.fakes.desk import PLACE, SUBJECT, Desk, FastDesk
from tests.fakes.members import FAIL, PASS, later
from tests.fakes.stubbed import Clock

DAY = 24 * 3600


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


def test_the_end_is_as_severe_as_what_was_told_so_that_who_filters_by_it_hears_of_both(desk: Desk) -> None:
    cause, effect = Subject("SC304"), Subject("SC302")
    sees(desk, effect, 0, severity=Severity.ERROR, caused_by=cause.check)
    sees(desk, cause, 1, severity=Severity.WARNING)
    for subject in (effect, cause):
        desk.ledger.record(PLACE, subject, later(PASS, 60))
        desk.wake(f"{subject.key}#{FAIL.id}")
    desk.clock.forward(700)
    desk.wake(f"touch#{cause.key}")
    assert [each for each in told(desk) if each[0] == "SC304"] == [
        ("SC304", "open", "error"),
        ("SC304", "resolved", "error"),
    ]


def test_what_a_lost_task_is_explained_by_takes_it_along_when_it_is_over(desk: Desk) -> None:
    """A proxy was UNHEALTHY, and so its task ended: when that is over, nobody is told of the end."""
    cause, effect = Subject("SC302"), Subject("SC310")
    lost = replace(FAIL, state=MemberState.LOST, task_created_at=NOW - timedelta(minutes=20))
    newer = replace(later(PASS, 7200), id="newer", task_created_at=NOW)
    for subject, member in ((cause, lost), (effect, replace(lost, caused_by=cause.check)), (cause, newer)):
        desk.ledger.record(PLACE, subject, member)
        desk.wake(f"{subject.key}#{member.id}")
    desk.clock.forward(601)
    desk.wake(f"touch#{cause.key}")
    desk.wake(f"touch#{effect.key}", f"{effect.key}#{lost.id}")
    assert [(check, state) for check, state, _ in told(desk)] == [("SC302", "open"), ("SC302", "resolved")]
    assert desk.ledger.standing(PLACE) == {}


def test_a_failure_to_publish_is_not_remembered_as_said(desk: Desk) -> None:
    desk.ledger.record(PLACE, SUBJECT, FAIL)
    good = desk.settings.topic
    object.__setattr__(desk.settings, "topic", good + "-gone")
    assert desk.wake(member_key(FAIL.id), "SC102#-#-") == ["0"]
    object.__setattr__(desk.settings, "topic", good)
    assert desk.wake(member_key(FAIL.id)) == [] and desk.news() == [("open", 1)]


def unreachable(desk: Desk, wakes: Callable[[], object], seconds: float) -> None:
    """The topic cannot be reached for so long."""
    good = desk.settings.topic
    object.__setattr__(desk.settings, "topic", good + "-gone")
    wakes()
    desk.clock.forward(seconds)
    object.__setattr__(desk.settings, "topic", good)


def test_an_incident_is_told_when_it_was_sent_and_reminded_of_a_day_after_that(desk: Desk) -> None:
    def on_record() -> Incident:
        return desk.ledger.incident(PLACE, SUBJECT).state

    desk.ledger.record(PLACE, SUBJECT, FAIL)
    unreachable(desk, lambda: desk.wake(member_key(FAIL.id)), 2 * DAY)
    (index,) = desk.ledger.open_incidents(PLACE.region)
    assert on_record().told_at is index.told_at is None
    desk.wake(f"touch#{Digest.REMINDER}")
    assert desk.news() == []
    desk.wake(member_key(FAIL.id))
    assert desk.news() == [("open", 1)] and on_record().told_at == desk.clock()
    first = desk.clock()
    desk.ledger.record(PLACE, SUBJECT, replace(FAIL, state=MemberState.PASS, observed_at=desk.clock()))
    desk.wake(member_key(FAIL.id))
    desk.clock.forward(601)
    unreachable(desk, lambda: desk.wake(f"touch#{SUBJECT.key}"), 600)
    assert (on_record().phase, on_record().told_at, on_record().resolved_at) == (Phase.QUIET, first, None)
    desk.wake(f"touch#{SUBJECT.key}")
    assert desk.news() == [("resolved", 0)]
    assert (on_record().told_at, on_record().resolved_at) == (first, desk.clock())


def test_what_came_back_while_its_topic_is_gone_is_not_told_as_it_was_before(desk: Desk) -> None:
    for seconds in (0, 3600):
        desk.clock.forward(seconds)
        desk.ledger.record(PLACE, SUBJECT, replace(FAIL, observed_at=desk.clock()))
        if not seconds:
            desk.wake(member_key(FAIL.id))
            desk.ledger.record(PLACE, SUBJECT, later(PASS, 60))
            desk.wake(member_key(FAIL.id))
            desk.clock.forward(601)
            desk.wake(f"touch#{SUBJECT.key}")
    unreachable(desk, lambda: desk.wake(member_key(FAIL.id)), 60)
    again = desk.ledger.incident(PLACE, SUBJECT).state
    assert (again.returns, again.told_at) == (1, None) and again.resolved_at


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


LOST_STREAM, NO_WORKERS = Subject("SC304"), Subject("SC303")


def sees(desk: Desk, subject: Subject, seconds: float, **changes: Any) -> None:
    """Verify writes of the task, and notify hears of it."""
    desk.ledger.record(PLACE, subject, replace(later(FAIL, seconds), **changes))
    assert desk.wake(f"{subject.key}#{FAIL.id}") == []


def told(desk: Desk) -> list[tuple[str, str, str]]:
    return [(data["check"], data["state"], data["severity"]) for data in desk.all_messages()]


def test_J1_a_warning_that_explains_a_critical_failure_is_told_as_critical(desk: Desk) -> None:
    """The control plane is lost, which alone nobody is told of; 30 s later Envoy dies."""
    sees(desk, LOST_STREAM, 0, severity=Severity.WARNING)
    assert told(desk) == []
    sees(desk, NO_WORKERS, 30, caused_by="SC304")
    desk.wake(f"touch#{LOST_STREAM.key}")
    assert told(desk) == [("SC304", "open", "critical")]


def test_J1_the_cause_is_looked_at_again_by_itself(dynamodb: Any, clock: Clock) -> None:
    desk = FastDesk(clock)
    sees(desk, LOST_STREAM, 0, severity=Severity.WARNING)
    sees(desk, NO_WORKERS, 30, caused_by="SC304")
    assert desk.ledger._table.get(PLACE.key, f"touch#{LOST_STREAM.key}")


def test_J1_a_cause_that_was_told_as_an_error_rises_with_what_it_explains(desk: Desk) -> None:
    sees(desk, LOST_STREAM, 0, severity=Severity.ERROR)
    sees(desk, NO_WORKERS, 30, caused_by="SC304")
    desk.wake(f"touch#{LOST_STREAM.key}")
    assert told(desk) == [("SC304", "open", "error"), ("SC304", "grew", "critical")]


@pytest.mark.parametrize(("check", "changes"), [("SC304", {"suppressed": True}), ("SC204", {})], ids=["tag", "ignored"])
def test_J1_a_cause_that_is_silenced_silences_nothing(desk: Desk, check: str, changes: dict[str, Any]) -> None:
    """SC204 is in IgnoreChecks of this stack."""
    sees(desk, Subject(check), 0, **changes)
    sees(desk, NO_WORKERS, 1, caused_by=check)
    assert told(desk) == [("SC303", "open", "critical")]


def test_J1_an_effect_speaks_when_its_cause_is_over_and_it_is_not(desk: Desk) -> None:
    sees(desk, LOST_STREAM, 0)
    sees(desk, NO_WORKERS, 1, caused_by="SC304")
    desk.ledger.record(PLACE, LOST_STREAM, later(PASS, 2))
    desk.wake(f"{LOST_STREAM.key}#{FAIL.id}", f"touch#{NO_WORKERS.key}")
    assert ("SC303", "open", "critical") in told(desk)


@pytest.mark.parametrize(
    ("closed", "nothing"),
    [
        (["service deleted"], True),
        (["endpoint nginx removed", "endpoint nginx removed"], True),
        (["service deleted", ""], False),
        ([f"{CANNOT_TELL}: nothing but unknown for 24 hours"], False),
        ([""], False),
    ],
    ids=["deleted", "removed", "one still fails", "nobody can tell", "fails"],
)
def test_of_what_was_closed_before_it_was_told_nothing_is_to_be_done(closed: list[str], nothing: bool) -> None:
    told = [
        replace(member, state=MemberState.CLOSED, closed_because=why) if why else member
        for member, why in zip(members(len(closed)), closed, strict=True)
    ]
    data = write(BY_ID["SC401"], WHERE, Incident(), Step(Incident(episode=1), News.OPENED), told).data
    assert data["fix"].startswith("Nothing is left to mend: ") is nothing
    assert bool(data["run"]) is not nothing
