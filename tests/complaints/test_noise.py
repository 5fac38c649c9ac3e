"""How often one is told of one thing: once when it begins, once when it is over, and by its cause."""

from datetime import timedelta

import pytest

from tests.complaints.watched import OVER, SWEPT, Watched
from tests.simulation import template
from tests.simulation.parts import Registered, Task
from tests.simulation.proxies import Proxy

OPENED, RESOLVED = ("open", "SC203", "web"), ("resolved", "SC203", "web")
DAY = 24 * 3600


@pytest.fixture
def task(account: Watched) -> Task:
    """The younger task of the service."""
    return account.estate.running("web")[-1]


def becomes(account: Watched, task: Task, how: Registered) -> None:
    """Somebody changes the registration by hand, and an event makes scaudit look."""
    account.estate.register(task, how)
    account.estate.tell_of_service("web", "SERVICE_TASK_START_IMPAIRED")


def test_the_same_finding_is_not_sent_again_and_again(account: Watched, task: Task) -> None:
    """aws-samples/aws-securityhub-to-slack #16, #1: not in all the looks of almost a day."""
    for _ in range(40):
        becomes(account, task, Registered.WRONG_PORT)
        account.wait(2000)
    assert account.told == [OPENED]
    assert sum(task.id in record["verified"].partition("fail: ")[2] for record in account.kinds("verified")) > 80


def test_what_is_resolved_is_not_sent_again(account: Watched, task: Task) -> None:
    """aws-secure-environment-accelerator #1184: what was over was still mailed."""
    becomes(account, task, Registered.WRONG_PORT)
    account.wait(SWEPT)
    becomes(account, task, Registered.RIGHT)
    account.wait(2 * DAY)
    assert account.told == [OPENED, RESOLVED]


def test_one_cause_is_one_alert(account: Watched) -> None:
    """ministryofjustice/modernisation-platform #8325: one cause, four alerts. Here four checks fail for each task."""
    for _ in range(3):
        task = account.estate.place("web", Proxy.REFUSED)
        account.wait(200)
        account.estate.stop(task, "TaskFailedToStart", "Task failed container health checks")
    account.wait(SWEPT)
    assert account.told == [("open", "SC304", "web")]
    found = [each for record in account.about(task.id) for each in record.get("findings", ())]
    causes = {each["check"]: each.get("caused_by", "") for each in found if each["status"] == "fail"}
    assert causes == {"SC304": "", **dict.fromkeys(("SC209", "SC303"), "SC304")}


def test_many_tasks_that_fail_alike_are_one_alert(account: Watched) -> None:
    """ministryofjustice/modernisation-platform #8325: also those that fail a little later."""
    account.estate.scale("web", 2 + 20, Registered.WRONG_PORT)
    account.wait(template.ANNOUNCE_DELAY / 2)
    account.estate.scale("web", 2 + 30, Registered.WRONG_PORT)
    account.wait(SWEPT)
    assert account.told == [OPENED]
    (message,) = account.topic.published
    assert message.data["affected"]["count"] == 30 and len(message.data["affected"]["samples"]) == 3


@pytest.mark.parametrize("backwards", [False, True])
def test_duplicate_delivery_is_one_announcement(account: Watched, task: Task, backwards: bool) -> None:
    """cloud-custodian #8702, #8302: every event comes five times, and so do messages and changes of the table."""
    account.delays, account.backwards = lambda: [0, 0, 5, 61, 300], backwards
    for how in (Registered.WRONG_PORT, Registered.RIGHT):
        becomes(account, task, how)
        for _ in range(10):
            account.wait(OVER / 10)
            account.verify(account.queue.handed_out[-20:])
            account.notify(account.stream.heard[-20:])
    assert account.told == [OPENED, RESOLVED]


def test_only_a_change_is_announced(account: Watched, task: Task) -> None:
    """cloud-custodian #7164: some more tasks that fail are no change, ten times as many are."""
    becomes(account, task, Registered.WRONG_PORT)
    account.wait(SWEPT)
    account.estate.scale("web", 10, Registered.WRONG_PORT)
    account.wait(3600 + SWEPT)
    assert account.told == [OPENED]
    account.estate.scale("web", 14, Registered.WRONG_PORT)
    account.wait(SWEPT)
    assert account.told == [OPENED, ("grew", "SC203", "web")]
    account.estate.roll("web")
    account.wait(OVER)
    assert account.told[2:] == [RESOLVED]


def test_flapping_is_held_down(account: Watched, task: Task) -> None:
    """prometheus/alertmanager #204, #3048; grafana #7886; elastic/kibana #49412"""
    for _ in range(12):
        becomes(account, task, Registered.WRONG_PORT)
        account.wait(300)
        becomes(account, task, Registered.RIGHT)
        account.wait(template.HOLD_DOWN - 100)
    well_since = account.clock.now - timedelta(seconds=template.HOLD_DOWN - 100)
    assert account.told == [OPENED]
    account.wait(OVER)
    assert account.told == [OPENED, RESOLVED]
    assert account.topic.published[-1].at >= well_since + timedelta(seconds=template.HOLD_DOWN)


def test_a_crash_loop_is_one_alert(account: Watched) -> None:
    """prometheus/alertmanager #3048: each task of it fails and is lost, and the next one comes after the hold-down."""
    for _ in range(4):
        task = account.estate.start("web", Registered.WRONG_PORT)
        account.wait(300)
        account.estate.stop(task, "EssentialContainerExited")
        account.wait(template.HOLD_DOWN + 300)
    assert account.told == [OPENED]


GONE = {
    "deleted": (lambda account: account.estate.delete("web"), "service deleted", OVER),
    "scaled to zero": (lambda account: account.estate.scale("web", 0), "service scaled to zero", OVER),
    # The new task has to outlive what the old one lived before it failed, or an hour.
    "redeployed": (lambda account: account.estate.roll("web"), "", 3600 + OVER),
}


@pytest.mark.parametrize(("ends", "why", "over"), GONE.values(), ids=GONE)
def test_findings_of_what_is_gone_close(account: Watched, task: Task, ends, why: str, over: float) -> None:
    """prowler #2843: findings of deleted resources stayed open for ever."""
    becomes(account, task, Registered.WRONG_PORT)
    account.wait(SWEPT)
    ends(account)
    account.wait(over)
    assert account.told == [OPENED, RESOLVED]
    assert account.topic.published[-1].data["closed_because"] == why


def test_only_signals_of_trouble_make_it_look(account: Watched) -> None:
    """wellcomecollection/platform-infrastructure #378: the impaired start, and not everything that ECS says."""
    for name, looks in (
        ("SERVICE_TASK_START_IMPAIRED", 1),
        ("SERVICE_STEADY_STATE", 0),
        ("CAPACITY_PROVIDER_STEADY_STATE", 0),
    ):
        before = account.events
        account.estate.tell_of_service("web", name)
        assert account.events == before + looks


def test_an_alert_links_to_the_console(account: Watched, task: Task) -> None:
    """wellcomecollection/platform-infrastructure #378"""
    becomes(account, task, Registered.WRONG_PORT)
    account.wait(SWEPT)
    (message,) = account.topic.published
    link = message.data["console"]
    assert link.startswith("https://") and "/clusters/tutorial/services/web/" in link and link in message.data["text"]
