"""Linked Regions: told like any other, beside what has the same names here; each under its own quotas, and three take
hardly longer than one (at full size: benchmarks/sweep.py)."""

from datetime import timedelta

import pytest

from benchmarks.quota.figures import Figures, figures
from benchmarks.sweep import Scenario
from scaudit.store.linked_regions import LinkedRegions
from scaudit.store.table import Table
from tests.builders import REGION
from tests.simulation.parts import Registered
from tests.simulation.regions import LINKED, Regions
from tests.simulation.template import SWEEP_EVERY


@pytest.fixture
def account(monkeypatch: pytest.MonkeyPatch) -> Regions:
    """One after the other: the simulation has one line for all calls."""
    monkeypatch.setattr("scaudit.audit.batch.side_by_side", lambda works: [work() for work in works])
    account = Regions()
    account.was_watched_before()
    for estate in (account.estate, account.there):
        estate.create("web", 2)
    account.wait(3600)
    assert account.topic.published == []
    return account


def told(account: Regions) -> list[tuple[str, str, str]]:
    return [(each.data["region"], each.data["check"], each.data["state"]) for each in account.topic.published]


def ends_well(account: Regions) -> None:
    assert account.oracle.lies == account.judge.lies == account.queue.dead == []


@pytest.mark.parametrize("by", ["event", "sweep"])
def test_a_fault_of_a_linked_region_is_told_once_with_its_region_and_resolved(account: Regions, by: str) -> None:
    """A service of that name, with tasks of those ids, is well at home."""
    broken = account.there.start("web", Registered.WRONG_PORT) if by == "event" else account.there.running("web")[0]
    if by == "sweep":  # no event shows it
        account.there.register(broken, Registered.WRONG_PORT)
    account.wait(2 * SWEEP_EVERY)
    assert told(account) == [(LINKED, "SC203", "open")]
    account.there.register(broken, Registered.RIGHT)
    account.wait(3 * 3600)
    assert told(account) == [(LINKED, "SC203", "open"), (LINKED, "SC203", "resolved")]
    ends_well(account)


def test_the_same_fault_in_two_regions_is_two_incidents(account: Regions) -> None:
    for estate in (account.estate, account.there):
        estate.register(estate.running("web")[0], Registered.WRONG_PORT)
    account.wait(2 * SWEEP_EVERY)
    assert sorted(told(account)) == sorted([(REGION, "SC203", "open"), (LINKED, "SC203", "open")])
    ids = {each.data["incident_id"] for each in account.topic.published}
    assert len(ids) == 2
    ends_well(account)


def test_what_stands_in_a_region_that_is_unlinked_is_closed_and_told_once(account: Regions) -> None:
    account.there.register(account.there.running("web")[0], Registered.WRONG_PORT)
    account.wait(2 * SWEEP_EVERY)
    account.unlink()
    account.wait(3 * 3600)
    assert told(account) == [(LINKED, "SC203", "open"), (LINKED, "SC203", "resolved")]
    assert "no longer linked" in account.topic.published[-1].data["closed_because"]
    assert LinkedRegions(Table(account.table, "ledger")).known(REGION) == set()
    assert account.oracle.lies == account.queue.dead == []


def swept(linked: int) -> list[Figures]:
    """The first sweep, which reads everything, and a quiet one."""
    account, found = Scenario(3, 40, 4, linked).account(), list[Figures]()
    for name in ("first", "quiet"):
        began = account.clock.now
        account.forget()
        account.sweep()
        found.append(figures(name, account, began, set()))
        account.clock.reach(began + timedelta(seconds=SWEEP_EVERY))
    return found


@pytest.fixture(scope="module")
def alone() -> list[Figures]:
    return swept(0)


@pytest.fixture(scope="module")
def together() -> list[Figures]:
    return swept(2)


@pytest.mark.parametrize("n", [0, 1], ids=["first", "quiet"])
def test_three_regions_take_hardly_longer_than_one(alone: list[Figures], together: list[Figures], n: int) -> None:
    assert together[n].seconds <= 1.3 * alone[n].seconds
    assert sum(together[n].reads.values()) <= 3 * sum(alone[n].reads.values())


@pytest.mark.parametrize("n", [0, 1], ids=["first", "quiet"])
def test_every_region_keeps_to_half_of_its_own_quotas(together: list[Figures], n: int) -> None:
    drawn = {each.quota: each.share for each in together[n].drawn}
    assert len({quota.rsplit(" ", 1)[1] for quota in drawn}) == 3
    assert max(drawn.values()) <= 0.5 and not together[n].throttled


@pytest.mark.parametrize("n", [0, 1], ids=["first", "quiet"])
def test_every_task_of_every_region_is_judged(alone: list[Figures], together: list[Figures], n: int) -> None:
    assert together[n].tasks == 3 * alone[n].tasks > 0
    assert (together[n].unjudged, together[n].false, together[n].killed, together[n].returned) == (0, set(), 0, 0)
