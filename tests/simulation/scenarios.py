"""Stories of an estate, told with the times at which things happen: what goes wrong, and what mends it."""

from collections.abc import Callable

from scaudit.announce.pool import WINDOW
from tests.simulation.account import Account
from tests.simulation.parts import Registered

SETTLED, SWEPT, OVER = 180, 1000, 1500
"""Seconds until a task's own event is dealt with; until a sweep has been by and its findings are announced; until a
sweep has seen the end of a fault and the hold-down is over, too. A killed look comes again 725 seconds later."""
KILLED = 900

Story = Callable[[Account], None]
"""It ends when all is mended and said."""


def a_wrong_port_is_mended(account: Account) -> None:
    account.estate.create("web", 1)
    account.wait(SETTLED)
    (task,) = account.estate.running("web")
    account.estate.register(task, Registered.WRONG_PORT)
    account.wait(SWEPT + KILLED)
    account.estate.register(task, Registered.RIGHT)
    account.wait(OVER + KILLED)


def a_failing_task_is_lost_and_replaced(account: Account) -> None:
    account.estate.create("web", 0)
    account.estate.scale("web", 1, Registered.WRONG_ADDRESS)
    account.wait(SETTLED + KILLED)
    account.estate.stop(account.estate.running("web")[0])
    account.wait(SETTLED)
    account.estate.scale("web", 1)
    account.wait(3600 + OVER + KILLED)


def one_task_registers_late_and_one_too_late(account: Account) -> None:
    account.estate.create("web", 0)
    account.estate.create("api", 0)
    late, too_late = (account.estate.start(name, Registered.MISSING) for name in ("web", "api"))
    account.wait(400)
    account.estate.register(late, Registered.RIGHT)
    account.wait(600 + KILLED)
    account.estate.register(too_late, Registered.RIGHT)
    account.wait(OVER + KILLED)


def a_service_is_deleted_while_it_fails(account: Account) -> None:
    account.estate.create("web", 0)
    account.estate.scale("web", 1, Registered.WRONG_PORT)
    account.wait(SETTLED + KILLED)
    account.estate.delete("web")
    account.wait(OVER + KILLED)


def a_registration_stays_after_its_task(account: Account) -> None:
    account.estate.create("web", 2)
    account.wait(SETTLED)
    task = account.estate.running("web")[0]
    account.estate.stop(task, stays=True)
    account.wait(700 + KILLED)
    account.estate.register(task, Registered.MISSING)
    account.wait(OVER + KILLED)


def a_problem_comes_back_within_the_hold_down(account: Account) -> None:
    account.estate.create("web", 1)
    account.wait(SETTLED)
    (task,) = account.estate.running("web")
    for how in (Registered.WRONG_PORT, Registered.RIGHT, Registered.WRONG_PORT):
        account.estate.register(task, how)
        account.estate.tell_of_service("web", "SERVICE_TASK_START_IMPAIRED")
        account.wait(400)
    account.wait(KILLED)
    account.estate.register(task, Registered.RIGHT)
    account.wait(OVER + KILLED)


def more_breaks_than_the_budget_allows(account: Account) -> None:
    """One announcement is left of every window's budget, and three services fail alike."""
    account.storm_elsewhere(1, windows=20)
    names = [f"web{n}" for n in range(3)]
    for name in names:
        account.estate.create(name, 0)
        account.estate.scale(name, 1, Registered.WRONG_PORT)
    account.wait(SETTLED + WINDOW + KILLED)
    for name in names:
        account.estate.register(account.estate.running(name)[0], Registered.RIGHT)
    account.wait(OVER + WINDOW + KILLED)
    assert "digest" in {message.data["state"] for message in account.topic.published}


TOLD: dict[Story, list[str]] = {
    a_wrong_port_is_mended: ["open", "resolved"],
    a_failing_task_is_lost_and_replaced: ["open", "resolved"],
    one_task_registers_late_and_one_too_late: ["open", "resolved"],
    a_service_is_deleted_while_it_fails: ["open", "resolved"],
    a_registration_stays_after_its_task: ["open", "resolved"],
    a_problem_comes_back_within_the_hold_down: ["open", "resolved"],
    more_breaks_than_the_budget_allows: ["open"] * 3 + ["resolved"] * 3,
}
