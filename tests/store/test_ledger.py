"""The table's promises, on DynamoDB semantics: newer knowledge wins whatever the order of writes."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from scaudit.model import Severity
from scaudit.model.incidents import Incident, Member, MemberState, Open, Phase
from scaudit.model.places import Place, Subject
from scaudit.store.changes import IncidentChanged
from scaudit.store.items import Kept, Swept
from scaudit.store.keys import itself
from scaudit.store.ledger import Ledger
from scaudit.store.members import TOMBSTONE_DAYS
from scaudit.store.table import Table
from tests.builders import NOW, REGION, TASK_ID
from tests.fakes.members import FAIL, PASS, later
from tests.fakes.stubbed import TABLE

PLACE, SUBJECT = Place(REGION, "tutorial", "web"), Subject("SC203", "nginx")
INCIDENT = IncidentChanged(PLACE, SUBJECT)


@pytest.fixture
def ledger(dynamodb: Any) -> Ledger:
    return Ledger(Table(dynamodb, TABLE))


def on_record(ledger: Ledger) -> Member:
    (member,) = ledger.members(PLACE, SUBJECT)
    return member


def test_a_member_comes_back_as_it_was_written(ledger: Ledger) -> None:
    assert ledger.record(PLACE, SUBJECT, FAIL)
    assert on_record(ledger) == replace(FAIL, since=NOW)


@pytest.mark.parametrize("age", [0, 0.000001, 3600])
def test_a_slow_worker_cannot_undo_what_is_newer(ledger: Ledger, age: float) -> None:
    ledger.record(PLACE, SUBJECT, PASS)
    assert not ledger.record(PLACE, SUBJECT, later(FAIL, -age))
    assert on_record(ledger).state is MemberState.PASS


def test_since_is_kept_while_it_fails_and_starts_anew_after_a_pass(ledger: Ledger) -> None:
    for seconds, member in enumerate([FAIL, FAIL, PASS, FAIL, FAIL]):
        ledger.record(PLACE, SUBJECT, later(member, seconds))
        if seconds == 1:
            assert on_record(ledger).since == NOW
    assert on_record(ledger).since == NOW + timedelta(seconds=3)


def test_only_a_failing_member_can_be_lost_and_only_by_newer_knowledge(ledger: Ledger) -> None:
    assert not ledger.lose(PLACE, SUBJECT, TASK_ID, NOW)
    ledger.record(PLACE, SUBJECT, FAIL)
    assert not ledger.lose(PLACE, SUBJECT, TASK_ID, NOW)
    assert ledger.lose(PLACE, SUBJECT, TASK_ID, NOW + timedelta(seconds=1))
    lost = on_record(ledger)
    assert (lost.state, lost.since, lost.sentence) == (MemberState.LOST, NOW, FAIL.sentence)
    assert ledger.settle(PLACE, SUBJECT, lost, NOW + timedelta(seconds=2))
    assert on_record(ledger).state is MemberState.PASS


def test_only_what_passed_or_is_lost_expires(ledger: Ledger, dynamodb: Any) -> None:
    def expires() -> int:
        (item,) = dynamodb.scan(TableName=TABLE)["Items"]
        return int(item.get("expires_at", {"N": 0})["N"])

    ledger.record(PLACE, SUBJECT, PASS)
    assert expires() == int((NOW + timedelta(days=TOMBSTONE_DAYS)).timestamp())
    ledger.record(PLACE, SUBJECT, later(FAIL, 1))
    assert expires() == 0


def test_standing_lists_what_fails_or_is_lost_and_nothing_else(ledger: Ledger) -> None:
    ledger.record(PLACE, SUBJECT, FAIL)
    ledger.record(PLACE, SUBJECT, replace(PASS, id="well"))
    ledger.record(PLACE, Subject("SC102"), replace(FAIL, id="-"))
    ledger.record(Place(REGION, "tutorial", "web2"), SUBJECT, FAIL)
    ledger.save(INCIDENT, Kept(Incident(), 1))
    ledger.touch(INCIDENT, NOW)
    stands = {subject: set(members) for subject, members in ledger.standing(PLACE).items()}
    assert stands == {SUBJECT: {TASK_ID}, Subject("SC102"): {"-"}}
    assert {m.id for m in ledger.members(PLACE, SUBJECT)} == {TASK_ID, "well"}


def test_one_endpoints_name_may_begin_anothers(ledger: Ledger) -> None:
    ledger.record(PLACE, Subject("SC203", "nginx-2"), FAIL)
    assert ledger.members(PLACE, Subject("SC203", "nginx")) == []


def test_more_members_than_fit_a_page_are_all_seen(ledger: Ledger) -> None:
    for n in range(40):
        ledger.record(PLACE, SUBJECT, replace(FAIL, id=f"{n:02d}", sentence="x" * 60_000))
    assert len(ledger.members(PLACE, SUBJECT)) == 40


def test_of_two_copies_of_notify_one_writes_the_incident(ledger: Ledger) -> None:
    assert ledger.incident(PLACE, SUBJECT) == Kept(Incident())
    told = Incident(Phase.CLEAR, 3, NOW, NOW + timedelta(seconds=1), 30, NOW, 1)
    kept = Kept(told, 1, '{"id": "x"}', NOW)
    assert ledger.save(INCIDENT, kept)
    assert not ledger.save(INCIDENT, replace(kept, outbox=""))
    assert ledger.incident(PLACE, SUBJECT) == kept
    assert ledger.save(INCIDENT, Kept(Incident(episode=3), 2))
    assert ledger.incident(PLACE, SUBJECT) == Kept(Incident(episode=3), 2)


def test_the_index_lists_services_with_anything_that_is_not_at_rest(ledger: Ledger) -> None:
    def standing() -> set[str]:
        return ledger.standing_services(REGION, "tutorial")

    assert standing() == set()
    ledger.record(PLACE, SUBJECT, FAIL)
    ledger.record(Place(REGION, "other", "api"), SUBJECT, FAIL)
    assert standing() == {"web"}
    ledger.lose(PLACE, SUBJECT, TASK_ID, NOW + timedelta(seconds=1))
    assert standing() == {"web"}
    ledger.record(PLACE, SUBJECT, later(PASS, 2))
    assert standing() == set()
    ledger.save(INCIDENT, Kept(Incident(Phase.CLEAR, 1), 1))
    assert (standing(), ledger.restless(PLACE)) == ({"web"}, [INCIDENT])
    ledger.save(INCIDENT, Kept(Incident(episode=1), 2, "{}", NOW))
    assert (standing(), ledger.restless(PLACE)) == ({"web"}, [INCIDENT])
    ledger.save(INCIDENT, Kept(Incident(episode=1), 3))
    assert (standing(), ledger.restless(PLACE)) == (set(), [])


def test_what_was_there_at_the_first_sweep_still_is_at_the_second_and_no_more_once_it_passed(ledger: Ledger) -> None:
    for seconds, (member, baseline) in enumerate(
        [(replace(FAIL, baseline=True), True), (FAIL, True), (PASS, False), (FAIL, False)]
    ):
        ledger.record(PLACE, SUBJECT, later(member, seconds))
        assert on_record(ledger).baseline is baseline
    ledger.record(PLACE, SUBJECT, later(replace(FAIL, baseline=True), 9))
    assert not on_record(ledger).baseline, "an event told of it before"


def test_the_other_index_shows_what_is_open_and_worth_telling(ledger: Ledger) -> None:
    def save(phase: Phase, revision: int, **changes: Any) -> list[Open]:
        told = Incident(phase, 1, NOW, told=1, told_at=NOW, severity=Severity.CRITICAL, **changes)
        assert ledger.save(INCIDENT, Kept(told, revision))
        return ledger.open_incidents(REGION)

    assert save(Phase.OPEN, 1) == []
    noticed = NOW + timedelta(seconds=3)
    assert save(Phase.OPEN, 2, noticed_at=noticed, baseline=True) == [
        Open(PLACE, SUBJECT, Severity.CRITICAL, NOW, noticed, told_at=NOW, baseline=True)
    ]
    assert ledger.open_incidents("eu-west-1") == []
    assert save(Phase.CLEAR, 3, noticed_at=noticed) == []


def test_the_estate_is_what_the_last_sweep_of_each_cluster_went_through(ledger: Ledger) -> None:
    assert ledger.estate(REGION) == {}
    east = Swept("east", 40, 400, 399, ("SC102", "SC203"), NOW)
    west = Swept("west", 2, 3, 3, (), NOW)
    assert ledger.swept(REGION, east) and ledger.swept(REGION, west)
    assert not ledger.swept(REGION, replace(east, services=9, at=NOW - timedelta(seconds=1))), "a slow one"
    assert ledger.estate(REGION) == {"east": east, "west": west}
    assert ledger.standing_services(REGION, "") == set() and ledger.estate("eu-west-1") == {}


def test_a_closed_member_says_why_and_only_newer_knowledge_reopens_it(ledger: Ledger) -> None:
    ledger.record(PLACE, SUBJECT, FAIL)
    assert not ledger.close(PLACE, SUBJECT, TASK_ID, "service deleted", NOW)
    assert ledger.close(PLACE, SUBJECT, TASK_ID, "service deleted", NOW + timedelta(seconds=1))
    assert (on_record(ledger).state, on_record(ledger).closed_because) == (MemberState.CLOSED, "service deleted")
    assert on_record(ledger).sentence == FAIL.sentence, "it may be still to be told"
    assert not ledger.record(PLACE, SUBJECT, FAIL)
    assert ledger.record(PLACE, SUBJECT, later(FAIL, 2))


def test_one_chain_of_looks_at_a_task_at_a_time(ledger: Ledger) -> None:
    minute = timedelta(minutes=1)
    assert ledger.chain(PLACE, TASK_ID, "one", NOW + minute, NOW)
    assert not ledger.chain(PLACE, TASK_ID, "two", NOW + minute, NOW)
    assert ledger.chain(PLACE, TASK_ID, "one", NOW + 2 * minute, NOW + minute)
    assert not ledger.chain(PLACE, TASK_ID, "two", NOW + 3 * minute, NOW + 1.5 * minute)
    assert ledger.chain(PLACE, TASK_ID, "two", NOW + 3 * minute, NOW + 2 * minute), "the first one broke"
    ledger.end_chain(PLACE, TASK_ID, "one", NOW)
    assert not ledger.chain(PLACE, TASK_ID, "one", NOW + minute, NOW)
    ledger.end_chain(PLACE, TASK_ID, "two", NOW)
    assert ledger.chain(PLACE, TASK_ID, "one", NOW + minute, NOW)


def test_no_cluster_shares_its_partition_with_scaudit_itself() -> None:
    assert itself(REGION) != Place(REGION, "-", "scaudit") and itself(REGION).cluster == ""
