"""Copies of a function that overlap: one stalls where it hurts, others go on, and every announcement is made once."""

import pytest

from scaudit.announce.outbox import LEASE
from scaudit.model import Severity
from scaudit.model.incidents import Incident, Member, MemberState, Phase
from scaudit.model.places import Place, Subject
from scaudit.store.changes import IncidentChanged
from scaudit.store.items import Kept
from tests.builders import REGION
from tests.simulation import template
from tests.simulation.account import Account
from tests.simulation.estate import CLUSTER
from tests.simulation.parts import Registered
from tests.simulation.runs import Fate, Plan, smoothly


class Once:
    """The next run of a function goes after a plan, the others smoothly."""

    def __init__(self, account: Account, function: str, call: str, fate: Fate = Fate.STALL) -> None:
        self._function, self._call, self._fate = function, call, fate
        self.met = False
        account.plan_for = self

    def __call__(self, function: str) -> Plan:
        return self._meet if function == self._function and not self.met else smoothly

    def _meet(self, _number: int, name: str) -> Fate:
        if name != self._call or self.met:
            return Fate.GO
        self.met = True
        return self._fate


@pytest.fixture
def account() -> Account:
    account = Account(stalls=True)
    account.estate.create("web", 0)
    account.estate.scale("web", 1, Registered.WRONG_PORT)
    return account


def told(account: Account) -> list[tuple[str, str]]:
    return [(message.data["state"], message.data["check"]) for message in account.topic.published]


OPENED = [("open", "SC203")]
ANNOUNCED = 190
"""Seconds: the delay of the queue, the second look, the delay that gathers members."""


def test_two_copies_that_find_an_abandoned_outbox_say_it_once(account: Account) -> None:
    Once(account, "notify", "sns:Publish", Fate.KILL_BEFORE)
    account.wait(ANNOUNCED)
    assert told(account) == []
    Once(account, "notify", "sns:Publish")
    account.wait(LEASE)
    (slow,) = account.stalled
    account.resume(slow)
    account.wait(LEASE)
    assert told(account) == OPENED


@pytest.mark.parametrize("call", ["sns:Publish", "dynamodb:PutItem"])
def test_an_outbox_belongs_to_its_writer_as_long_as_that_may_live(account: Account, call: str) -> None:
    account.wait(ANNOUNCED - 60)
    Once(account, "notify", call)
    account.wait(60)
    (slow,) = account.stalled
    account.wait(template.TIMEOUT - 15)
    account.resume(slow)
    account.wait(LEASE)
    assert told(account) == OPENED and account.oracle.lies == []


def test_a_member_that_fails_anew_is_not_settled_with_the_old_incident(account: Account) -> None:
    account.estate.scale("web", 0)
    account.estate.services["web"].deployments[0].mistyped = True
    account.estate.tell_of_service("web", "SERVICE_DEPLOYMENT_COMPLETED")
    account.wait(1000)
    account.estate.delete("web")
    account.wait(900)
    Once(account, "notify", "sns:Publish")  # it says that the incident is closed, and is about to settle it
    account.wait(550)
    (slow,) = account.stalled
    account.estate.services["web"].status = "ACTIVE"
    account.estate.tell_of_service("web", "SERVICE_DEPLOYMENT_COMPLETED")
    account.clock.forward(template.QUEUE_DELAY)
    account.verify(account.queue.receive(account.queue.due()))
    account.resume(slow)
    account.wait(70)
    assert told(account) == [("open", "SC102"), ("resolved", "SC102"), ("open", "SC102")]


def test_the_incident_of_a_retired_check_is_closed_and_says_so(account: Account) -> None:
    place, now = Place(REGION, CLUSTER, "web"), account.clock()
    account.ledger.record(place, Subject("SC999"), Member("-", MemberState.FAIL, now, Severity.ERROR))
    account.ledger.save(
        IncidentChanged(place, Subject("SC999")), Kept(Incident(Phase.OPEN, 1, now, told=1, told_at=now), revision=1)
    )
    account.wait(template.SWEEP_EVERY + template.HOLD_DOWN + 120)
    (last,) = [message for message in account.topic.published if message.data["check"] == "SC999"]
    assert last.data["closed_because"] == "check SC999 retired"
