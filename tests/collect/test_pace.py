"""The rate limits: half of each quota for all workers together, in any stretch of time, and never past the end."""

import pytest

from scaudit.collect.aws.pace import Pace, quota


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
    pace.turn(action, 99)
    time.now += idle
    began, calls = time.now, []
    while pace.turn(action, 99) and time.now < began + seconds:
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
    _, allowed = quota(action, region)
    for seconds in (1, 10):
        made = len(taken(action, region, workers, seconds)) * workers
        assert made <= (allowed.burst + allowed.rate * seconds) / 2 + workers
    assert len(taken(action, region, workers, 20)) * workers >= 0.8 * allowed.rate * 20 / 2


def test_calls_of_one_bucket_of_aws_share_ours() -> None:
    time = Time()
    pace = Pace("eu-west-1", 5, lambda: time.now, time.sleep)
    for _ in range(5):
        pace.turn("ecs:DescribeTasks", 99)
        pace.turn("ecs:ListTasks", 99)
    assert time.now == 0
    pace.turn("ecs:DescribeServices", 99)
    assert time.now == 0
    pace.turn("ecs:ListTasks", 99)
    assert time.now == pytest.approx(0.5)


def test_a_turn_that_would_come_too_late_is_refused_and_costs_nothing() -> None:
    time = Time()
    pace = Pace("eu-west-1", 5, lambda: time.now, time.sleep)
    while time.now == 0:
        pace.turn("ecs:DescribeTasks", 99)
    before = time.now
    assert not pace.turn("ecs:DescribeTasks", 0.1)
    assert time.now == before
    assert pace.turn("ecs:DescribeTasks", 99)
    assert time.now == pytest.approx(before + 0.5)


def test_the_regions_differ() -> None:
    assert [quota("logs:FilterLogEvents", r)[1].rate for r in ("us-east-1", "eu-west-1", "eu-central-1")] == [25, 10, 5]
    assert [quota("logs:GetLogEvents", r)[1].rate for r in ("eu-west-3", "us-east-1", "us-west-2")] == [30, 25, 10]
