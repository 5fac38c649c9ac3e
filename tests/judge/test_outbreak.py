"""When too much breaks at once: what counts, from how much on, how long it lasts, and what it mutes."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

import pytest

from scaudit.judge.outbreak import REGION, Began, began, completed, may_begin, mutes
from scaudit.model import Severity
from scaudit.model.incidents import Incident, Member, MemberState, News, Open, Phase
from scaudit.model.life import Step
from scaudit.model.places import Place, Subject
from tests.builders import NOW

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
CLUSTER = "tutorial"


def wrong(n: int, cluster: str = CLUSTER, check: str = "SC203", ago: float = 1, **changes: object) -> Open:
    at = NOW - ago * MINUTE
    return Open(Place("eu", cluster, f"web{n}"), Subject(check, "nginx"), Severity.CRITICAL, at, at, **changes)


def all_wrong(count: int, cluster: str = CLUSTER, **changes: object) -> list[Open]:
    return [wrong(n, cluster, **changes) for n in range(count)]


def outbreak(ago: float, told: int = 25, phase: Phase = Phase.OPEN) -> Incident:
    """One that began, and was told of, so many minutes ago."""
    at = NOW - ago * MINUTE
    return Incident(phase, 1, opened_at=at, noticed_at=at, told=told, told_at=at)


def found(
    all: list[Open], services: Mapping[str, int], scope: str = CLUSTER, known: Mapping[str, Incident] | None = None
) -> Began:
    return began(all, services, known or {}, scope, NOW)


@pytest.mark.parametrize(
    ("failing", "services", "too_many"),
    [
        (30, 40, True),
        (20, 39, True),
        (20, 40, False),
        (19, 20, False),
        (15, 40, False),
        (1000, 2000, False),
        (1001, 2000, True),
        (25, 20, True),
    ],
)
def test_more_than_half_and_at_least_twenty(failing: int, services: int, too_many: bool) -> None:
    members = found(all_wrong(failing), {CLUSTER: services}).members
    assert members is not None and len(members) == (failing if too_many else 0)
    if too_many:
        assert members[0].id == "tutorial/web0" and members[0].since == NOW - MINUTE
        assert members[0].sentence == f"{failing} of {max(services, failing)} services began to fail within 15 minutes"


def test_a_service_counts_once_however_much_of_it_is_wrong() -> None:
    twice = [*all_wrong(19), *all_wrong(19, check="SC205")]
    assert found(twice, {CLUSTER: 20}).members == []


def test_J8_one_cluster_s_outbreak_is_none_of_another() -> None:
    both = [*all_wrong(25), *all_wrong(9, "east")]
    assert len(found(both, {CLUSTER: 40, "east": 20}).members or ()) == 25
    assert found(both, {CLUSTER: 40, "east": 20}, "east").members == []
    assert found(both, {CLUSTER: 40, "east": 20}, REGION).members == []


@pytest.mark.parametrize(
    ("failing", "services", "too_many"),
    [
        ({"a": 10, "b": 10}, {"a": 10, "b": 19}, True),
        ({"a": 10, "b": 9}, {"a": 10, "b": 10}, False),  # nineteen
        ({"a": 11, "b": 10}, {"a": 11, "b": 20}, False),  # half of the second
        ({"a": 11, "b": 11}, {"a": 11, "b": 20, "c": 0}, True),  # nothing could fail in the third
        ({"a": 11, "b": 11}, {"a": 11, "b": 20, "c": 1, "d": 1}, False),
        ({"a": 40}, {"a": 40}, False),  # the cluster's own
    ],
)
def test_J8_it_is_the_region_s_when_most_clusters_fail(
    failing: dict[str, int], services: dict[str, int], too_many: bool
) -> None:
    all = [each for cluster, count in failing.items() for each in all_wrong(count, cluster)]
    members = found(all, services, REGION).members
    assert members is not None and len(members) == (len(all) if too_many else 0)
    if too_many:
        sentence = f"{len(all)} of {sum(services.values())} services, most of those in 2 of 2 clusters, began to fail"
        assert members[0].sentence == f"{sentence} within 15 minutes"


def test_J8_what_is_the_region_s_begins_none_of_a_cluster() -> None:
    all, services = [*all_wrong(25), *all_wrong(25, "east")], {CLUSTER: 25, "east": 25}
    assert found(all, services).incidents == ()
    assert found(all, services, known={REGION: outbreak(5)}).members == []
    later = {REGION: outbreak(3 * 24 * 60)}
    assert len(found(all_wrong(25), {CLUSTER: 25, "east": 25, "west": 1}, known=later).members or ()) == 25


def test_what_no_sweep_has_counted_does_not_count() -> None:
    assert found(all_wrong(30), {}).members is None
    assert found(all_wrong(30), {"other": 5}).members is None
    assert found(all_wrong(30), {"other": 5}, REGION).members == []


def test_only_what_began_lately_began_together() -> None:
    all = [wrong(1, ago=15), wrong(2, ago=15.1)]
    assert found(all, {CLUSTER: 2}).incidents == [wrong(1, ago=15)]


def test_J8_only_what_began_in_its_own_quarter_of_an_hour_is_of_it() -> None:
    all = [wrong(1, ago=90), wrong(2, ago=75), wrong(3, ago=74.9), wrong(4, ago=91), wrong(5, "east", ago=90)]
    of_it = found(all, {CLUSTER: 9, "east": 9}, known={CLUSTER: outbreak(90)})
    assert of_it.incidents == [wrong(1, ago=90), wrong(2, ago=75)]


@pytest.mark.parametrize(("still", "goes_on"), [(14, True), (13, True), (12, False)])
def test_J8_it_stays_open_while_more_than_half_of_what_it_told_fails(still: int, goes_on: bool) -> None:
    members = found(all_wrong(still, ago=90), {CLUSTER: 900}, known={CLUSTER: outbreak(90, told=25)}).members
    assert members is not None and len(members) == (still if goes_on else 0)


def test_what_was_there_before_scaudit_has_not_just_begun() -> None:
    assert found([wrong(1, baseline=True)], {CLUSTER: 1}).incidents == []


def test_what_is_wrong_with_scaudit_itself_is_no_part_of_it() -> None:
    itself = [*all_wrong(30, "", check="SC902"), wrong(0, "", check="SC903")]
    assert found(itself, {CLUSTER: 40}, REGION).incidents == []


@pytest.mark.parametrize(
    ("ago", "changes", "may"),
    [(15, {}, True), (16, {}, False), (1, {"baseline": True}, False), (1, {"noticed_at": None}, False)],
)
def test_only_what_was_noticed_lately_may_be_the_beginning_of_an_outbreak(
    ago: float, changes: dict[str, object], may: bool
) -> None:
    incident = Incident(Phase.OPEN, 1, noticed_at=NOW - ago * MINUTE)
    assert may_begin(replace(incident, **changes), NOW) is may


def test_J8_it_mutes_what_began_in_it_for_a_day_at_most() -> None:
    mine = Incident(Phase.OPEN, 1, noticed_at=NOW - 5 * MINUTE)
    assert mutes(outbreak(10), mine, NOW)
    assert not mutes(outbreak(10, phase=Phase.QUIET), mine, NOW)
    assert not mutes(outbreak(10), replace(mine, baseline=True), NOW)
    assert not mutes(outbreak(4), mine, NOW) and not mutes(outbreak(21), mine, NOW)
    assert mutes(outbreak(10), mine, NOW + DAY - 11 * MINUTE)
    assert not mutes(outbreak(10), mine, NOW + DAY - 10 * MINUTE)


def test_J8_whoever_joins_after_it_was_told_is_told_of_once_nobody_can() -> None:
    known = outbreak(10)
    joined = Member("tutorial/web9", MemberState.FAIL, NOW, since=NOW - MINUTE)
    first = replace(joined, id="tutorial/web1", since=NOW - 10 * MINUTE)
    assert completed(Step(known), [first, joined], NOW) == Step(known)
    assert completed(Step(known), [first], NOW + 5 * MINUTE) == Step(known)
    told = completed(Step(known), [first, joined], NOW + 5 * MINUTE)
    assert (told.news, told.incident.told, told.incident.growths) == (News.GREW, 2, 1)
    assert completed(Step(told.incident), [first, joined], NOW + DAY).news is News.NONE
