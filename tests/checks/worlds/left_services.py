"""What services leave in a namespace."""

from dataclasses import replace

from scaudit.checks.check import Verdict
from scaudit.judge.namespaces import judge_namespace
from scaudit.judge.rules import Rules
from scaudit.model import LeftService, Unread
from tests.builders import ARN, NOW, TASK_ID
from tests.checks.worlds.rows import Row, ago

LEFT = LeftService("srv-orders", "orders", f"{ARN}:service/tutorial/orders")


def of_namespace(left: LeftService | Unread | None, minutes: float = 10) -> list[Verdict]:
    """What is said of a Cloud Map service that was first seen so many minutes ago."""
    return judge_namespace({LEFT.id: left}, {LEFT.id: ago(minutes)}, NOW, Rules())


ABANDONED = replace(LEFT, registered=(TASK_ID,))
FAILING = [
    Row("R12: its ECS service is gone", of_namespace(LEFT), {"SC208"}),
    Row("its ECS service has no such endpoint, and a task is left in it", of_namespace(ABANDONED), {"SC208"}),
]
HEALTHY_ALL_THE_SAME = [
    Row("its ECS service has had no such endpoint for a few minutes", of_namespace(ABANDONED, 9)),
    Row("its ECS service is being made, or deleted", of_namespace(LEFT, 9)),
    Row("it is gone, or its ECS service is back", of_namespace(None)),
]
