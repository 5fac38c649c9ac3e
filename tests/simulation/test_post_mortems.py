"""What kept a task from running is told once and by its cause, even if AWS does not answer at first."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from scaudit.audit.again import SOON
from tests.fakes.answers import PROXY
from tests.simulation import readers, template
from tests.simulation.account import Account
from tests.simulation.ends import ENDS
from tests.simulation.logs import Event, Logs
from tests.simulation.parts import Registered, Task
from tests.simulation.proxies import Proxy
from tests.simulation.runs import Fate, Plan, smoothly

HOLD = 120
"""Seconds from a look to its announcement, and the way there."""
SETTLED = 420
"""Seconds until what a stopped task left behind has been looked at, and so the task once more."""


class FirstOf:
    """The first of some calls meets its fate, in whichever run of verify; or a later one, after so many."""

    def __init__(self, call: str, fate: Fate = Fate.THROTTLE, after: int = 0) -> None:
        self.met, self._call, self._fate, self._after = False, call, fate, after

    def __call__(self, function: str) -> Plan:
        return self._meet if function == "verify" else smoothly

    def _meet(self, _number: int, name: str) -> Fate:
        if self.met or name != self._call:
            return Fate.GO
        self._after -= 1
        self.met = self._after < 0
        return self._fate if self.met else Fate.GO


@pytest.fixture
def account() -> Account:
    account = Account()
    account.estate.create("web", 1)
    account.wait(template.QUEUE_DELAY + 1)
    return account


def told(account: Account) -> list[tuple[str, str]]:
    return [(message.data["state"], message.data["check"]) for message in account.topic.published]


def stops_before_running(account: Account, proxy: Proxy) -> None:
    task = account.estate.place("web", proxy)
    account.wait(120)
    account.estate.stop(task, "TaskFailedToStart")
    account.wait(SETTLED)


@pytest.mark.parametrize("call", ["logs:GetLogEvents", "ecs:DescribeServices"])
@pytest.mark.parametrize(("proxy", "check"), [(Proxy.REFUSED, "SC304"), (Proxy.KILLED, "SC303")])
def test_what_could_not_be_read_at_first_is_read_later(account: Account, proxy: Proxy, check: str, call: str) -> None:
    account.plan_for = throttled = FirstOf(call)
    stops_before_running(account, proxy)
    assert throttled.met and told(account) == [("open", check)] and account.oracle.lies == []


def test_a_task_without_its_image_is_none_of_our_business(account: Account) -> None:
    stops_before_running(account, Proxy.ABSENT)
    assert told(account) == []


@pytest.mark.parametrize("age", [2, 6, 20, 57])
def test_a_task_that_is_called_off_while_it_starts_is_none_either(account: Account, age: float) -> None:
    """A deployment that another one replaces (soak, seed 123)."""
    account.estate.place("web")
    account.wait(age)
    account.estate.roll("web")
    account.wait(SETTLED)
    assert told(account) == [] and account.oracle.lies == []


@pytest.mark.parametrize("writes", range(6))
def test_a_run_that_dies_between_two_findings_leaves_no_effect_without_its_cause(account: Account, writes: int) -> None:
    """What it had no time to write comes with the same message 725 seconds later."""
    account.plan_for = FirstOf("dynamodb:UpdateItem", Fate.KILL_AFTER, writes)
    stops_before_running(account, Proxy.KILLED)
    account.wait(725 + SETTLED)
    assert told(account) == [("open", "SC303")] and account.oracle.lies == []


@pytest.mark.parametrize("late", [120, 700, 1000, 1300, 2500, 3300])
def test_J6_a_log_that_comes_late_is_told_of_soon_after(
    account: Account, late: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    def comes_late(logs: Logs, name: str) -> Iterator[Event]:
        task = logs._estate.tasks[name.split("/")[2]]
        there = task.stopped_at is None or logs._clock.now >= task.stopped_at + timedelta(seconds=late)
        return stream(logs, name) if there else iter(())

    stream = Logs._stream
    monkeypatch.setattr(Logs, "_stream", comes_late)
    stops_before_running(account, Proxy.KILLED)
    account.wait(max(0, late + SOON + HOLD - SETTLED))
    assert ("open", "SC303") in told(account) and account.oracle.lies == []


def test_a_registration_of_a_task_that_is_held_up_in_its_end_is_told_until_it_is_gone() -> None:
    account = Account()
    account.was_watched_before()
    account.estate.create("web", 2)
    account.wait(1200)
    (task, _) = account.estate.running("web")
    account.estate.hold_up(task)
    account.estate.start("web")
    account.wait(3600)
    (told,) = account.topic.published
    assert told.data["check"] == "SC206" and "still DEPROVISIONING" in told.message
    account.estate.stop(task, stays=True)
    account.wait(3600)
    account.estate.register(task, Registered.MISSING)
    account.wait(3600)
    assert [each.data["state"] for each in account.topic.published] == ["open", "resolved"]
    assert account.oracle.lies == []


def test_a_task_that_takes_its_time_to_end_and_has_left_is_nothing() -> None:
    account = Account()
    account.was_watched_before()
    account.estate.create("web", 2)
    account.wait(1200)
    (task, _) = account.estate.running("web")
    account.estate.hold_up(task)
    account.estate.register(task, Registered.MISSING)
    account.estate.start("web")
    account.wait(3600)
    assert account.topic.published == []


def test_a_proxy_that_dies_is_told_though_ecs_describes_its_task_as_before_for_a_while(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    account = Account()
    account.was_watched_before()
    account.estate.create("web", 3)
    account.wait(1200)
    described = readers._task

    def late(task: Task) -> dict[str, Any]:
        told = described(task)
        if task.stopped_at is None or account.clock.now > task.stopped_at + timedelta(
            seconds=template.QUEUE_DELAY + 60
        ):
            return told
        proxy = {"name": PROXY, "lastStatus": "RUNNING", "healthStatus": "HEALTHY"}
        before = {"lastStatus": "DEACTIVATING", "version": task.version - 1, "containers": [proxy]}
        return {name: value for name, value in told.items() if not name.startswith("stop")} | before

    monkeypatch.setattr(readers, "_task", late)
    for _ in range(2):
        task = account.estate.running("web")[0]
        account.estate.falls_ill(task, ENDS["out of memory"])
        account.estate.stop_for_its_proxy(task)
        account.estate.scale("web", 3)
        account.wait(700)
    account.wait(1800)
    (told,) = account.topic.published
    assert (told.data["check"], told.data["affected"]["count"]) == ("SC310", 2)
