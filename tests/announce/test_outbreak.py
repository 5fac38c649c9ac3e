"""SC903 before it floods: it alone is announced, and nothing that waited for it is lost or said twice."""

from dataclasses import replace
from typing import Any

import pytest

from scaudit.announce.outbreak import INDEX_LAG
from scaudit.announce.outbreak import SUBJECT as OUTBREAK
from scaudit.announce.pool import BUDGET, QUIET, WINDOW
from scaudit.model.incidents import Member, Phase
from scaudit.model.places import Place
from scaudit.store.changes import Digest, DigestDue
from scaudit.store.items import DigestState, Swept
from scaudit.store.keys import digests, itself
from tests.builders import REGION
from tests.fakes.desk import GATHER, HOLD_DOWN, SUBJECT, Desk, FastDesk, services
from tests.fakes.members import FAIL, PASS
from tests.fakes.stubbed import Clock

ITSELF, STORM = itself(REGION), digests(REGION)
OVERFLOW, BASELINE = (DigestDue(REGION, each) for each in (Digest.OVERFLOW, Digest.BASELINE))


class Storm(FastDesk):
    def considers(self, after: float = 0) -> None:
        """The outbreak is looked at."""
        self.look(ITSELF, OUTBREAK, after + INDEX_LAG)


@pytest.fixture
def uncounted(dynamodb: Any, clock: Clock) -> Storm:
    return Storm(clock, GATHER)


@pytest.fixture
def desk(uncounted: Storm) -> Storm:
    desk = uncounted
    desk.ledger.swept(REGION, Swept("tutorial", 40, 400, 400, ("SC203",), desk.clock()))
    return desk


def now(desk: Desk, member: Member, **changes: Any) -> Member:
    return replace(member, observed_at=desk.clock(), **changes)


def break_(desk: Storm, places: list[Place], **changes: Any) -> None:
    """They fail within a second, and a minute later each is looked at again."""
    for place in places:
        desk.sees(place, now(desk, FAIL, **changes))
    desk.clock.forward(GATHER + 1)
    for place in places:
        desk.look(place)


def mend(desk: Storm, places: list[Place]) -> None:
    for place in places:
        desk.sees(place, now(desk, PASS))


def over(desk: Storm, places: list[Place]) -> None:
    desk.clock.forward(HOLD_DOWN + 1)
    for place in places:
        desk.look(place)


def told(desk: Storm) -> list[tuple[str, str]]:
    return [(data["state"], data["check"]) for data in desk.all_messages()]


def test_thirty_of_forty_are_one_message_and_one_more_when_they_are_mended(desk: Storm) -> None:
    places = services(30)
    break_(desk, places)
    desk.considers()
    (alarm,) = desk.all_messages()
    assert (alarm["state"], alarm["check"], alarm["severity"]) == ("open", "SC903", "critical")
    assert alarm["affected"] == {"what": "service", "count": 30, "samples": [f"tutorial/web00{n}" for n in range(3)]}
    assert alarm["subject"] == "scaudit: 30 of 40 services began to fail within 15 minutes [SC903]"
    assert {entry["ecs_service"] for entry in alarm["open"]} == {place.service for place in places}
    desk.gathers(Digest.OVERFLOW, after=WINDOW)
    assert told(desk) == []
    mend(desk, places)
    desk.considers()
    over(desk, places)
    desk.considers()
    assert told(desk) == [("resolved", "SC903")]
    desk.gathers(Digest.OVERFLOW)
    desk.gathers(Digest.OVERFLOW, after=WINDOW)
    assert told(desk) == [] and desk.pool.waiting(REGION) == []


def test_fifteen_of_forty_are_fifteen_messages(desk: Storm) -> None:
    break_(desk, services(15))
    desk.considers()
    assert told(desk) == [("open", "SC203")] * 15


def test_without_a_sweep_that_counted_the_services_nothing_can_be_said_of_their_share(uncounted: Storm) -> None:
    break_(uncounted, services(30))
    uncounted.considers()
    assert told(uncounted) == [("open", "SC203")] * BUDGET


def test_an_ignored_outbreak_withholds_nothing(desk: Storm) -> None:
    object.__setattr__(desk.settings, "ignore_checks", ("SC903",))
    break_(desk, services(30))
    desk.considers()
    assert told(desk) == [("open", "SC203")] * BUDGET


