"""How long starts took, by the records of looks that come late, twice or not at all: bounds hold what is true."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from random import Random
from typing import Any

import pytest

from scaudit_cli.ask.starts import Rollout, Start, rollouts
from tests.simulation.account import Account
from tests.simulation.parts import Registered, Task

HOUR = 3600


class Recording(Account):
    """One whose audit log is kept."""

    def __init__(self) -> None:
        self.lines: list[Mapping[str, Any]] = []
        super().__init__()
        self.was_watched_before()

    def _record(self, record: Mapping[str, Any]) -> None:
        self.lines.append(record)
        super()._record(record)

    def rollout(self, deployment: str) -> Rollout:
        (found,) = [each for each in rollouts(self.lines) if each.id == deployment]
        return found

    def start_of(self, task: Task) -> Start:
        mine = [line for line in self.lines if line.get("task_id") == task.id]
        (found,) = [start for each in rollouts(mine) for start in each.starts]
        return found


class Plan:
    """What happens at which moment."""

    def __init__(self, account: Recording) -> None:
        self.account = account
        self.due: list[tuple[datetime, Callable[[], None]]] = []

    def after(self, seconds: float, what: Callable[[], None]) -> None:
        self.due.append((self.account.clock() + timedelta(seconds=seconds), what))

    def play(self) -> None:
        for at, what in sorted(self.due, key=lambda one: one[0]):
            self.account.wait(max((at - self.account.clock()).total_seconds(), 0))
            what()


def begins(plan: Plan, chance: Random, task: Task, registered: dict[str, float]) -> None:
    """It is RUNNING after a while, and registered some time after that; one in five never is."""
    ran, late = chance.uniform(1, 120), chance.choice((0, chance.uniform(0, 60), chance.uniform(60, 1200), None))
    estate = plan.account.estate
    plan.after(ran, lambda: estate.run(task, Registered.MISSING) and None)
    if late is not None:
        registered[task.id] = ran + late
        plan.after(ran + late, lambda: estate.register(task, Registered.RIGHT))


@pytest.mark.parametrize("seed", range(6))
def test_no_bound_says_what_is_not_so_however_looks_come(seed: int) -> None:
    chance, account = Random(seed), Recording()
    account.delays = lambda: chance.choice(([], [0], [0], [0, 30], [chance.uniform(0, 900)]))
    account.estate.create("web")
    account.estate.services["web"].desired = 12
    plan, registered = Plan(account), dict[str, float]()
    tasks = [account.estate.place("web") for _ in range(12)]
    for task in tasks:
        begins(plan, chance, task, registered)
    plan.play()
    account.wait(2 * HOUR)
    known = [account.start_of(task) for task in tasks]
    for task, start in zip(tasks, known, strict=True):
        true = registered.get(task.id)
        assert task.started_at and start.running == pytest.approx(
            (task.started_at - task.created_at).total_seconds(), abs=0.1
        )
        assert start.by is None or (true is not None and true <= start.by)
        assert start.not_at is None or true is None or start.not_at <= true
        assert true is None or start.by is not None, "it was looked at within the hour"
    assert sum(start.by is not None for start in known) == len(registered)


def test_a_deployment_is_told_with_its_beginning_and_end_and_its_tasks_alone() -> None:
    account = Recording()
    account.estate.create("web", 3)
    account.wait(600)
    account.estate.roll("web")
    account.wait(600)
    found = account.rollout(account.estate.services["web"].deployments[0].id)
    assert [event.name for event in found.events] == ["SERVICE_DEPLOYMENT_IN_PROGRESS", "SERVICE_DEPLOYMENT_COMPLETED"]
    assert len(found.starts) == 3
    assert all(start.running == 0 and start.by is not None and start.ready is not None for start in found.starts)


def test_looks_of_a_quiet_day_tell_of_no_start() -> None:
    account = Recording()
    account.estate.create("web", 3)
    account.wait(2 * HOUR)
    before = len(account.lines)
    account.wait(26 * HOUR)
    later = account.lines[before:]
    assert {"task", "verified"} <= {line["record"] for line in later}
    assert not any("running_after" in line for line in later)
