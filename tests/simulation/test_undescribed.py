"""What ECS lists and does not describe, for days: no dead letters, and told once."""

from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.builders import ARN
from tests.simulation.account import Account
from tests.simulation.estate import CLUSTER
from tests.simulation.readers import ECS
from tests.simulation.template import SWEEP_EVERY

HOUR = 3600
describe, listed = ECS.describe_services, ECS.list_services


def fails(self: ECS, *, services: list[str], **asked: Any) -> dict[str, Any]:
    """Of web alone, with a reason that is none for its being gone."""
    told = describe(self, services=[name for name in services if name != "web"], **asked)
    failure = {"arn": f"{ARN}:service/{CLUSTER}/web", "reason": "INTERNAL"}
    return {**told, "failures": [*told["failures"], *([failure] if "web" in services else [])]}


def throttled(self: ECS, **asked: Any) -> dict[str, Any]:
    raise ClientError({"Error": {"Code": "ThrottlingException", "Message": "Rate exceeded"}}, "DescribeServices")


@pytest.mark.parametrize(
    ("operation", "answer"),
    [("describe_services", fails), ("describe_services", throttled), ("list_services", throttled)],
)
def test_what_is_not_described_for_a_day_is_told_once_and_fills_no_dead_letter_queue(
    operation: str, answer: Callable[..., dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    account = Account()
    account.was_watched_before()
    for name in ("web", "api"):
        account.estate.create(name, 5)
    account.wait(2 * SWEEP_EVERY)

    def told() -> list[tuple[str, str]]:
        assert not account.queue.dead and account.oracle.lies == []
        found = [(each.data["check"], each.data["state"]) for each in account.topic.published]
        return [each for each in found if each[1] != "reminder"]

    with monkeypatch.context() as patched:
        patched.setattr(ECS, operation, answer)
        for _ in range(23):
            account.estate.tell_of_service("web", "SERVICE_DEPLOYMENT_COMPLETED")
            account.wait(HOUR)
        assert told() == []
        account.wait(7 * HOUR)
        assert told() == [("SC904", "open")]
    account.wait(HOUR)
    assert told() == [("SC904", "open"), ("SC904", "resolved")]
