"""The token buckets of AWS, and how far calls drew them down.

What AWS allows is what the product declares of its reads; tests/collect/test_pace.py holds that against what AWS
publishes.
"""

from bisect import bisect_right
from dataclasses import dataclass, field

from botocore.exceptions import ClientError

from scaudit.collect.aws.action import Quota
from scaudit.collect.aws.every_read import ACTIONS

_ERRORS = {"DiscoverInstances": "RequestLimitExceeded"}
"""How AWS throttles, where it is not as everywhere (AWS: DiscoverInstances)."""


def quotas() -> dict[str, Quota]:
    """The quota of every read, by IAM action."""
    return {name: action.quota for name, action in ACTIONS.items()}


_EXACT = 1e-3
"""Seconds that clocks may differ by."""


@dataclass(slots=True)
class Bucket:
    """One quota at work. Moments are seconds, and never go back."""

    quota: Quota
    region: str
    taken: list[float] = field(default_factory=list)
    throttled: int = 0
    lowest: float = 1.0
    """The least that was left of a full bucket, as a share of it."""
    _full: float = field(init=False)
    _tokens: float = field(init=False)
    _at: float = 0.0

    def __post_init__(self) -> None:
        self._full = self._tokens = self.quota.depth(self.region)

    def take(self, at: float, operation: str) -> None:
        """One call. Raises AWS's throttling error when the bucket is empty."""
        self._tokens = min(self._full, self._tokens + (at - self._at) * self.quota.refill(self.region))
        self._at = at
        if self._tokens < 1:
            self.throttled += 1
            code = _ERRORS.get(operation, "ThrottlingException")
            raise ClientError({"Error": {"Code": code, "Message": "Rate exceeded"}}, operation)
        self._tokens -= 1
        self.taken.append(at)
        self.lowest = min(self.lowest, self._tokens / self._full)

    def peak(self, seconds: float) -> int:
        """The most calls in any stretch of so many seconds; calls exactly so far apart are not in one stretch."""
        begins = (bisect_right(self.taken, at - seconds + _EXACT) for at in self.taken)
        return max((number - begin for number, begin in enumerate(begins, 1)), default=0)

    def share(self, seconds: float) -> float:
        """The peak, beside what AWS allows in so many seconds: the burst and what is refilled meanwhile."""
        return self.peak(seconds) / (self.quota.burst + seconds * self.quota.refill(self.region))
