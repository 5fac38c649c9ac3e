"""Where a task is in its life, as far as that decides how it is judged (AWS: Amazon ECS task lifecycle)."""

from datetime import datetime
from enum import StrEnum

from scaudit.model import Task

COMING = frozenset({"PROVISIONING", "PENDING", "ACTIVATING"})
"""What a task is before it is RUNNING."""
_GOING = frozenset({"DEACTIVATING", "STOPPING", "DEPROVISIONING", "DELETED"})


class Stage(StrEnum):
    """`stuck` has not reached RUNNING in time, `gone` is stopped or forgotten by ECS, `strange` is in a state that is
    not known to scaudit."""

    COMING = "coming"
    STUCK = "stuck"
    RUNNING = "running"
    LEAVING = "leaving"
    GONE = "gone"
    STRANGE = "strange"


def stage(task: Task | None, at: datetime, start_deadline: int) -> Stage:
    """The stage of a task as it was described `at`; None is one that ECS does not know any more. `start_deadline` is
    in seconds from its creation."""
    if task is None or task.last_status == "STOPPED":
        return Stage.GONE
    if task.last_status in _GOING or task.desired_status == "STOPPED":
        return Stage.LEAVING
    if task.last_status == "RUNNING":
        return Stage.RUNNING
    if task.last_status in COMING:
        return Stage.STUCK if (at - task.created_at).total_seconds() > start_deadline else Stage.COMING
    return Stage.STRANGE
