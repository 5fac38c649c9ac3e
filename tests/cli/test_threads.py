"""Calls side by side: in order, within one quota, and never waiting for one another."""

import threading
from concurrent.futures import ThreadPoolExecutor

from scaudit.collect.aws.action import Action, Quota
from scaudit.collect.aws.pace import Pace
from scaudit_cli.check.threads import SideBySide


def test_calls_are_made_at_once_and_come_back_in_order() -> None:
    barrier = threading.Barrier(3)

    def work(number: int) -> int:
        barrier.wait(5)
        return number * 2

    assert list(SideBySide(3)(work, [1, 2, 3])) == [2, 4, 6]


def test_within_a_call_further_ones_follow_one_another() -> None:
    side_by_side = SideBySide(2)
    twice = list(side_by_side(lambda n: list(side_by_side(lambda m: (n, m), [1, 2])), [1, 2]))
    assert twice == [[(1, 1), (1, 2)], [(2, 1), (2, 2)]]


def test_threads_share_one_quota() -> None:
    slept: list[float] = []
    pace = Pace("eu-west-1", 1, now=lambda: 0.0, sleep=slept.append)
    action = Action("ecs:Describe", "", Quota("q", rate=10, burst=20), ())
    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(lambda _: pace.turn(action, 60), range(30)))
    assert sorted(round(wait, 3) for wait in slept) == [round(0.2 * n, 3) for n in range(1, 21)]
