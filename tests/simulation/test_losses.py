"""A proxy that dies is told, whatever comes before its alert: others that die, the end of its service, a notify that is
behind."""

from collections.abc import Callable

import pytest

from scaudit.model.incidents import MemberState
from scaudit.model.places import Place, Subject
from tests.builders import REGION
from tests.simulation import template
from tests.simulation.account import Account
from tests.simulation.ends import ENDS
from tests.simulation.estate import CLUSTER
from tests.simulation.parts import Registered
from tests.simulation.proxies import Proxy

HOUR, DAY = 3600, 24 * 3600
SETTLED = 1200


@pytest.fixture
def account() -> Account:
    account = Account()
    account.was_watched_before()
    return account


def loses_one(account: Account, name: str, how: str = "out of memory") -> None:
    """A proxy ends, and its task is replaced."""
    estate = account.estate
    task, wanted = estate.running(name)[0], len(estate.running(name))
    estate.falls_ill(task, ENDS[how])
    estate.stop_for_its_proxy(task)
    estate.scale(name, wanted)


def told(account: Account) -> list[tuple[str, str]]:
    assert account.oracle.lies == []
    return [(each.data["state"], each.data["check"]) for each in account.topic.published]


@pytest.mark.parametrize("how", ["out of memory", "panics"])
def test_many_at_once_are_one_message_within_minutes(account: Account, how: str) -> None:
    names = [f"web{n:02}" for n in range(24)]
    for name in names:
        account.estate.create(name, 2)
    account.wait(3000)
    begun = account.clock.now
    for name in names:
        loses_one(account, name, how)
    account.wait(4 * HOUR)
    assert told(account) == [("open", "SC903"), ("resolved", "SC903")]
    assert (account.topic.published[0].at - begun).total_seconds() < template.ANNOUNCE_DELAY + 300


ENDED: dict[str, Callable[[Account], None]] = {
    "service scaled to zero": lambda account: account.estate.scale("web", 0),
    "service deleted": lambda account: account.estate.delete("web"),
}


@pytest.mark.parametrize("why", ENDED)
def test_one_whose_service_ends_meanwhile_is_told_and_closed(account: Account, why: str) -> None:
    account.estate.create("web", 1)
    account.wait(SETTLED)
    loses_one(account, "web")
    account.wait(600)
    assert told(account) == []
    ENDED[why](account)
    account.wait(2 * HOUR)
    assert told(account) == [("open", "SC310"), ("resolved", "SC310")]
    opened, over = (each.data for each in account.topic.published)
    assert "the proxy ended" in opened["text"] and opened["affected"]["count"] == 1
    assert over["closed_because"] == why
    assert opened["fix"] == f"Nothing is left to mend: {why} before this could be told." in opened["text"]
    assert opened["run"] == "" and "force-new-deployment" not in opened["text"]


@pytest.mark.parametrize("behind", [True, False])
def test_what_failed_and_passed_before_it_could_be_told_is_on_record_alone(
    account: Account, monkeypatch: pytest.MonkeyPatch, behind: bool
) -> None:
    """Nobody can do anything about it, and nothing was lost to it; that notify is behind an alarm tells."""
    estate = account.estate
    estate.create("web", 2)
    account.wait(SETTLED)
    task = estate.running("web")[0]
    with monkeypatch.context() as patched:
        if behind:
            patched.setattr(account.stream, "batch", lambda: None)
        estate.register(task, Registered.WRONG_PORT)
        estate.tell_of_service("web", "SERVICE_TASK_START_IMPAIRED")
        account.wait(1800)
        estate.register(task, Registered.RIGHT)
        account.wait(1800)
    account.wait(2 * HOUR)
    assert told(account) == ([] if behind else [("open", "SC203"), ("resolved", "SC203")])
    known = account.ledger.members(Place(REGION, CLUSTER, "web"), Subject("SC203", "web"))
    assert {member.id: member.state for member in known}[task.id] is MemberState.PASS


def test_what_is_critical_and_over_while_notify_is_behind_is_told_and_resolved(
    account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    estate = account.estate
    estate.create("web", 2)
    account.wait(SETTLED)
    with monkeypatch.context() as behind:
        behind.setattr(account.stream, "batch", lambda: None)
        for _ in range(3):
            task = estate.place("web", Proxy.KILLED)
            account.wait(90)
            estate.stop(task, "TaskFailedToStart", "Task failed container health checks")
            account.wait(500)
        estate.roll("web")
        account.wait(1800)
    account.wait(2 * HOUR)
    assert told(account) == [("open", "SC303"), ("resolved", "SC303")]


def test_all_of_a_deployment_that_stays_in_progress_for_days_is_told(account: Account) -> None:
    estate = account.estate
    estate.create("web", 4)
    account.wait(SETTLED)
    before = estate.running("web")
    estate.deploy("web")
    for task in before:
        estate.start("web")
        estate.stop(task)
    estate.services["web"].deployments = estate.services["web"].deployments[:1]
    account.wait(SETTLED)
    running = estate.running("web")
    estate.register(running[0], Registered.WRONG_PORT)
    account.wait(DAY)
    for task in running:
        estate.register(task, Registered.WRONG_PORT)
    account.wait(2 * HOUR)
    assert [each for each in told(account) if each[1]] == [("open", "SC203"), ("grew", "SC203")]
