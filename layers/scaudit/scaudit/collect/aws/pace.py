"""How fast AWS may be asked: half of each published quota, shared out among the workers that run at once."""

import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Quota:
    """A token bucket of AWS's: `burst` calls at once, refilled by `rate` a second."""

    burst: float
    rate: float


_TASKS = Quota(100, 20)
_SERVICES = Quota(100, 20)
_TASK_DEFINITIONS = Quota(50, 20)
_CLUSTERS = Quota(50, 20)
# AWS publishes no rate for these. 50 a second is reported (external-dns #2505).
_CLOUD_MAP = Quota(50, 50)
_LOG_GROUPS = Quota(10, 10)
_OTHER = Quota(10, 1)
"""For what is published nowhere: as little as AWS publishes of anything."""

# AWS: Amazon ECS "API request rate quotas" (actions of one bucket share it), Cloud Map quotas, CloudWatch Logs quotas.
_BUCKETS: dict[str, tuple[str, Quota]] = {
    "ecs:DescribeTasks": ("ecs cluster resources", _TASKS),
    "ecs:ListTasks": ("ecs cluster resources", _TASKS),
    "ecs:DescribeServices": ("ecs services", _SERVICES),
    "ecs:ListServices": ("ecs services", _SERVICES),
    "ecs:DescribeTaskDefinition": ("ecs task definitions", _TASK_DEFINITIONS),
    "ecs:ListClusters": ("ecs clusters", _CLUSTERS),
    "servicediscovery:DiscoverInstances": ("cloud map discovery", Quota(2000, 1000)),
    "servicediscovery:GetInstance": ("cloud map", _CLOUD_MAP),
    "servicediscovery:GetNamespace": ("cloud map", _CLOUD_MAP),
    "servicediscovery:GetService": ("cloud map", _CLOUD_MAP),
    "servicediscovery:ListInstances": ("cloud map", _CLOUD_MAP),
    "logs:DescribeLogGroups": ("log groups", _LOG_GROUPS),
}
_FILTERED = {"us-east-1": 25.0} | dict.fromkeys(
    ("ap-northeast-3", "ap-southeast-3", "ca-west-1", "eu-central-1", "il-central-1"), 5.0
)
_READ = {"eu-west-3": 30.0} | dict.fromkeys(
    ("us-west-2", "ap-northeast-3", "ap-southeast-3", "ca-west-1", "eu-central-1", "eu-west-1", "il-central-1"), 10.0
)


def quota(action: str, region: str) -> tuple[str, Quota]:
    """The bucket that a call of this IAM action takes from in this Region: its name, and what AWS allows."""
    if action == "logs:FilterLogEvents":
        return action, Quota(_FILTERED.get(region, 10.0), _FILTERED.get(region, 10.0))
    if action == "logs:GetLogEvents":
        return action, Quota(_READ.get(region, 25.0), _READ.get(region, 25.0))
    return _BUCKETS.get(action, (action, _OTHER))


class Pace:
    """The calls of one worker among `workers` that share a Region's quotas: together they use half of each."""

    def __init__(
        self,
        region: str,
        workers: int,
        now: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._region, self._share = region, 2 * workers
        self._now, self._sleep = now, sleep
        self._left: dict[str, tuple[float, float]] = {}

    def turn(self, action: str, seconds: float) -> bool:
        """Wait until a call of this action may be made; False if that is more than `seconds` away."""
        name, allowed = quota(action, self._region)
        burst, rate = allowed.burst / self._share, allowed.rate / self._share
        now = self._now()
        tokens, since = self._left.get(name, (burst, now))
        tokens = min(max(burst, 1.0), tokens + (now - since) * rate)  # less than one call could never be taken
        wait = max(0.0, (1.0 - tokens) / rate)
        if wait > seconds:
            return False
        self._left[name] = tokens - 1.0, now
        if wait:
            self._sleep(wait)
        return True
