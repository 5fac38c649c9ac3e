"""Items of the table that somebody changed by hand, or that another version wrote: nobody is blind for them."""

from typing import Any

import pytest

from scaudit.store.overview import overview
from scaudit.store.table import Table
from tests.builders import REGION
from tests.simulation.account import Account
from tests.simulation.parts import Registered
from tests.simulation.template import SWEEP_EVERY

ODD: list[Any] = [None, {"S": "garbled"}, {"L": []}]


def faulty() -> Account:
    """A wrong port, and a registration that is left of a task that is gone."""
    account = Account()
    account.was_watched_before()
    for name in ("web", "api"):
        account.estate.create(name, 3)
    account.estate.register(account.estate.running("web")[0], Registered.WRONG_PORT)
    account.estate.stop(account.estate.running("web")[1], stays=True)
    account.estate.scale("web", 3)
    account.wait(4 * SWEEP_EVERY)
    return account


@pytest.mark.parametrize("kind", ["cluster#", "neighbour#", "SC206#", "SC203#", "incident#", "web"])
def test_an_odd_item_blinds_nobody_and_is_replaced(kind: str) -> None:
    whole = faulty()
    ((key, item),) = [(k, v) for k, v in whole.table.items.items() if k[1].startswith(kind) and _tells(k)][:1]
    attributes = sorted(item.keys() - {"pk", "sk", "expires_at", "standing_in", "speaking_in"})
    for number, attribute in enumerate(attributes):
        account, value = faulty(), ODD[number % len(ODD)]
        there = account.table.items[key]
        account.table.items[key] = {n: v for n, v in there.items() if n != attribute}
        if value:
            account.table.items[key][attribute] = value
        account.oracle.changed = account.oracle.published = lambda _: None  # type: ignore[method-assign]
        said = len(account.topic.published)
        overview(Table(account.table, "ledger"), REGION)  # does not break
        account.estate.register(account.estate.running("api")[0], Registered.WRONG_ADDRESS)
        account.wait(4 * SWEEP_EVERY)
        told = [(m.data["ecs_service"], m.data["check"]) for m in account.topic.published[said:] if m.data["check"]]
        assert ("api", "SC202") in told, attribute
        assert not account.queue.dead and not account.stream.given_up, attribute
        states = {m.data["state"] for m in account.topic.published if m.data["check"] in ("SC203", "SC206")}
        assert states == {"open"}, attribute
        table = Table(account.table, "ledger")
        overview(table, REGION)
        assert table.odd == {}, attribute


@pytest.mark.parametrize("attribute", ["severity", "sentence", "caused_by", "observed_at", "state"])
def test_an_odd_member_whose_task_is_gone_keeps_no_incident_open(attribute: str) -> None:
    account = faulty()
    key = next(key for key in account.table.items if key[1].startswith("SC203#web#") and _tells(key))
    account.table.items[key] = {**account.table.items[key], attribute: {"L": []}}
    account.oracle.changed = account.oracle.published = lambda _: None  # type: ignore[method-assign]
    task = next(each for each in account.estate.running("web") if each.id == key[1].rsplit("#", 1)[1])
    account.estate.stop(task)
    account.estate.scale("web", 3)
    account.wait(6 * SWEEP_EVERY)
    ended = [m for m in account.topic.published if (m.data["check"], m.data["state"]) == ("SC203", "resolved")]
    assert len(ended) == 1 and "can no longer tell" in ended[0].subject
    assert not account.queue.dead and not account.stream.given_up


def _tells(key: tuple[str, str]) -> bool:
    return key[0].endswith(("/web", "/estate", "mesh#mesh", "services#tutorial"))
