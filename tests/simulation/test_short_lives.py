"""Registrations that are wrong for tasks of which none lives to be looked at twice."""

import pytest

from tests.simulation.account import Account
from tests.simulation.parts import Registered

HOUR = 3600


def loop(account: Account, how: Registered, lives: float, rests: float, lasts: float = HOUR) -> None:
    """Tasks of one deployment that are stopped and replaced, one after the other."""
    for _ in range(int(lasts / (lives + rests))):
        task = account.estate.start("web", how)
        account.wait(lives)
        account.estate.stop(task, "EssentialContainerExited", "Essential container in task exited")
        account.wait(rests)


def estate() -> Account:
    account = Account()
    account.was_watched_before()
    account.estate.create("web")
    account.estate.services["web"].desired = 1
    account.wait(300)
    return account


def told(account: Account) -> list[tuple[str, str]]:
    found = [(message.data["check"], message.data["state"]) for message in account.topic.published]
    assert account.oracle.lies == [] and not account.queue.dead
    return [each for each in found if each[1] != "reminder"]


@pytest.mark.parametrize(
    ("how", "check"), [(Registered.WRONG_PORT, "SC203"), (Registered.WRONG_ADDRESS, "SC202")], ids=str
)
@pytest.mark.parametrize(("lives", "rests"), [(70, 5), (65, 1500), (30, 10)], ids=str)
def test_a_wrong_registration_of_a_crash_loop_is_told_and_so_is_its_end(
    how: Registered, check: str, lives: float, rests: float
) -> None:
    """Those that live for less than QueueDelay are met by sweeps alone."""
    account = estate()
    loop(account, how, lives, rests, lasts=2 * HOUR)
    assert told(account) == [(check, "open")]
    account.estate.roll("web")
    account.wait(2 * HOUR)
    assert told(account) == [(check, "open"), (check, "resolved")]


def test_tasks_that_are_never_registered_and_die_young_are_no_alarm() -> None:
    """An application that never gets healthy looks like this, and a task that is about to leave."""
    account = estate()
    loop(account, Registered.MISSING, lives=90, rests=5)
    loop(account, Registered.MISSING, lives=640, rests=5)
    assert told(account) == []


def test_one_task_of_each_deployment_is_no_proof() -> None:
    account = estate()
    for _ in range(5):
        loop(account, Registered.WRONG_PORT, lives=90, rests=60, lasts=150)
        account.estate.roll("web")
        account.wait(300)
        for task in account.estate.running("web"):
            account.estate.stop(task)
    assert told(account) == []


def test_what_was_dispelled_by_its_own_second_look_confirms_nothing() -> None:
    account = estate()
    for _ in range(3):
        task = account.estate.start("web", Registered.WRONG_PORT)
        account.wait(90)
        account.estate.register(task, Registered.RIGHT)
        account.wait(90)
        account.estate.stop(task)
        account.wait(30)
    assert told(account) == []


def test_a_day_later_a_suspicion_is_none() -> None:
    account = estate()
    loop(account, Registered.WRONG_PORT, lives=90, rests=60, lasts=150)
    account.wait(25 * HOUR)
    loop(account, Registered.WRONG_PORT, lives=90, rests=60, lasts=150)
    assert told(account) == []
