"""SC903 before it floods: it alone is announced, and nothing that waited for it is lost or said twice."""

from dataclasses import replace
from typing import Any

import pytest

from scaudit.announce.outbreak import INDEX_LAG
from scaudit.announce.pool import BUDGET, QUIET, WINDOW
from scaudit.model import Severity
from scaudit.model.incidents import Incident, Member, MemberState, Phase
from scaudit.model.life import PATIENCE
from scaudit.model.places import Place, Subject
from scaudit.store.changes import Digest, DigestDue, IncidentChanged
from scaudit.store.items import DigestState, Kept, Swept
from scaudit.store.keys import digests, itself
from scaudit.store.ledger import Ledger
from tests.builders import REGION
from tests.fakes.desk import GATHER, HOLD_DOWN, SUBJECT, Desk, FastDesk, services
from tests.fakes.members import FAIL, PASS
from tests.fakes.stubbed import Clock

ITSELF, STORM = itself(REGION), digests(REGION)
OUTBREAK = Subject("SC903", "tutorial")
OVERFLOW = DigestDue(REGION, Digest.OVERFLOW)
DAY = 24 * 3600


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
    assert alarm["subject"] == "tutorial: 30 of 40 services began to fail within 15 minutes [SC903]"
    assert (alarm["ecs_cluster"], alarm["ecs_service"], alarm["endpoint"]) == ("tutorial", "", "")
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


def test_what_opens_has_its_region_read_once(desk: Storm, monkeypatch: pytest.MonkeyPatch) -> None:
    """It may begin an outbreak of its cluster, or of the Region: the same reads tell both."""
    asked: list[str] = []
    read = Ledger.open_incidents
    monkeypatch.setattr(Ledger, "open_incidents", lambda ledger, region: asked.append(region) or read(ledger, region))
    break_(desk, services(1))
    assert told(desk) == [("open", "SC203")] and asked == [REGION]


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
    mend(desk, places[:16])
    desk.considers()
    late = services(31)[30]
    desk.sees(late, now(desk, FAIL))  # while the outbreak holds down
    desk.look(late, after=GATHER + 1)
    over(desk, places[:16])
    assert told(desk) == [("open", "SC903")]
    desk.considers()
    assert told(desk) == [("resolved", "SC903")]
    desk.gathers(Digest.OVERFLOW)
    (digest,) = desk.all_messages()
    assert {entry["ecs_service"] for entry in digest["withheld"]} == {place.service for place in [*places[16:], late]}
    assert digest["affected"]["count"] == 15
    mend(desk, places[16:])
    over(desk, places[16:])
    assert told(desk) == [("resolved", "SC203")] * 14


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
    assert told(desk) == [("open", "SC903")]


def test_J8_what_begins_later_is_told_as_ever(desk: Storm) -> None:
    """Twenty-five of forty-five services stay broken; three days later three others break critically."""
    desk.ledger.swept(REGION, Swept("tutorial", 45, 450, 450, ("SC203",), desk.clock()))
    break_(desk, services(25))
    desk.considers()
    desk.considers(after=3 * DAY)
    assert told(desk) == [("open", "SC903")]
    later = services(28)[25:]
    break_(desk, later)
    assert told(desk) == [("open", "SC203")] * 3
    mend(desk, later)
    over(desk, later)
    assert told(desk) == [("resolved", "SC203")] * 3


def test_J8_so_is_another_failure_of_one_that_it_is_of(desk: Storm) -> None:
    places = services(30)
    break_(desk, places)
    desk.considers()
    desk.considers(after=1800)
    other = Subject("SC202", "nginx")
    desk.sees(places[0], now(desk, FAIL), other)
    desk.look(places[0], other, after=GATHER + 1)
    assert told(desk) == [("open", "SC903"), ("open", "SC202")]


