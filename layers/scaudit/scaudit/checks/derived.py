"""Facts that are read nowhere as such: `judge/` and `audit/` derive them from what was read."""

from scaudit.values import dataclass


@dataclass(frozen=True, slots=True)
class Shared:
    """An address and port under which several running tasks are registered: this one and the `others`, by id."""

    where: str
    others: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CheckRun:
    """That a check ran on a service, or that an answer of AWS was read; what it is said to have done if it failed
    ("check SC203 could not judge"), and the error that it raised."""

    failed: str
    error: str = ""


@dataclass(frozen=True, slots=True)
class Outbreak:
    """How many services of a cluster, of the whole Region if it is empty, began to fail within a quarter of an hour, of
    how many that are known; in how many clusters more than half did, of how many that have services. `services_told` is
    how many are known to users as failing so, 0 before they know of it."""

    services_failing: int
    services_known: int
    cluster: str = ""
    clusters_failing: int = 0
    clusters_known: int = 0
    services_told: int = 0


@dataclass(frozen=True, slots=True)
class ExpectedPort:
    """The ports that Cloud Map may rightly carry; `confirmed` is False where no real Cloud Map output was ever seen."""

    ports: tuple[int, ...]
    confirmed: bool


@dataclass(frozen=True, slots=True)
class StartFailure:
    """A task that did not reach RUNNING, and what in Service Connect is the cause. `stuck` is one that still tries."""

    cause: str
    stuck: bool
