"""How long registration and readiness took for the tasks of each deployment: what the audit log has of it.

Every bound is of one look: Cloud Map tells no time of a registration."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from itertools import takewhile
from typing import TYPE_CHECKING, Any

from scaudit.values import dataclass
from scaudit_cli.ask.insights import lines_about
from scaudit_cli.deployed import Deployed

if TYPE_CHECKING:
    from scaudit.model.places import Place

MOST = 10000
"""Lines that are read, the newest (AWS: GetQueryResults gives so many at once)."""
_TELLS = r'/"(?:running_after|event_at)":/'
"""What a line of these has: not a line that was written long after the start, or by an earlier version."""
_BEGAN, _ENDS = "SERVICE_DEPLOYMENT_IN_PROGRESS", ("SERVICE_DEPLOYMENT_COMPLETED", "SERVICE_DEPLOYMENT_FAILED")
_UNTOLD = "its log was not read, or does not tell"
Line = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Start:
    """One task's start, in seconds as records have them. `running` is None for one that was not RUNNING, `status` the
    last that was seen of it. It was registered `by` then, None where it was not seen to be, and was not yet at
    `not_at`. `ready` is when its proxy was; None where its log shows none (`unready`), or why that is not known."""

    status: str
    running: float | None
    by: int | None
    not_at: int | None
    ready: float | None
    unready: bool
    why_registration: str
    why_ready: str

    @property
    def never_ran(self) -> bool:
        """Whether it ended without having been RUNNING."""
        return self.running is None and self.status == "STOPPED"


@dataclass(frozen=True, slots=True)
class Event:
    """What ECS told of a deployment: the name of its event, when, and why."""

    at: datetime
    name: str
    reason: str


@dataclass(frozen=True, slots=True)
class Rollout:
    """A deployment: what ECS told of it, in order, and how the tasks started whose start scaudit looked at, the first
    of them at `looked_at`."""

    region: str
    cluster: str
    service: str
    id: str
    events: tuple[Event, ...]
    looked_at: datetime | None
    starts: tuple[Start, ...]

    @property
    def ended(self) -> Event | None:
        """The last of ECS's events, where it says that the deployment is over."""
        return self.events[-1] if self.events and self.events[-1].name in _ENDS else None

    @property
    def began(self) -> Event | None:
        """The event of the beginning that the end belongs to, the last: a rollback begins a deployment once more, and
        either's event may be missing."""
        since = takewhile(
            lambda event: event.name not in _ENDS, reversed(self.events[:-1] if self.ended else self.events)
        )
        return next((event for event in since if event.name == _BEGAN), None)

    @property
    def took(self) -> timedelta | None:
        """Between the two, by the times of ECS's events."""
        return self.ended.at - self.began.at if self.began and self.ended else None

    @property
    def first_at(self) -> datetime:
        """The first that is known of it."""
        return min(filter(None, (self.looked_at, *(event.at for event in self.events))))


def started(deployed: Deployed, of: "Place", since: datetime, now: datetime) -> tuple[tuple[Rollout, ...], bool]:
    """The deployments of a service, and whether there is more about them than is read: one query of the audit log.
    Raises what `lines_about` raises."""
    lines = lines_about(deployed, ("task", "deployment"), of, MOST, since, now, _TELLS)
    return rollouts(lines), len(lines) >= MOST


def rollouts(lines: Iterable[Line]) -> tuple[Rollout, ...]:
    """The deployments that lines of the audit log tell of, the one that began first first. Lines that tell of no start
    are left out: they were written long after it, or by an earlier version."""
    of: dict[tuple[str, str, str, str], dict[str, list[Line]]] = {}
    for line in sorted(lines, key=lambda line: str(line["observed_at"])):
        task = "running_after" in line and line["record"] == "task"
        if task or line["record"] == "deployment":
            key = (line["region"], line["ecs_cluster"], line["ecs_service"], line["deployment"])
            of.setdefault(key, {}).setdefault(line["task_id"] if task else "", []).append(line)
    known = [each for key, found in of.items() if (each := _rollout(key, found)).starts or each.events]
    return tuple(sorted(known, key=lambda each: each.first_at))


def _rollout(key: tuple[str, str, str, str], found: Mapping[str, Sequence[Line]]) -> Rollout:
    tasks = {task: lines for task, lines in found.items() if task}
    looks = [datetime.fromisoformat(line["observed_at"]) for lines in tasks.values() for line in lines]
    told = {Event(at, line["event"], line["reason"]) for line in found.get("", ()) if (at := _moment(line["event_at"]))}
    events = tuple(sorted(told, key=lambda event: (event.at, event.name in _ENDS, event.name, event.reason)))
    return Rollout(*key, events, min(looks, default=None), tuple(map(_start, tasks.values())))


def _moment(written: str) -> datetime | None:
    try:
        at = datetime.fromisoformat(written)
    except ValueError:
        return None
    return at.astimezone(UTC) if at.tzinfo else None


def _start(lines: Sequence[Line]) -> Start:
    """Of one task's lines, in their order, the tightest bounds."""

    def told(name: str) -> list[Any]:
        return [line[name] for line in lines if line.get(name) is not None]

    by = min(told("registered_by"), default=None)
    not_yet = [at for at in told("unregistered_at") if by is None or at < by]
    ready = next(iter(told("ready_after")), None)
    return Start(
        str(lines[-1].get("task_status")),
        next(iter(told("running_after")), None),
        by,
        max(not_yet, default=None),
        ready,
        ready is None and any("ready_after" in line for line in lines),
        _unknown(lines[-1], "SC201"),
        _unknown(lines[-1], "SC303") or _UNTOLD,
    )


def _unknown(line: Line, check: str) -> str:
    """Why a check could not tell, or not yet."""
    open_ = ("unknown", "pending")
    told = (each["message"] for each in line.get("findings", ()) if each["check"] == check and each["status"] in open_)
    return next(told, "")