def test_J8_so_is_what_breaks_in_another_cluster(desk: Storm) -> None:
    desk.ledger.swept(REGION, Swept("quiet", 40, 400, 400, ("SC203",), desk.clock()))
    break_(desk, services(30))
    desk.considers()
    break_(desk, [Place(REGION, "quiet", "web"), Place(REGION, "", "scaudit")])
    assert told(desk) == [("open", "SC903"), ("open", "SC203"), ("open", "SC203")]


def test_J8_after_a_day_what_it_muted_is_told_in_a_digest(desk: Storm) -> None:
    places = services(25)
    break_(desk, places)
    desk.considers()
    desk.gathers(Digest.OVERFLOW, after=DAY - 300)
    assert told(desk) == [("open", "SC903")]
    desk.gathers(Digest.OVERFLOW, after=600)
    (digest,) = desk.all_messages()
    assert {entry["ecs_service"] for entry in digest["withheld"]} == {place.service for place in places}
    desk.considers()
    mend(desk, places)
    over(desk, places)
    desk.considers(), desk.considers(after=HOLD_DOWN)
    assert sorted(told(desk)) == [("resolved", "SC203")] * BUDGET + [("resolved", "SC903")], "and a digest to come"


def test_J8_a_digest_does_not_wait_for_an_outbreak_of_others(desk: Storm) -> None:
    desk.ledger.swept(REGION, Swept("quiet", 80, 800, 800, ("SC203",), desk.clock()))
    break_(desk, services(30))
    desk.considers()
    desk.gathers(Digest.OVERFLOW, after=WINDOW)
    break_(desk, [Place(REGION, "quiet", f"web{n}") for n in range(BUDGET + 3)])
    desk.gathers(Digest.OVERFLOW, after=WINDOW)
    assert told(desk) == [("open", "SC903"), *[("open", "SC203")] * BUDGET, ("digest", "")]


