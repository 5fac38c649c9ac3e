"""What kept a task from running is told once and by its cause, even if AWS does not answer at first."""

import pytest

from tests.simulation import template
from tests.simulation.account import Account
from tests.simulation.proxies import Proxy
from tests.simulation.runs import Fate, Plan, smoothly

SETTLED = 420
"""Seconds until what a stopped task left behind has been looked at, and so the task once more."""


class FirstOf:
    """The first of some calls is throttled, in whichever run of verify."""

    def __init__(self, call: str) -> None:
        self.met, self._call = False, call

    def __call__(self, function: str) -> Plan:
        return self._meet if function == "verify" else smoothly

    def _meet(self, _number: int, name: str) -> Fate:
        if self.met or name != self._call:
            return Fate.GO
        self.met = True
        return Fate.THROTTLE


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
