"""What a deleted service leaves in its namespace, on the simulated account (R12)."""

from typing import Any

import pytest

from scaudit.audit import namespaces
from scaudit.audit.namespaces import EVERY
from scaudit.model import Unread
from tests.simulation.account import Account
from tests.simulation.parts import Registered
from tests.simulation.template import HOLD_DOWN, SWEEP_EVERY

SETTLED, FOUND = 600, EVERY.total_seconds() + 3 * SWEEP_EVERY


@pytest.fixture
def account() -> Account:
    account = Account()
    for name in ("web", "orders"):
        account.estate.create(name, 1)
    account.was_watched_before()
    account.wait(SETTLED + SWEEP_EVERY)
    return account


def members(account: Account) -> dict[str, dict[str, Any]]:
    """What stands under SC208, by Cloud Map service."""
    return {key[1].rsplit("#", 1)[1]: item for key, item in account.table.items.items() if key[1].startswith("SC208#")}


def failing(account: Account) -> set[str]:
    return {name for name, item in members(account).items() if item["state"] == {"S": "fail"}}


def test_R12_what_a_deleted_service_left_is_found_and_over_when_it_is_gone(account: Account) -> None:
    account.estate.delete("orders", leaves=True)
    account.wait(FOUND)
    assert failing(account) == {"srv-orders"}
    (member,) = members(account).values()
    assert "is left of arn:aws:ecs:" in member["sentence"]["S"] and member["severity"] == {"S": "warning"}
    account.estate.left.clear()
    account.wait(2 * SWEEP_EVERY)
    assert failing(account) == set()


def test_R12_it_is_kept_in_sight_when_no_service_of_the_namespace_is_left(account: Account) -> None:
    account.estate.delete("orders", leaves=True)
    account.wait(FOUND)
    account.estate.delete("web")
    account.wait(SWEEP_EVERY)
    assert failing(account) == {"srv-orders"}
    account.estate.left.clear()
    account.wait(2 * SWEEP_EVERY + HOLD_DOWN)
    assert failing(account) == set()


def test_R12_a_service_that_is_deleted_whole_scaled_to_zero_or_made_leaves_nothing(account: Account) -> None:
    account.estate.delete("orders")
    account.estate.scale("web", 0)
    account.estate.create("api", 1)
    account.wait(2 * FOUND)
    assert members(account) == {}


def test_R12_a_service_that_is_made_anew_has_its_own_again(account: Account) -> None:
    account.estate.delete("orders", leaves=True)
    account.wait(FOUND)
    account.estate.services["orders"].status = "ACTIVE"
    account.wait(2 * SWEEP_EVERY)
    assert failing(account) == set()


def test_R12_a_namespace_that_cannot_be_listed_finds_nothing_and_ends_nothing(
    account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    account.estate.delete("orders", leaves=True)
    account.wait(FOUND)
    denied = Unread("servicediscovery:ListServices is refused", action="servicediscovery:ListServices")
    monkeypatch.setattr(namespaces, "left_services", lambda *_: denied)
    account.estate.left.clear()
    account.wait(2 * SWEEP_EVERY)
    assert failing(account) == {"srv-orders"}
    assert "SC901" not in str(account.table.items.keys()) and not account.queue.dead


def test_R12_a_namespace_that_breaks_a_look_is_told_of_and_breaks_no_other(
    account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(namespaces, "left_services", lambda *_: {"srv-orders": 1 / 0})
    account.estate.register(account.estate.running("web")[0], Registered.WRONG_PORT)
    account.wait(FOUND)
    kept = str(account.table.items.keys())
    assert "SC901#look" in kept and "SC203#web#" in kept and not account.queue.dead


@pytest.mark.parametrize("found", [False, True])
def test_R12_so_does_one_that_something_stands_against(
    account: Account, monkeypatch: pytest.MonkeyPatch, found: bool
) -> None:
    account.estate.delete("orders", leaves=True)
    account.wait(FOUND)
    monkeypatch.setattr(namespaces, "left_services", lambda *_: {"srv-orders": 1 / 0})
    account.estate.delete("web") if found else None
    account.wait(2 * SWEEP_EVERY)
    assert "SC901#look" in str(account.table.items.keys())
    assert failing(account) == {"srv-orders"} and not account.queue.dead


def test_R12_what_is_left_for_a_few_minutes_says_nothing(account: Account) -> None:
    account.wait(EVERY.total_seconds() - SWEEP_EVERY)
    account.estate.delete("orders", leaves=True)
    account.wait(SWEEP_EVERY + 60)
    account.estate.left.clear()
    account.wait(FOUND)
    assert members(account) == {}
