"""What stood on record of a service's tasks when a batch began, and which logs are still to be read because of it."""

from collections.abc import Sequence

from scaudit.checks import check_of
from scaudit.checks.check import Area
from scaudit.model import Task
from scaudit.model.incidents import Member, MemberState
from scaudit.model.seen import Seen
from scaudit.store.keys import partition
from scaudit.store.ledger import Ledger

END = "/end"
"""Marks the log of a task that was judged after its end, beside the one judged at its start."""


class Standing:
    """One batch's view of the ledger in one Region; each service is read once."""

    def __init__(self, region: str, ledger: Ledger) -> None:
        self._region, self._ledger = region, ledger
        self._standing: dict[str, dict[str, dict[str, Member]]] = {}

    def of(self, cluster: str, service: str) -> dict[str, dict[str, Member]]:
        """What stood against a service when the batch began, by subject and member."""
        return self.at(partition(self._region, cluster, service))

    def at(self, pk: str) -> dict[str, dict[str, Member]]:
        """The same, by the partition key of the service."""
        if pk not in self._standing:
            self._standing[pk] = self._ledger.standing(pk)
        return self._standing[pk]

    def failing(self, pk: str, *members: str) -> set[tuple[str, str]]:
        """The check and endpoint of whatever is on record as failing for one of these members."""
        return {
            (check, "" if endpoint == "-" else endpoint)
            for subject, stood in self.at(pk).items()
            for check, endpoint in [subject.split("#")]
            if any(m in stood and stood[m].state is MemberState.FAIL for m in members)
        }

    def without_post_mortem(self, tasks: Sequence[Task]) -> list[Task]:
        """Those of these tasks that were not judged after their end; one that is not stopped always is judged."""
        stopped = [task for task in tasks if task.last_status == "STOPPED"]
        ends = [(partition(self._region, t.cluster, t.service), t.id + END) for t in stopped]
        known = {end for _, end in self._ledger.logs_read(ends)} if ends else set()
        return [task for task in tasks if task.id + END not in known]

    def unread_logs(self, seen: Sequence[Seen]) -> set[str]:
        """The tasks whose proxy's log is to be read: it was not yet, or something stands against the task's proxy."""
        keys = {(partition(self._region, one.task.cluster, one.task.service), one.task.id) for one in seen}
        known = self._ledger.logs_read(sorted(keys)) if keys else set()
        suspects = {
            task
            for pk in {pk for pk, _ in keys}
            for subject, members in self.at(pk).items()
            if (check := check_of(subject)) and check.area is Area.PROXY
            for task in members
        }
        return {task for pk, task in keys if (pk, task) not in known or task in suspects}
