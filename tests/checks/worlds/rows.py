"""What a row of the table of worlds is, and how its subject is judged."""

from collections.abc import Set
from datetime import datetime, timedelta
from typing import NamedTuple

from scaudit.checks.check import Trigger, Verdict
from scaudit.judge.causes import explain
from scaudit.judge.rules import Rules
from scaudit.judge.services import judge_service
from scaudit.judge.tasks import judge_task
from scaudit.model import Status, Unread
from scaudit.model.seen import Seen, ServiceSeen
from tests.builders import NOW

DENIED = Unread("servicediscovery:GetInstance is refused", action="servicediscovery:GetInstance")


class Row(NamedTuple):
    """One world: its name, what the checks say of it, and all that fails in it ("SC203 nginx"), whatever its weight."""

    name: str
    verdicts: list[Verdict]
    failing: Set[str] = frozenset()

    def are(self, status: Status) -> set[str]:
        """What has this status, by check and endpoint."""
        return {f"{v.check.id} {v.endpoint}".strip() for v in self.verdicts if v.status is status}


def of_task(seen: Seen) -> list[Verdict]:
    """What a task's event leads to: the task, and what is said of its service at the same time."""
    known = ServiceSeen(seen.service, seen.task_definition) if seen.service else None
    about_service = judge_service(known, Trigger.TASK, seen.at, Rules()) if known else []
    return explain([*about_service, *judge_task(seen, Rules())])


def of_service(known: ServiceSeen) -> list[Verdict]:
    """What an audit that knows the whole namespace says of a service."""
    return explain(judge_service(known, Trigger.AUDIT, NOW, Rules()))


def ago(minutes: float) -> datetime:
    return NOW - timedelta(minutes=minutes)
