"""What a batch of looks is done with, in one Region."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import field
from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol

from scaudit.checks.check import Verdict
from scaudit.collect.aws.reads import Reads
from scaudit.collect.services import Whole
from scaudit.judge.rules import Rules
from scaudit.model import Namespace, Neighbour, Service, Task, Unread
from scaudit.model.seen import Seen, ServiceSeen
from scaudit.values import dataclass

if TYPE_CHECKING:  # see store/memory.py
    from scaudit.queue.queue import Queue
    from scaudit.store.ledger import Ledger
    from scaudit.store.table import Table

LAG = 15
"""Seconds until a task is asked for again when ECS is behind its own event, or could not be asked."""


@dataclass(frozen=True, slots=True)
class Edges:
    """Everything outside the core that an audit writes to, and its clock."""

    table: "Table"
    ledger: "Ledger"
    queue: "Queue"
    clock: Callable[[], datetime]
    write: Callable[[Mapping[str, Any]], None]


class Wanted(Protocol):
    """What to read of all that could be read. verify leaves out what is on record and settled; a command that keeps no
    record wants everything."""

    @property
    def at_once(self) -> bool:
        """Whether a first look is believed: what is suspected is confirmed at once, and what a task may have left is
        read before it has had its time to go."""

    def logs(self, seen: Sequence[Seen]) -> Mapping[str, bool]:
        """The running tasks, by id, whose proxy's log is to be read, and whether the whole of it is, up to now."""

    def is_on_record(self, task: Task) -> bool:
        """Whether a sweep met and judged this task, or none will."""

    def known(self, seen: Seen) -> Seen:
        """A running task whose log is not to be read, with what is on record of it."""

    def post_mortems(self, tasks: Sequence[Task]) -> Sequence[Task]:
        """Those of these tasks of one cluster that do not run which are to be judged."""

    def ended_alike(self, task: Task, service: Service | Unread | None) -> int:
        """How many other tasks of its deployment are on record as ended by their proxies."""

    def suspected(self, task: Task, subjects: Collection[str], at: datetime) -> Mapping[str, str]:
        """Which of these subjects, by key, were suspected of another task of its deployment that was gone before the
        second look, and when first: this look is the second."""

    def members(self, service: Service, kinds: Collection[str]) -> Collection[str]:
        """The tasks of a service, by id, that are on record as failing checks about one of these kinds ("task",
        "instance"): they are looked at though nothing in AWS may name them any more."""

    def unchanged(self, seen: Whole, known: ServiceSeen, fresh: Collection[str], at: datetime) -> bool:
        """Whether a service and all its tasks are on record as they are now, so that judging them would find the same;
        `known` lacks the neighbours, `fresh` are checks whose first run this is."""

    def neighbours(
        self, known: ServiceSeen, service: Service, namespace: Namespace, at: datetime
    ) -> tuple[Neighbour, ...] | Unread:
        """Everything in the service's namespace, and in namespaces of the same name."""

    def served(self, namespace: Namespace, account: str) -> tuple[Neighbour, ...] | Unread:
        """The services known in the namespaces of this name; `account` is that of who asks."""


@dataclass(slots=True)
class Context:
    """A batch of looks in one Region: `reads` has that Region's clients. `running` are the tasks met that run, `unread`
    those that could not be described, each by (cluster, service, id); `services` has what was found of each
    service itself, by (cluster, name). `include` are the clusters that are watched, as patterns."""

    region: str
    reads: Reads
    rules: Rules
    clock: Callable[[], datetime]
    wanted: Wanted
    include: tuple[str, ...] = ("*",)
    running: set[tuple[str, str, str]] = field(default_factory=set)
    unread: set[tuple[str, str, str]] = field(default_factory=set)
    services: dict[tuple[str, str], Sequence[Verdict]] = field(default_factory=dict)