def test_what_was_there_before_scaudit_is_no_outbreak(desk: Storm) -> None:
    break_(desk, services(30), baseline=True)
    desk.considers()
    assert told(desk) == []
    desk.gathers(Digest.BASELINE, after=QUIET.total_seconds())
    assert told(desk) == [("baseline", "")]


def test_what_broke_a_quarter_of_an_hour_ago_is_no_part_of_it(desk: Storm) -> None:
    places = services(30)
    break_(desk, places[:15])
    desk.clock.forward(900)
    break_(desk, places[15:])
    desk.considers()
    assert told(desk) == [("open", "SC203")] * 30


def test_what_still_fails_when_it_is_over_comes_in_one_digest(desk: Storm) -> None:
    places = services(30)
    break_(desk, places)
    desk.considers()
    mend(desk, places[:15])
    desk.considers()
    late = services(31)[30]
    desk.sees(late, now(desk, FAIL))  # while the outbreak holds down
    desk.look(late, after=GATHER + 1)
    over(desk, places[:15])
    assert told(desk) == [("open", "SC903")]
    desk.considers()
    assert told(desk) == [("resolved", "SC903")]
    desk.gathers(Digest.OVERFLOW)
    (digest,) = desk.all_messages()
    assert {entry["ecs_service"] for entry in digest["withheld"]} == {place.service for place in [*places[15:], late]}
    assert digest["affected"]["count"] == 16
    mend(desk, places[15:])
    over(desk, places[15:])
    assert told(desk) == [("resolved", "SC203")] * 15


def test_what_was_told_before_is_resolved_while_it_stands(desk: Storm) -> None:
    early, *places = services(31)
    break_(desk, [early])
    break_(desk, places)
    desk.considers()
    assert told(desk) == [("open", "SC203"), ("open", "SC903")]
    mend(desk, [early])
    over(desk, [early])
    assert told(desk) == [("resolved", "SC203")]


def test_it_lasts_as_long_as_what_began_in_it(desk: Storm) -> None:
    places = services(30)
    break_(desk, places)
    desk.considers()
    desk.considers(after=3 * 3600)
    assert desk.ledger.incident(ITSELF, OUTBREAK).state.phase is Phase.OPEN
    late = services(35)[30:]
    break_(desk, late)
    assert told(desk) == [("open", "SC903")]


def test_a_clearing_incident_has_the_outbreak_looked_at(desk: Storm, monkeypatch: pytest.MonkeyPatch) -> None:
    places = services(30)
    break_(desk, places)
    sent: list[str] = []
    monkeypatch.setattr(desk.own_queue, "send", lambda message, delay: sent.append(message.subject))
    mend(desk, places[:1])
    assert sent == [SUBJECT.key]
    desk.considers()
    mend(desk, places[1:2])
    assert sent == [SUBJECT.key, SUBJECT.key, OUTBREAK.key]


def test_the_baseline_waits_for_it_too(desk: Storm) -> None:
    before, *places = services(31)
    desk.sees(before, now(desk, FAIL, baseline=True))
    desk.look(before, after=GATHER + 1)
    break_(desk, places)
    desk.considers()
    desk.gathers(Digest.BASELINE, after=3600)
    assert told(desk) == [("open", "SC903")]
    assert desk.ledger.restless(STORM) == [BASELINE, OVERFLOW], "sweeps go on touching what waits"
    mend(desk, places)
    desk.considers()
    over(desk, places)
    desk.considers()
    desk.gathers(Digest.BASELINE)
    assert told(desk) == [("resolved", "SC903"), ("baseline", "")]


def test_what_no_digest_was_sent_for_is_left_to_the_sweeps_while_it_stands(desk: Storm) -> None:
    """It came into the pool while the digest before it was on its way."""
    break_(desk, services(30))
    desk.considers()
    waits = desk.ledger.digest(OVERFLOW)
    desk.ledger.save(OVERFLOW, replace(waits, state=DigestState(), revision=waits.revision + 1))
    assert desk.ledger.restless(STORM) == []
    desk.gathers(Digest.OVERFLOW)
    assert desk.ledger.restless(STORM) == [OVERFLOW]


def test_when_it_is_over_the_digests_are_looked_at_again(desk: Storm) -> None:
    places = services(30)
    break_(desk, places)
    desk.considers()
    mend(desk, places)
    desk.considers()
    desk.considers(after=HOLD_DOWN)
    assert {(STORM.key, f"touch#{Digest.OVERFLOW}"), (STORM.key, f"touch#{Digest.BASELINE}")} <= desk.table.items.keys()
