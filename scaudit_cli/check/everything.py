"""What a command reads that keeps no record: everything, as it is now."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import datetime

from scaudit.collect.aws.reads import Reads
from scaudit.collect.services import Whole
from scaudit.model import Namespace, Neighbour, Service, Task, Unread
from scaudit.model.seen import Seen, ServiceSeen
from scaudit_cli.check.neighbours import Neighbourhoods

_MOST_UNSTARTED = 20
"""Tasks of a service that did not run, the newest: a crash loop leaves one every few seconds, all telling the same."""


class Everything:
    """What one look wants (`Wanted`)."""

    at_once = True

    def __init__(self, reads: Reads, around: Neighbourhoods, asked: Collection[str] = ()) -> None:
        self._reads, self._around, self._asked = reads, around, tuple(asked)

    def logs(self, seen: Sequence[Seen]) -> dict[str, bool]:
        """Every running task's, from its window."""
        return {one.task.id: False for one in seen}

    def known(self, seen: Seen) -> Seen:
        """Nothing of its log is known from before."""
        return seen

    def post_mortems(self, tasks: Sequence[Task]) -> list[Task]:
        """The newest of each service."""
        by_service: dict[str, list[Task]] = defaultdict(list)
        for task in sorted(tasks, key=lambda task: task.created_at, reverse=True):
            by_service[task.service].append(task)
        return [task for newest in by_service.values() for task in newest[:_MOST_UNSTARTED]]

    def is_on_record(self, task: Task) -> bool:
        """As if each were: there is no later look to which any could be left."""
        return True

    def ended_alike(self, task: Task, service: Service | Unread | None) -> int:
        """Of nothing there is a record."""
        return 0

    def suspected(self, task: Task, subjects: Collection[str], at: datetime) -> dict[str, str]:
        """Of nothing there is a record, and a first look is believed."""
        return {}

    def members(self, service: Service, kinds: Collection[str]) -> tuple[str, ...]:
        """Nothing but what AWS names, and what is asked for."""
        return self._asked

    def unchanged(self, seen: Whole, known: ServiceSeen, fresh: Collection[str], at: datetime) -> bool:
        """Nothing is known from before."""
        return False

    def neighbours(
        self, known: ServiceSeen, service: Service, namespace: Namespace, at: datetime
    ) -> tuple[Neighbour, ...] | Unread:
        """Everything that ECS and Cloud Map have in the namespaces of this name, and in those that are mentioned."""
        return self._around.of(self._reads, namespace, service.account, known.mentioned)

    def served(self, namespace: Namespace, account: str) -> tuple[Neighbour, ...] | Unread:
        """What ECS has there."""
        return self._around.of(self._reads, namespace, account)
