"""A deployment that shifts traffic between two sets of tasks and stands still, on the simulated account (J9)."""

import pytest

from tests.simulation.account import Account
from tests.simulation.estate import Estate
from tests.simulation.parts import Registered, Task

SETTLED, DAYS = 600, 2 * 86400


def told(account: Account) -> dict[str, str]:
    """The severity of each check that was announced."""
    assert account.oracle.lies == []
    return {m.data["check"]: m.data["severity"] for m in account.topic.published if m.data["state"] == "open"}


def recorded(account: Account) -> set[str]:
    """The checks with a failing member."""
    return {
        item["sk"]["S"].split("#")[0]
        for item in account.table.items.values()
        if item.get("state") == {"S": "fail"} and item["pk"]["S"].endswith("/web")
    }


def shifts_and_stands(account: Account, strategy: str) -> tuple[list[Task], list[Task]]:
    """The blue and the green tasks of a deployment that stands still half-way."""
    estate: Estate = account.estate
    estate.create("web", 2)
    account.was_watched_before()
    account.wait(SETTLED)
    estate.services["web"].strategy = strategy
    estate.deploy("web")
    blue = estate.running("web")
    green = [estate.start("web") for _ in blue]
    account.wait(SETTLED)
    return blue, green


@pytest.mark.parametrize("strategy", ["BLUE_GREEN", "LINEAR", "CANARY"])
def test_J9_a_shift_that_stands_for_days_hides_no_task_and_is_told_itself(strategy: str) -> None:
    account = Account()
    blue, green = shifts_and_stands(account, strategy)
    for task in (*blue, *green):
        account.estate.register(task, Registered.MISSING)
    account.wait(DAYS)
    assert told(account) == {"SC201": "critical"}
    assert recorded(account) == {"SC201", "SC210"}
    for task in (*blue, *green):
        account.estate.register(task, Registered.RIGHT)
    for task in blue:
        account.estate.stop(task)
    account.estate.retire("web")
    account.wait(DAYS)
    assert recorded(account) == set()
    assert [m.data["state"] for m in account.topic.published][-1] == "resolved"


def test_J9_a_wrong_registration_of_the_second_set_is_recorded_as_a_warning() -> None:
    account = Account()
    blue, _ = shifts_and_stands(account, "BLUE_GREEN")
    account.estate.register(blue[0], Registered.WRONG_PORT)
    account.wait(SETTLED + 3600)
    assert told(account) == {} and recorded(account) == {"SC203"}


def test_J9_a_shift_that_ends_within_the_day_says_nothing() -> None:
    account = Account()
    blue, _ = shifts_and_stands(account, "CANARY")
    account.wait(80000)
    for task in blue:
        account.estate.stop(task)
    account.estate.retire("web")
    account.wait(DAYS)
    assert told(account) == {} and recorded(account) == set()
