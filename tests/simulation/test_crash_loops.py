"""Tasks whose proxies are killed, one after the other, at any pace: one incident, and few messages."""

from random import Random

import pytest

from tests.simulation.account import Account
from tests.simulation.proxies import Proxy

HOUR, DAY = 3600, 24 * 3600


@pytest.mark.parametrize(("life", "lasts"), [(20, HOUR), (120, 2 * HOUR), (300, DAY / 2), (6 * HOUR, DAY)])
def test_J15_a_crash_loop_is_six_messages_at_most_whatever_its_pace(life: float, lasts: float) -> None:
    account, random = Account(), Random(life)
    account.was_watched_before()
    account.estate.create("web", 1)
    account.wait(300)
    ends = account.clock.now.timestamp() + lasts
    while account.clock.now.timestamp() < ends:
        task = account.estate.place("web", Proxy.KILLED)
        account.wait(life * random.uniform(0.5, 1.5))
        account.estate.stop(task, "TaskFailedToStart", "Task failed container health checks")
        account.wait(random.uniform(1, 30))
    account.wait(DAY)
    told = [message.data for message in account.topic.published if message.data["state"] != "reminder"]
    assert [each["state"] for each in told][:: len(told) - 1] == ["open", "resolved"] and len(told) <= 6
    assert {each["check"] for each in told} <= {"SC209", "SC303", "SC304"} and account.oracle.open == set()
    assert account.oracle.lies == [] and not account.queue.dead
