"""Where a task is in its life."""

from dataclasses import replace
from datetime import timedelta

import pytest

from scaudit.model.task_stages import Stage, stage
from tests.builders import NOW, TASK

DEADLINE = 900


@pytest.mark.parametrize(
    ("last", "desired", "age", "expected"),
    [
        ("RUNNING", "RUNNING", 0, Stage.RUNNING),
        ("RUNNING", "STOPPED", 0, Stage.LEAVING),
        ("PROVISIONING", "RUNNING", DEADLINE, Stage.COMING),
        ("PENDING", "RUNNING", DEADLINE + 1, Stage.STUCK),
        ("ACTIVATING", "RUNNING", DEADLINE + 1, Stage.STUCK),
        ("PENDING", "STOPPED", DEADLINE + 1, Stage.LEAVING),
        ("DEACTIVATING", "STOPPED", 0, Stage.LEAVING),
        ("STOPPING", "STOPPED", 0, Stage.LEAVING),
        ("DEPROVISIONING", "STOPPED", 0, Stage.LEAVING),
        ("DELETED", "STOPPED", 0, Stage.LEAVING),
        ("STOPPED", "STOPPED", 0, Stage.GONE),
        ("HIBERNATING", "RUNNING", 0, Stage.STRANGE),
    ],
)
def test_a_task_is_judged_by_its_stage(last: str, desired: str, age: float, expected: Stage) -> None:
    task = replace(TASK, last_status=last, desired_status=desired, created_at=NOW - timedelta(seconds=age))
    assert stage(task, NOW, DEADLINE) is expected


def test_a_task_that_ecs_forgot_is_gone() -> None:
    assert stage(None, NOW, DEADLINE) is Stage.GONE
