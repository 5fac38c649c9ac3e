"""The token buckets of AWS, and how far calls drew them down.

Not the product's table of the same quotas: an error in that one must show here.
"""

from bisect import bisect_right
from dataclasses import dataclass, field

from botocore.exceptions import ClientError


@dataclass(frozen=True, slots=True)
class Quota:
    """`burst` calls at once, refilled by `rate` a second; beyond it AWS answers with `error`.

    Without a burst nothing but a rate is told: then what a second brings may come at once. `published` is False where
    AWS tells no figure at all.
    """

    name: str
    burst: float
    rate: float
    error: str = "ThrottlingException"
    published: bool = True


_TASKS = Quota("ECS cluster resource read", 100, 20)
_SERVICES = Quota("ECS service read", 100, 20)
_CLUSTERS = Quota("ECS cluster read", 50, 20)
# No rate is published for these. 50 a second is reported of ListInstances (external-dns #2505); that all of them share
# it is the worst that may be.
_CLOUD_MAP = Quota("Cloud Map reads", 0, 50, published=False)
_FILTER = {"us-east-1": 25.0} | dict.fromkeys(
    ("ap-northeast-3", "ap-southeast-3", "ca-west-1", "eu-central-1", "il-central-1"), 5.0
)
_GET = {"eu-west-3": 30.0} | dict.fromkeys(
    ("us-west-2", "ap-northeast-3", "ap-southeast-3", "ca-west-1", "eu-central-1", "eu-west-1", "il-central-1"), 10.0
)


def quotas(region: str) -> dict[str, Quota]:
    """The quota of every read, by IAM action (AWS: Amazon ECS API request rate quotas, AWS Cloud Map API request
    throttling quota, CloudWatch Logs quotas)."""
    filtered, got = _FILTER.get(region, 10.0), _GET.get(region, 25.0)
    return {
        "ecs:DescribeTasks": _TASKS,
        "ecs:ListTasks": _TASKS,
        "ecs:DescribeServices": _SERVICES,
        "ecs:ListServices": _SERVICES,
        "ecs:DescribeTaskDefinition": Quota("ECS task definition read", 50, 20),
        "ecs:ListClusters": _CLUSTERS,
        "ecs:DescribeClusters": _CLUSTERS,
        "ecs:ListServicesByNamespace": Quota("ECS services by namespace", 10, 1),
        "servicediscovery:DiscoverInstances": Quota("Cloud Map discovery", 2000, 1000, "RequestLimitExceeded"),
        "servicediscovery:GetInstance": _CLOUD_MAP,
        "servicediscovery:GetNamespace": _CLOUD_MAP,
        "servicediscovery:GetService": _CLOUD_MAP,
        "servicediscovery:ListInstances": _CLOUD_MAP,
        "logs:FilterLogEvents": Quota("Logs FilterLogEvents", 0, filtered),
        "logs:GetLogEvents": Quota("Logs GetLogEvents", 0, got),
        "logs:DescribeLogGroups": Quota("Logs DescribeLogGroups", 0, 10),
        "sns:GetTopicAttributes": Quota("SNS topic reads", 0, 30, published=False),
    }


_EXACT = 1e-3
"""Seconds that clocks may differ by."""


@dataclass(slots=True)
class Bucket:
    """One quota at work. Moments are seconds, and never go back."""

    quota: Quota
    taken: list[float] = field(default_factory=list)
    throttled: int = 0
    lowest: float = 1.0
    """The least that was left of a full bucket, as a share of it."""
    _full: float = field(init=False)
    _tokens: float = field(init=False)
    _at: float = 0.0

    def __post_init__(self) -> None:
        self._full = self._tokens = self.quota.burst or self.quota.rate

    def take(self, at: float, operation: str) -> None:
        """One call. Raises AWS's throttling error when the bucket is empty."""
        self._tokens = min(self._full, self._tokens + (at - self._at) * self.quota.rate)
        self._at = at
        if self._tokens < 1:
            self.throttled += 1
            raise ClientError({"Error": {"Code": self.quota.error, "Message": "Rate exceeded"}}, operation)
        self._tokens -= 1
        self.taken.append(at)
        self.lowest = min(self.lowest, self._tokens / self._full)

    def peak(self, seconds: float) -> int:
        """The most calls in any stretch of so many seconds; calls exactly so far apart are not in one stretch."""
        begins = (bisect_right(self.taken, at - seconds + _EXACT) for at in self.taken)
        return max((number - begin for number, begin in enumerate(begins, 1)), default=0)

    def share(self, seconds: float) -> float:
        """The peak, beside what AWS allows in so many seconds: the burst and what is refilled meanwhile."""
        return self.peak(seconds) / (self.quota.burst + seconds * self.quota.rate)