def test_J8_whoever_joins_it_is_named(desk: Storm, monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[tuple[str, int]] = []
    monkeypatch.setattr(desk.own_queue, "send", lambda message, delay: sent.append((message.subject, delay)))
    places = services(36)
    break_(desk, places[:30])
    desk.considers()
    assert (OUTBREAK.key, 900) in sent
    break_(desk, places[30:])
    assert told(desk) == [("open", "SC903")]
    desk.considers(after=900)
    (grew,) = desk.all_messages()
    assert grew["state"] == "grew" and {one["ecs_service"] for one in grew["open"]} == {p.service for p in places}
    desk.considers(after=900)
    mend(desk, places[:18])
    over(desk, places[:18])
    desk.considers(), desk.considers(after=HOLD_DOWN)
    assert told(desk) == [("resolved", "SC903")]


def test_J8_most_clusters_are_one_outbreak(uncounted: Storm) -> None:
    desk, region = uncounted, Subject("SC903")
    places = [Place(REGION, cluster, f"web{n}") for cluster in ("a", "b", "c") for n in range(10)]
    for cluster in ("a", "b", "c", "d"):
        desk.ledger.swept(REGION, Swept(cluster, 12, 400, 400, ("SC203",), desk.clock()))
    break_(desk, places)
    desk.look(ITSELF, region, after=INDEX_LAG)
    for cluster in ("a", "b", "c"):
        desk.look(ITSELF, Subject("SC903", cluster))
    (alarm,) = desk.all_messages()
    assert (alarm["check"], alarm["ecs_cluster"], alarm["affected"]["count"]) == ("SC903", "", 30)
    assert alarm["subject"].startswith("scaudit: 30 of 48 services, most of those in 3 of 4 clusters, began to fail")


def test_J8_one_that_8fc134c_left_open_goes_on(desk: Storm) -> None:
    """Its members are of any cluster, and it knows how many it told."""
    places, region = services(30), Subject("SC903")
    break_(desk, places)
    opened = desk.ledger.open_incidents(REGION)[0].noticed_at
    left = Incident(Phase.OPEN, 1, opened, told=30, told_at=desk.clock(), noticed_at=opened, severity=Severity.CRITICAL)
    desk.ledger.save(IncidentChanged(ITSELF, region), Kept(left, 1))
    desk.considers()
    assert told(desk) == []
    mend(desk, places)
    desk.look(ITSELF, region, after=INDEX_LAG)
    over(desk, places)
    desk.look(ITSELF, region, after=INDEX_LAG)
    assert told(desk) == [("resolved", "SC903")]


def test_a_clearing_incident_has_the_outbreak_looked_at(desk: Storm, monkeypatch: pytest.MonkeyPatch) -> None:
    places = services(30)
    break_(desk, places)
    sent: list[str] = []
    monkeypatch.setattr(desk.own_queue, "send", lambda message, delay: sent.append(message.subject))
    mend(desk, places[:1])
    assert sent == [SUBJECT.key]
    desk.considers()
    mend(desk, places[1:2])
    assert sent == [SUBJECT.key, OUTBREAK.key, SUBJECT.key, OUTBREAK.key]


def test_J8_the_baseline_does_not_wait_for_it(desk: Storm) -> None:
    before, *places = services(31)
    desk.sees(before, now(desk, FAIL, baseline=True))
    desk.look(before, after=GATHER + 1)
    break_(desk, places)
    desk.considers()
    desk.gathers(Digest.BASELINE, after=3600)
    assert told(desk) == [("open", "SC903"), ("baseline", "")]
    assert desk.ledger.restless(STORM) == [OVERFLOW], "sweeps go on touching what waits"


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
    assert (STORM.key, f"touch#{Digest.OVERFLOW}") in desk.table.items


DELETED = "cluster tutorial was deleted"


def close(desk: Storm, places: list[Place], why: str = DELETED) -> None:
    """The sweep closes what stands there, and notify hears of it."""
    for place in places:
        desk.clock.forward(0.001)
        desk.ledger.close(place, SUBJECT, FAIL.id, why, desk.clock())
        desk.look(place)


def end_of(desk: Storm, subject: Subject = OUTBREAK) -> list[tuple[str, str]]:
    """How the outbreak ends, when its services have ended."""
    desk.look(ITSELF, subject, INDEX_LAG)
    desk.look(ITSELF, subject, HOLD_DOWN + 1)
    assert desk.ledger.incident(ITSELF, subject).state.phase is Phase.QUIET
    return [(data["check"], data["closed_because"]) for data in desk.all_messages() if data["state"] == "resolved"]


@pytest.mark.parametrize("forgotten", [False, True])
def test_J23_one_whose_cluster_is_deleted_is_closed_with_that_reason(desk: Storm, forgotten: bool) -> None:
    places = services(30)
    break_(desk, places)
    desk.considers()
    close(desk, places)
    if forgotten:
        desk.ledger.forget(REGION, "tutorial")
    assert end_of(desk) == [("SC903", DELETED)]
    over(desk, places)
    desk.ledger.swept(REGION, Swept("tutorial", 40, 400, 400, ("SC203",), desk.clock()))
    desk.clock.forward(2 * DAY)
    break_(desk, places)
    desk.considers()
    mend(desk, places)
    assert end_of(desk) == [("SC903", "")], "watched again, and mended"


@pytest.mark.parametrize(("deleted", "why"), [(4, ""), (20, "service deleted"), (16, "service deleted")])
def test_J23_one_that_was_mended_for_the_most_part_is_resolved(desk: Storm, deleted: int, why: str) -> None:
    places = services(30)
    break_(desk, places)
    desk.considers()
    close(desk, places[:deleted], "service deleted")
    mend(desk, places[deleted:26])
    assert end_of(desk) == [("SC903", why)]


def test_J23_what_was_closed_in_an_earlier_one_says_nothing_of_this(desk: Storm) -> None:
    desk.ledger.swept(REGION, Swept("tutorial", 60, 400, 400, ("SC203",), desk.clock()))
    places = services(50)
    break_(desk, places)
    desk.considers()
    close(desk, places[:20], "service deleted")
    mend(desk, places[20:])
    assert end_of(desk) == [("SC903", "")]
    over(desk, places)
    desk.ledger.swept(REGION, Swept("tutorial", 40, 400, 400, ("SC203",), desk.clock()))
    desk.clock.forward(2 * DAY)
    break_(desk, places[20:])
    desk.considers()
    mend(desk, places[20:])
    assert end_of(desk) == [("SC903", "")]


def test_J23_so_is_that_of_the_region_whose_clusters_are_left_out(uncounted: Storm) -> None:
    desk = uncounted
    places = [Place(REGION, cluster, f"web{n}") for cluster in ("a", "b", "c") for n in range(10)]
    for cluster in ("a", "b", "c", "d"):
        desk.ledger.swept(REGION, Swept(cluster, 12, 400, 400, ("SC203",), desk.clock()))
    break_(desk, places)
    desk.look(ITSELF, Subject("SC903"), after=INDEX_LAG)
    for cluster in ("a", "b"):
        close(desk, [p for p in places if p.cluster == cluster], f"cluster {cluster} was deleted")
    assert end_of(desk, Subject("SC903")) == [("SC903", "cluster a was deleted; cluster b was deleted")]


def test_what_was_closed_before_it_closes_no_outbreak(desk: Storm) -> None:
    early, *places = services(31)
    break_(desk, [early])
    desk.clock.forward(DAY)
    break_(desk, places)
    desk.considers()
    close(desk, [early], "service deleted")
    assert desk.ledger.members(ITSELF, OUTBREAK) == []


def test_an_outbreak_of_a_linked_region_is_told_there_and_mutes_nothing_in_another(uncounted: Storm) -> None:
    desk, there = uncounted, "eu-west-1"
    for region in (REGION, there):
        desk.ledger.swept(region, Swept("tutorial", 40, 400, 400, ("SC203",), desk.clock()))
    broken = [replace(place, region=there) for place in services(30)]
    break_(desk, broken)
    desk.look(itself(there), OUTBREAK, INDEX_LAG)
    ((data,),) = [[each for each in desk.all_messages() if each["check"] == "SC903"]]
    assert (data["state"], data["region"], data["ecs_cluster"]) == ("open", there, "tutorial")
    at_home = services(1)
    break_(desk, at_home)
    assert told(desk) == [("open", "SC203")]
    mend(desk, broken)
    over(desk, broken)
    desk.look(itself(there), OUTBREAK, INDEX_LAG)
    desk.look(itself(there), OUTBREAK, HOLD_DOWN + 1)
    assert ("resolved", "SC903") in told(desk)


def test_a_loss_waits_while_it_is_alone(desk: Storm) -> None:
    first, second, third = services(3)
    lost = {"state": MemberState.LOST, "severity": Severity.ERROR}
    break_(desk, [first], **lost)
    desk.sees(first, now(desk, FAIL, **lost), Subject("SC310"))
    desk.look(first, Subject("SC310"), GATHER + 1)
    assert told(desk) == [], "nobody else lost anything"
    break_(desk, [second], **lost)
    desk.look(first)
    assert told(desk) == [("open", "SC203")] * 2
    desk.clock.forward(16 * 60)
    break_(desk, [third], **lost)
    assert told(desk) == []
    desk.look(third, after=PATIENCE * HOLD_DOWN)
    assert told(desk) == [("open", "SC203")]


def test_what_goes_wrong_elsewhere_and_is_something_else_is_no_company_to_a_loss(desk: Storm) -> None:
    first, second, third = services(3)
    ended = Subject("SC310")
    break_(desk, [first, second])
    desk.sees(third, now(desk, FAIL, state=MemberState.LOST, severity=Severity.ERROR), ended)
    assert told(desk) == [("open", "SC203")] * 2
    desk.look(third, ended, after=GATHER + 1)
    assert told(desk) == []
    desk.sees(third, now(desk, FAIL, id="next", state=MemberState.LOST), ended)
    (data,) = desk.all_messages()
    assert (data["check"], data["severity"], data["affected"]["count"]) == ("SC310", "critical", 2)
