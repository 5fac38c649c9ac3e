"""A cluster that is deleted, or left out, while something is wrong in it: closed once, with why, and forgotten."""

from typing import Any

import pytest

from tests.builders import REGION
from tests.simulation.account import Account
from tests.simulation.parts import Registered
from tests.simulation.scenarios import SWEPT

DAY = 24 * 3600


def broken() -> Account:
    """Two services of a cluster that was swept are told as broken."""
    account = Account()
    for name in ("web", "api", "well"):
        account.estate.create(name, 1)
    account.wait(2 * SWEPT)
    for name in ("web", "api"):
        account.estate.register(account.estate.running(name)[0], Registered.WRONG_PORT)
    account.wait(2 * SWEPT)
    return account


def told(account: Account) -> list[tuple[str, str, str]]:
    each = [message.data for message in account.topic.published]
    return [(data["state"], data["ecs_service"], data.get("closed_because", "")) for data in each]


@pytest.mark.parametrize("how", ["deleted", "left out"])
def test_J23_what_was_open_in_it_is_closed_and_never_reminded_of(how: str, monkeypatch: pytest.MonkeyPatch) -> None:
    account = broken()
    assert sorted(told(account)) == [("open", "api", ""), ("open", "web", "")]
    if how == "deleted":
        account.estate.vanish()
        why = "cluster tutorial was deleted"
    else:
        object.__setattr__(account._settings, "include_clusters", ("prod-*",))
        why = "cluster tutorial is no longer in IncludeClusters"
    account.wait(2 * SWEPT)
    assert sorted(told(account)[2:]) == [("resolved", "api", why), ("resolved", "web", why)]
    account.sweep_every = 6 * 3600
    account.wait(3 * DAY)
    assert len(told(account)) == 4 and account.ledger.estate(REGION) == {}
    assert account.ledger.standing_services(REGION, "tutorial") == set() and not account.queue.dead


def test_J23_an_outbreak_in_it_is_closed_with_that_reason_too() -> None:
    account = Account()
    names = [f"web{n}" for n in range(24)]
    for name in names:
        account.estate.create(name, 1)
    account.wait(2 * SWEPT)
    for name in names:
        account.estate.register(account.estate.running(name)[0], Registered.WRONG_PORT)
    account.wait(2 * SWEPT)
    account.estate.vanish()
    account.wait(3 * SWEPT)
    ended = [
        (data["check"], data["state"], data.get("closed_because", "")) for data in map(_data, account.topic.published)
    ]
    assert ended == [("SC903", "open", ""), ("SC903", "resolved", "cluster tutorial was deleted")]


def _data(message: Any) -> dict[str, Any]:
    return message.data
