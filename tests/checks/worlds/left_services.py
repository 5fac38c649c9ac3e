"""What deleted services leave in a namespace."""

from scaudit.checks.check import Verdict
from scaudit.judge.namespaces import judge_namespace
from scaudit.judge.rules import Rules
from scaudit.model import LeftService, Unread
from tests.builders import ARN, NOW
from tests.checks.worlds.rows import Row, ago

LEFT = LeftService("srv-orders", "orders", f"{ARN}:service/tutorial/orders")


def of_namespace(left: LeftService | Unread | None, minutes: float = 10) -> list[Verdict]:
    """What is said of a Cloud Map service that was first seen so many minutes ago."""
    return judge_namespace({LEFT.id: left}, {LEFT.id: ago(minutes)}, NOW, Rules())


FAILING = [Row("R12: its ECS service is gone", of_namespace(LEFT), {"SC208"})]
HEALTHY_ALL_THE_SAME = [
    Row("its ECS service is being made, or deleted", of_namespace(LEFT, 9)),
    Row("it is gone, or its ECS service is back", of_namespace(None)),
]
