"""What a task may be doing that is no fault: on its way up, on its way down, over, or late."""

from datetime import timedelta

import pytest

from scaudit.model import Status
from tests.builders import with_task
from tests.checks.worlds.rows import Row, of_task
from tests.complaints.command import check
from tests.complaints.watched import SWEPT, Watched
from tests.simulation import template
from tests.simulation.healthy_life import LATEST_DEREGISTRATION, LATEST_REGISTRATION
from tests.simulation.parts import Registered
from tests.simulation.proxies import Proxy

START_DEADLINE = template.environment("VerifyFunction")["START_DEADLINE"]


@pytest.mark.parametrize("state", ["DEACTIVATING", "STOPPING", "DEPROVISIONING", "STOPPED", "DELETED"])
def test_completed_tasks_never_fail_a_check(account: Watched, state: str) -> None:
    """linkerd2 #6128, #4476, #8010, #11280: as soon as a task is to leave, ECS takes it out of Cloud Map. It is looked
    at all the same: for the event of its start, and by every sweep."""
    task = account.estate.start("web")
    account.wait(template.QUEUE_DELAY / 2)
    account.estate.leave(task)
    task.last, task.stopped_at = state, account.clock() if state == "STOPPED" else None
    account.wait(2 * SWEPT)
    assert account.told == [] and {record["verdict"] for record in account.about(task.id)} <= {"skipped"}


@pytest.mark.parametrize(
    "code",
    ["ServiceSchedulerInitiated", "SpotInterruption", "TerminationNotice", "UserInitiated", "EssentialContainerExited"],
)
def test_tasks_that_merely_stop_alert_nobody(account: Watched, code: str) -> None:
    """wellcomecollection/platform-infrastructure #246: for whatever reason they stop, and come back."""
    for _ in range(4):
        task = account.estate.running("web")[0]
        account.estate.stop(task, code, "it stopped", stays=True)
        account.estate.start("web")
        account.wait(LATEST_DEREGISTRATION)
        account.estate.register(task, Registered.MISSING)
    account.wait(SWEPT)
    assert account.told == []


def test_a_pending_task_is_waited_for_but_not_for_ever(account: Watched) -> None:
    """linkerd2 #3574"""
    task = account.estate.place("web", Proxy.REFUSED)
    account.wait(int(START_DEADLINE) - 60)
    assert account.about(task.id) == [], "a sweep has been by"
    account.wait(2 * SWEPT)
    assert account.told == [("open", "SC304", "web")]


def test_a_pending_task_does_not_hang_the_command(account: Watched, monkeypatch: pytest.MonkeyPatch) -> None:
    """linkerd2 #3574"""
    began = account.clock.now
    account.estate.place("web")
    code, told = check(account, monkeypatch, "--wait", "30")
    assert timedelta(seconds=30) <= account.clock.now - began < timedelta(seconds=35)
    assert code == 2 and [f["id"] for f in told["findings"] if f["status"] == "pending"] == ["SC209"]


def test_late_registrations_and_deregistrations_have_their_time(account: Watched) -> None:
    """containers-roadmap #343, #473, #830, #1639, #2184"""
    leaves = account.estate.running("web")[0]
    account.estate.stop(leaves, stays=True)
    late = account.estate.start("web", Registered.MISSING)
    account.wait(LATEST_DEREGISTRATION)
    account.estate.register(leaves, Registered.MISSING)
    account.wait(LATEST_REGISTRATION - LATEST_DEREGISTRATION)
    account.estate.register(late, Registered.RIGHT)
    account.wait(SWEPT)
    assert account.told == []


def test_registrations_and_deregistrations_that_never_come_are_told(account: Watched) -> None:
    """containers-roadmap #343, #473"""
    account.estate.stop(account.estate.running("web")[0], stays=True)
    account.estate.start("web", Registered.MISSING)
    account.wait(SWEPT)
    assert sorted(account.told) == [("open", "SC201", "web"), ("open", "SC206", "web")]


@pytest.mark.parametrize("backwards", [False, True])
def test_a_late_running_event_does_not_bring_a_stopped_task_back(account: Watched, backwards: bool) -> None:
    """consul-ecs #284: marked healthy after SIGTERM. The events of its start come last, whatever their order."""
    account.delays, account.backwards = lambda: [200], backwards
    task = account.estate.start("web")
    account.delays = lambda: [0]
    account.wait(20)
    account.estate.stop(task)
    account.wait(SWEPT)
    assert account.told == [] and [record["verdict"] for record in account.about(task.id)] == ["skipped"], "its end"


def test_a_description_that_is_older_than_its_event_is_not_judged(account: Watched) -> None:
    """consul-ecs #284: what was seen in the wrong order does not count."""
    task = account.estate.start("web", Registered.WRONG_PORT)
    task.version -= 1
    account.wait(template.QUEUE_DELAY + template.SECOND_LOOK + 100)
    assert account.told == [] and account.about(task.id) == []
    task.version += 1
    account.wait(SWEPT)
    assert account.told == [("open", "SC203", "web")]


@pytest.mark.parametrize("health", ["UNKNOWN", ""])
def test_a_proxy_that_nothing_is_known_of_is_not_well(health: str) -> None:
    """consul-ecs #300: a container without a state yet counted as healthy."""
    row = Row("", of_task(with_task(proxy_health=health)))
    assert "SC302" in row.are(Status.UNKNOWN) and "SC302" not in row.are(Status.PASS)
