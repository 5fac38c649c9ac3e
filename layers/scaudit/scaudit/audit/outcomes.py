"""What a look comes to: one value for each task, registration or service that it was about; and how many these were."""

from collections.abc import Collection, Sequence
from datetime import datetime

from scaudit.checks.check import Verdict
from scaudit.collect.services import Whole
from scaudit.model import Service, Task, Unread
from scaudit.model.seen import Seen, ServiceSeen
from scaudit.queue.messages import TaskNudge
from scaudit.values import dataclass


@dataclass(frozen=True, slots=True)
class ServiceJudged:
    """A service itself. A look at the `whole` of it has also judged its registrations beside one another; a task's
    event asks only what concerns every task. What checks find that are `fresh` was there before they first ran.
    `reread` says that something was doubted and read once more before it was judged; `known` is what stands around the
    service as it was judged."""

    service: Service
    verdicts: Sequence[Verdict]
    at: datetime
    whole: Whole | None = None
    registrations: Sequence[Verdict] = ()
    fresh: Collection[str] = ()
    reread: bool = False
    known: ServiceSeen | None = None


@dataclass(frozen=True, slots=True)
class ServiceUnchanged:
    """A service and all its tasks that are as they were when they were last judged."""

    service: Service
    whole: Whole


@dataclass(frozen=True, slots=True)
class NamespaceJudged:
    """What deleted services left in a namespace, which was met with one of its ECS services (empty: none). `found` has
    every verdict but passes."""

    namespace: str
    service: str
    found: Sequence[Verdict]
    at: datetime
    fresh: Collection[str] = ()


@dataclass(frozen=True, slots=True)
class TaskJudged:
    """A task that runs. `about_service` is what was found of its service, which may explain what was found of it."""

    nudge: TaskNudge
    seen: Seen
    verdicts: Sequence[Verdict]
    about_service: Sequence[Verdict]


@dataclass(frozen=True, slots=True)
class UnstartedJudged:
    """A task that does not run: it was stopped, or is stuck on its way up."""

    nudge: TaskNudge
    seen: Seen
    verdicts: Sequence[Verdict]


@dataclass(frozen=True, slots=True)
class LeftoverJudged:
    """What a task that is gone left, or did not leave, in Cloud Map under its service's endpoints. `gone_since` is
    None for a task that ECS has forgotten."""

    nudge: TaskNudge
    service: Service
    verdicts: Sequence[Verdict]
    gone_since: datetime | None
    at: datetime


@dataclass(frozen=True, slots=True)
class Left:
    """A task that no longer runs, and of which service and deployment it was, empty where that is not known. `ended` is
    one that had a proxy and is STOPPED for reasons of which nothing more is to be said."""

    nudge: TaskNudge
    service: str
    at: datetime
    ended: Task | None = None
    deployment: str = ""


@dataclass(frozen=True, slots=True)
class Coming:
    """A task on its way up: its own event will tell when it runs."""

    nudge: TaskNudge
    task: Task


@dataclass(frozen=True, slots=True)
class TooEarly:
    """Nothing can be said of a task for so many `seconds` yet."""

    nudge: TaskNudge
    seconds: int


@dataclass(frozen=True, slots=True)
class PutOff:
    """A task that runs, of which more is to be read than one look has the time for beside others: it has its own."""

    nudge: TaskNudge


@dataclass(frozen=True, slots=True)
class Unseen:
    """A task that could not be looked at, and why."""

    nudge: TaskNudge
    unread: Unread
    at: datetime


@dataclass(frozen=True, slots=True)
class Counted:
    """What was counted of some services: those that take part in Service Connect, their tasks that run, by ECS's own
    count where not all of them could be listed or met, and those of them that were verified. `unread` are services that
    could not be described, `unanswered` those that may be described later, and `unwritten` those of which something
    could not be written: these are not counted."""

    meshed: int
    running: int
    verified: int
    unread: int
    unanswered: Sequence[str]
    unwritten: Sequence[str]


OfService = ServiceJudged | ServiceUnchanged | NamespaceJudged
OfTask = TaskJudged | UnstartedJudged | LeftoverJudged | Left | Coming | TooEarly | PutOff | Unseen
Outcome = OfService | OfTask
