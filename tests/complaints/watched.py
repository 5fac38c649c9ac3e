"""The simulated account as its users know it: what they were told, and what the audit log holds."""

from collections.abc import Iterator, Mapping
from typing import Any

from tests.simulation import template
from tests.simulation.account import Account

SWEPT = template.SWEEP_EVERY + 100
"""Seconds until a sweep has been by, and what it made of second looks and announcements is over."""
OVER = SWEPT + template.HOLD_DOWN + 200
"""Seconds until the end of a problem is announced."""
Told = list[tuple[str, str, str]]


class Watched(Account):
    """A simulated account whose records are kept."""

    def __init__(self) -> None:
        self.records: list[Mapping[str, Any]] = []
        super().__init__()

    def _record(self, record: Mapping[str, Any]) -> None:
        super()._record(record)
        self.records.append(record)

    @property
    def told(self) -> Told:
        """State, check and service of every message, oldest first."""
        assert self.oracle.lies == []
        each = [message.data for message in self.topic.published]
        return [(data["state"], data["check"], data["ecs_service"]) for data in each]

    def kinds(self, kind: str) -> Iterator[Mapping[str, Any]]:
        """The records of one kind."""
        return (record for record in self.records if record["record"] == kind)

    def about(self, task: str) -> list[Mapping[str, Any]]:
        """The records of the looks at one task."""
        return [record for record in self.kinds("task") if record["task_id"] == task]

    def findings(self, check: str) -> list[Mapping[str, Any]]:
        """What the records of tasks say under one check, but for its passes."""
        return [each for record in self.kinds("task") for each in record.get("findings", ()) if each["check"] == check]
