"""The rate limits: half of each quota for all workers together, in any stretch of time, and never past the end."""

import pytest

from scaudit.collect.aws.every_read import ACTIONS
from scaudit.collect.aws.pace import Pace

TASKS, LISTED = ACTIONS["ecs:DescribeTasks"], ACTIONS["ecs:ListTasks"]
SERVICES = ACTIONS["ecs:DescribeServices"]
PUBLISHED = {
    "account:ListRegions": (5, 5),
    "ecs:DescribeTasks": (100, 20),
    "ecs:ListTasks": (100, 20),
    "ecs:DescribeServices": (100, 20),
    "ecs:ListServices": (100, 20),
    "ecs:DescribeTaskDefinition": (50, 20),
    "ecs:ListClusters": (50, 20),
    "ecs:DescribeClusters": (50, 20),
    "ecs:ListServicesByNamespace": (10, 1),
    "servicediscovery:DiscoverInstances": (2000, 1000),
    "logs:DescribeLogGroups": (0, 10),
    "logs:FilterLogEvents": (0, 10),
    "logs:GetLogEvents": (0, 25),
}
"""Burst and rate where a Region has no other (AWS: Amazon ECS API request rate quotas, AWS Cloud Map API request
throttling quota, CloudWatch Logs quotas, quotas for AWS Account Management), written down a second time, for everything
else follows from the first."""


class Time:
    """Moves when somebody sleeps."""

    def __init__(self) -> None:
        self.now = 0.0

    def sleep(self, seconds: float) -> None:
        self.now += seconds


def taken(action: str, region: str, workers: int, seconds: float, idle: float = 0) -> list[float]:
    """When one of these workers, which asks as fast as it may, makes its calls."""
    time = Time()
    pace = Pace(region, workers, lambda: time.now, time.sleep)
    asked = ACTIONS[action]
    pace.turn(asked, 99)
    time.now += idle
    began, calls = time.now, []
    while pace.turn(asked, 99) and time.now < began + seconds:
        calls.append(time.now - began)
    return calls


@pytest.mark.parametrize("workers", [1, 5])
@pytest.mark.parametrize(
    ("action", "region"),
    [
        ("ecs:DescribeTasks", "eu-west-1"),
        ("ecs:DescribeServices", "eu-west-1"),
        ("servicediscovery:DiscoverInstances", "eu-west-1"),
        ("servicediscovery:GetInstance", "eu-west-1"),
        ("logs:FilterLogEvents", "us-east-1"),
        ("logs:FilterLogEvents", "eu-central-1"),
        ("logs:GetLogEvents", "eu-west-1"),
    ],
)
def test_all_workers_together_use_half_of_what_aws_allows(action: str, region: str, workers: int) -> None:
    allowed = ACTIONS[action].quota
    depth, rate = allowed.depth(region), allowed.refill(region)
    for seconds in (1, 10):
        made = len(taken(action, region, workers, seconds)) * workers
        assert made <= (depth + rate * seconds) / 2 + workers
    assert len(taken(action, region, workers, 20)) * workers >= 0.8 * rate * 20 / 2


def test_calls_of_one_bucket_of_aws_share_ours() -> None:
    time = Time()
    pace = Pace("eu-west-1", 5, lambda: time.now, time.sleep)
    for _ in range(5):
        pace.turn(TASKS, 99)
        pace.turn(LISTED, 99)
    assert time.now == 0
    pace.turn(SERVICES, 99)
    assert time.now == 0
    pace.turn(LISTED, 99)
    assert time.now == pytest.approx(0.5)


def test_a_turn_that_would_come_too_late_is_refused_and_costs_nothing() -> None:
    time = Time()
    pace = Pace("eu-west-1", 5, lambda: time.now, time.sleep)
    while time.now == 0:
        pace.turn(TASKS, 99)
    before = time.now
    assert not pace.turn(TASKS, 0.1)
    assert time.now == before
    assert pace.turn(TASKS, 99)
    assert time.now == pytest.approx(before + 0.5)


def test_the_regions_differ() -> None:
    filtered, got = ACTIONS["logs:FilterLogEvents"].quota, ACTIONS["logs:GetLogEvents"].quota
    assert [filtered.refill(region) for region in ("us-east-1", "eu-west-1", "eu-central-1")] == [25, 10, 5]
    assert [got.refill(region) for region in ("eu-west-3", "us-east-1", "us-west-2")] == [30, 25, 10]


def test_a_quota_is_what_aws_publishes() -> None:
    declared = {name: (a.quota.burst, a.quota.rate) for name, a in ACTIONS.items() if a.quota.published}
    assert declared == PUBLISHED, "a published quota is written down here, too, from AWS's page"
