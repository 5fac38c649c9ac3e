"""What ECS lists and does not describe, for days: no dead letters, and told once."""

from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.builders import ARN, REGION
from tests.simulation.account import Account
from tests.simulation.estate import CLUSTER
from tests.simulation.readers import ECS, CloudMap
from tests.simulation.template import SWEEP_EVERY

HOUR = 3600
describe, listed = ECS.describe_services, ECS.list_services


def fails(self: ECS, *, services: list[str], **asked: Any) -> dict[str, Any]:
    """Of web alone, with a reason that is none for its being gone."""
    told = describe(self, services=[name for name in services if name != "web"], **asked)
    failure = {"arn": f"{ARN}:service/{CLUSTER}/web", "reason": "INTERNAL"}
    return {**told, "failures": [*told["failures"], *([failure] if "web" in services else [])]}


def throttled(self: ECS | CloudMap, **asked: Any) -> dict[str, Any]:
    raise ClientError({"Error": {"Code": "ThrottlingException", "Message": "Rate exceeded"}}, "DescribeServices")


@pytest.mark.parametrize("before", [True, False], ids=["swept before", "from the first sweep on"])
@pytest.mark.parametrize(
    ("reader", "operation", "answer"),
    [
        (ECS, "describe_services", fails),
        (ECS, "describe_services", throttled),
        (ECS, "list_services", throttled),
        (ECS, "describe_tasks", throttled),
        (CloudMap, "discover_instances", throttled),
        (CloudMap, "get_namespace", throttled),
    ],
)
def test_what_is_not_described_for_a_day_is_told_once_and_fills_no_dead_letter_queue(
    reader: type, operation: str, answer: Callable[..., dict[str, Any]], before: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    account = Account()
    if before:
        account.was_watched_before()
    for name in ("web", "api"):
        account.estate.create(name, 5)
    if before:
        account.wait(2 * SWEEP_EVERY)

    def told() -> list[tuple[str, str]]:
        assert not account.queue.dead and account.oracle.lies == []
        found = [(each.data["check"], each.data["state"]) for each in account.topic.published]
        return [each for each in found if each[1] != "reminder"]

    with monkeypatch.context() as patched:
        patched.setattr(reader, operation, answer)
        for _ in range(23):
            account.estate.tell_of_service("web", "SERVICE_DEPLOYMENT_COMPLETED")
            account.wait(HOUR)
        assert told() == []
        account.wait(7 * HOUR)
        assert told() == [("SC904", "open")]
    account.wait(HOUR)
    assert told() == [("SC904", "open"), ("SC904", "resolved")]


def test_a_cluster_that_had_no_task_and_is_not_listed_any_more_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    account = Account()
    account.was_watched_before()
    account.wait(2 * SWEEP_EVERY)
    with monkeypatch.context() as patched:
        patched.setattr(ECS, "list_services", throttled)
        account.wait(30 * HOUR)
    (told,) = (each.data for each in account.topic.published if each.data["check"])
    assert (told["check"], told["state"]) == ("SC904", "open")
    account.wait(HOUR)
    assert [each.data["state"] for each in account.topic.published if each.data["check"]] == ["open", "resolved"]


def test_clusters_that_are_not_listed_for_hours_fill_no_dead_letter_queue(monkeypatch: pytest.MonkeyPatch) -> None:
    account = Account()
    account.estate.create("web", 5)
    with monkeypatch.context() as patched:
        patched.setattr(ECS, "list_clusters", throttled)
        account.wait(5 * HOUR)
    assert not account.queue.dead and not account.ledger.estate(REGION)
    account.wait(HOUR)
    assert account.ledger.estate(REGION)[CLUSTER].verified == 5
