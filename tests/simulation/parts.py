"""What an estate consists of: services, their deployments and tasks, and how these are registered."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from tests.fakes.answers import task_id
from tests.simulation.ends import End
from tests.simulation.proxies import Proxy


class Registered(StrEnum):
    """How a task stands in Cloud Map, named by the check that minds; the right way is minded by none."""

    RIGHT = ""
    MISSING = "SC201"
    WRONG_ADDRESS = "SC202"
    WRONG_PORT = "SC203"


@dataclass(slots=True)
class Deployment:
    """One deployment; a `mistyped` one names a port that its task definition does not have."""

    id: str
    created_at: datetime
    mistyped: bool = False
    in_progress: bool = True


@dataclass(slots=True)
class Task:
    """One task. `registered` has every way it stood in Cloud Map, and since when; `stop_code` and `reason` are what ECS
    says of its end, `end` what becomes of its proxy from `ill_at` on; `emptied_at` is when its containers had stopped,
    if it was held up then."""

    number: int
    service: str
    deployment: str
    created_at: datetime
    proxy: Proxy = Proxy.HEALTHY
    last: str = "PENDING"
    version: int = 2
    started_at: datetime | None = None
    stopped_at: datetime | None = None
    left_at: datetime | None = None
    emptied_at: datetime | None = None
    registered: list[tuple[datetime, Registered]] = field(default_factory=list)
    stop_code: str = ""
    reason: str = ""
    end: End | None = None
    ill_at: datetime | None = None

    @property
    def id(self) -> str:
        return task_id(self.number)

    @property
    def stands(self) -> Registered:
        return self.registered[-1][1]

    def may_be_said(self, now: datetime) -> set[str]:
        """The checks that may tell of its proxy by now: what its log tells, and what ECS does."""
        if self.end is None or self.ill_at is None or now < self.ill_at - timedelta(seconds=self.end.lead):
            # Of one that was cut off between two starts of its Envoy, ECS and the ends so far are all that is certain.
            cut = {"SC209", "SC306"} if self.proxy is Proxy.KILLED and not self.started_at else set()
            return {self.proxy.fault, *cut} - {""}
        return {self.end.check, *(["SC302"] if self.end.unhealthy else []), *(["SC310"] if self.stopped_at else [])}

    def must_not_pass(self, since: datetime) -> set[str]:
        """The checks that cannot have found it well since then."""
        if self.end is None or self.ill_at is None:
            return {self.proxy.fault} - {""}
        return self.may_be_said(since) if self.ill_at <= since else set()


@dataclass(slots=True)
class Service:
    """One service; the first deployment is its PRIMARY."""

    name: str
    desired: int
    created_at: datetime
    deployments: list[Deployment]
    status: str = "ACTIVE"
    strategy: str = "ROLLING"
    tasks: list[Task] = field(default_factory=list)
    tags: dict[str, str] = field(default_factory=dict)
