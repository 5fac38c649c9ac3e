"""Cases of faults that stood and were never told. Each is a row of the list that a hostile review made (J), played in
the simulated account."""

from typing import Any

from tests.complaints.cases.played import Played
from tests.complaints.watched import OVER, SWEPT
from tests.simulation import template
from tests.simulation.parts import Registered

OPENED = ("open", "SC203", "web")
HOUR, DAY = 3600, 24 * 3600


def described(account: Played, texts: dict[str, str]) -> None:
    """What stands in the descriptions of Cloud Map services, by their names."""

    def change(answer: dict[str, Any], _: object) -> None:
        for each in [*answer.get("Services", ()), *([answer["Service"]] if "Service" in answer else ())]:
            each["Description"] = texts.get(each["Name"], each["Description"])

    account.answers("get_service", change)
    account.answers("list_services", change)


def test_j3_an_edited_description_does_not_hide_a_missing_registration(new: Played) -> None:
    """Two findings of one service are not for that one cause."""
    described(new, {"web": "the shop's front"})
    new.estate.create("web", 1)
    new.wait(2 * SWEPT)
    assert "SC104" in new.standing()
    new.estate.start("web", Registered.MISSING)
    new.wait(SWEPT)
    assert ("open", "SC201", "web") in new.told


def test_j7_that_all_tasks_fail_is_told_where_one_was(account: Played) -> None:
    """Only ten times as many were news."""
    account.estate.scale("web", 9)
    account.estate.register(account.estate.running("web")[0], Registered.WRONG_PORT)
    account.wait(2 * SWEPT)
    assert account.told == [OPENED]
    for task in account.estate.running("web"):
        account.estate.register(task, Registered.WRONG_PORT)
    account.wait(HOUR + SWEPT)
    assert account.told == [OPENED, ("grew", "SC203", "web")]


def test_j8_what_breaks_days_after_an_outbreak_is_told(new: Played) -> None:
    """One team's broken services muted all that others broke later."""
    names = [f"web{n:02}" for n in range(24)]
    for name in names:
        new.estate.create(name, 1)
    new.wait(2 * SWEPT)
    for name in names[:21]:
        new.estate.register(new.estate.running(name)[0], Registered.WRONG_PORT)
    new.wait(2 * SWEPT)
    assert ("open", "SC903", "") in [(state, check, "") for state, check, _ in new.told]
    new.sweep_every = 6 * HOUR
    new.wait(3 * DAY)
    new.estate.register(new.estate.running(names[-1])[0], Registered.WRONG_PORT)
    new.wait(7 * HOUR)
    assert ("open", "SC203", names[-1]) in new.told


def test_j10_a_failure_that_was_mended_is_not_repeated_from_memory(new: Played) -> None:
    """The answer was kept for 90 days, and its verdict with it."""
    texts = {"web": "the shop's front"}
    described(new, texts)
    new.estate.create("web", 1)
    new.wait(2 * SWEPT)
    assert "SC104" in new.standing()
    texts.clear()
    new.wait(3 * SWEPT)
    assert "SC104" not in new.standing()


def test_j11_tasks_that_cannot_be_listed_are_not_covered(account: Played) -> None:
    """ListTasks is refused while tasks run that are not registered: "0 of 0" were verified, and that passed."""
    for task in account.estate.running("web"):
        account.estate.register(task, Registered.MISSING)
    account.refuses("list_tasks")
    account.wait(2 * HOUR)
    assert "SC904" in account.standing("scaudit")


def test_j17_a_pass_seen_before_the_loss_does_not_clear_it(account: Played) -> None:
    """A younger task was well, hours ago; nobody has looked at it since."""
    older, younger = account.estate.running("web")
    account.estate.register(older, Registered.WRONG_PORT)
    account.wait(2 * SWEPT)
    assert account.told == [OPENED] and younger.created_at > older.created_at
    account.sweep_at = account.after(DAY)
    account.estate.stop(older, "EssentialContainerExited")
    account.wait(template.QUEUE_DELAY + OVER)
    assert account.told == [OPENED]
