"""What DescribeServices or DescribeTasks leaves out once, without saying that it is MISSING, is not gone."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.simulation.account import Account
from tests.simulation.parts import Registered
from tests.simulation.readers import ECS
from tests.simulation.template import SWEEP_EVERY

REASONS = ["INTERNAL", "ACCESS_DENIED", ""]
Answer = dict[str, Any]


def leaving_out(asked: Callable[..., Answer], words: str, arn: str, name: str, reason: str) -> Callable[..., Answer]:
    """`asked`, that says nothing of one thing but why, if there is a `reason`."""

    def answer(self: ECS, **wanted: Any) -> Answer:
        told = asked(self, **wanted)
        left = [each[arn] for each in told[words] if each[arn].endswith(name)]
        failures = [{"arn": each, "reason": reason} for each in left if reason]
        told[words] = [each for each in told[words] if each[arn] not in left]
        return {**told, "failures": [*told["failures"], *failures]}

    return answer


@pytest.mark.parametrize("reason", REASONS)
def test_an_incident_stays_open_while_its_service_is_left_out(monkeypatch: pytest.MonkeyPatch, reason: str) -> None:
    account = Account()
    account.was_watched_before()
    for name in ("web", "api"):
        account.estate.create(name, 2)
    account.wait(1200)
    for task in account.estate.running("web"):
        account.estate.register(task, Registered.WRONG_PORT)
    account.wait(3 * SWEEP_EVERY)
    with monkeypatch.context() as patched:
        answer = leaving_out(ECS.describe_services, "services", "serviceArn", "/web", reason)
        patched.setattr(ECS, "describe_services", answer)
        account.wait(2 * SWEEP_EVERY)
    account.wait(3 * SWEEP_EVERY)
    told = [(each.data["state"], each.data["check"], each.data["ecs_service"]) for each in account.topic.published]
    assert told == [("open", "SC203", "web")]


@pytest.mark.parametrize("reason", REASONS)
def test_a_running_task_that_is_left_out_has_left_nothing(monkeypatch: pytest.MonkeyPatch, reason: str) -> None:
    account = Account()
    account.was_watched_before()
    account.estate.create("web", 3)
    account.wait(1200)
    task = account.estate.running("web")[0]
    with monkeypatch.context() as patched:
        answer = leaving_out(ECS.describe_tasks, "tasks", "taskArn", task.id, reason)
        patched.setattr(ECS, "describe_tasks", answer)
        account.wait(6 * SWEEP_EVERY)
    account.wait(3 * SWEEP_EVERY)
    assert [each.data["check"] for each in account.topic.published] == []
