"""What `scaudit history` makes of the table: what nobody could be told of, and nothing else."""

from datetime import timedelta

import pytest

from scaudit.model.places import Place, Subject
from scaudit.store.table import Table
from scaudit_cli.ask.telling import members_of, unheard
from tests.builders import REGION
from tests.simulation import template
from tests.simulation.account import Account
from tests.simulation.estate import CLUSTER
from tests.simulation.parts import Registered
from tests.simulation.scenarios import TOLD, Story
from tests.simulation.template import SWEEP_EVERY

HOLD_DOWN = timedelta(seconds=int(template.environment("NotifyFunction")["HOLD_DOWN"]))


def nobody_heard_of(account: Account) -> set[tuple[str, str]]:
    places = [Place(REGION, CLUSTER, name) for name in account.estate.services]
    incidents = {(place, of): one for place in places for of, one in account.ledger.incidents(place).items()}
    found = unheard(members_of(Table(account.table, "ledger"), places), incidents, HOLD_DOWN)
    return {(place.service, subject.check) for place, subject in found}


@pytest.mark.parametrize("story", TOLD, ids=lambda story: story.__name__)
def test_what_was_told_is_never_called_unheard_of(story: Story) -> None:
    account = Account()
    account.was_watched_before()
    story(account)
    assert account.topic.published and nobody_heard_of(account) == set()
    account.wait(4 * SWEEP_EVERY)
    assert nobody_heard_of(account) == set()


def test_what_failed_and_was_mended_while_notify_did_not_run_is(monkeypatch: pytest.MonkeyPatch) -> None:
    account = Account()
    account.was_watched_before()
    for name in ("web", "api"):
        account.estate.create(name, 2)
    account.wait(2 * SWEEP_EVERY)
    with monkeypatch.context() as outage:
        outage.setattr(account.stream, "batch", lambda: [])
        for how in (Registered.WRONG_PORT, Registered.RIGHT):
            account.estate.register(account.estate.running("web")[0], how)
            account.wait(2 * SWEEP_EVERY)
    account.wait(2 * SWEEP_EVERY)
    assert account.topic.published == [] and nobody_heard_of(account) == {("web", "SC203")}
    assert account.ledger.incidents(Place(REGION, CLUSTER, "web")).keys().isdisjoint({Subject("SC203", "nginx")})
