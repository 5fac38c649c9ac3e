"""Whether a task was verified, when and how: what the audit log has of it."""

import json
import re
from datetime import UTC, datetime

from scaudit.model import Status
from scaudit.values import dataclass
from scaudit_cli.ask.insights import ask
from scaudit_cli.deployed import Deployed
from scaudit_cli.usage import Refused

MOST, FEW = 1000, 10
QUERY = r"""
filter record in ["task", "verified"] and @message like "{{task}}"
| parse @message /"verified": ?"(?:[^"]*; )?(?<found>\w+): [^;"]*{{task}}/
| parse @message /"failed": ?\[(?<failed_checks>[^\]]*)\]/
| parse @message /"passed": ?\[(?<passed_checks>[^\]]*)\]/
| parse @message /"status": ?"fail"[^}]*"message": ?"(?<first_problem>(?:[^"\\]|\\.)*)"/
| fields coalesce(found, verdict) as how
| display @timestamp, region, ecs_cluster, ecs_service, record, how, failed_checks, passed_checks, first_problem, reason
| sort @timestamp desc
| limit 1000
"""
"""The stack's saved query "Was a task verified, when and how"; a contract test holds both together."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the audit log that names a task: when it was written, and the verdict of the look. `checks` are
    those that failed and that passed, where it is a line of the task's own; `problem` is the first that it says."""

    at: datetime
    verdict: str
    place: tuple[str, str, str]
    checks: tuple[tuple[str, ...], tuple[str, ...]] | None
    reason: str
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Verified:
    """What the audit log has of a task since a moment, newest line first; MOST lines at most."""

    task: str
    since: datetime
    lines: tuple[Line, ...]

    @property
    def verified(self) -> Line | None:
        """The last look that found it to pass or to fail."""
        return next((each for each in self.lines if each.verdict in (Status.PASS, Status.FAIL)), None)

    @property
    def own(self) -> Line | None:
        """The line of its own that tells which checks failed, and which passed, when it was last verified: it has one
        whenever that changes, and once a day. None where that line was written before."""
        last = self.verified
        known = (each for each in self.lines if last and each.at <= last.at and each.verdict == last.verdict)
        return next((each for each in known if each.checks), None)


def verified(deployed: Deployed, task: str, since: datetime, now: datetime) -> Verified:
    """Ask the audit log about a task, by its whole id: one query. Raises Refused, and what AWS raises."""
    rows = ask(deployed, QUERY.strip().replace("{{task}}", task), since, now)
    try:
        return Verified(task, since, tuple(map(_line, rows)))
    except (KeyError, ValueError) as error:  # moto answers a query that it does not know with fields of its own
        raise Refused(f"the audit log's answer about task {task} is of an unknown form: {error!r}") from None


def begun_so(deployed: Deployed, beginning: str, since: datetime, now: datetime) -> list[str]:
    """The whole ids of the tasks whose ids begin so, of those that have a line of their own, a few at most: one query.
    Raises what `verified` raises."""
    query = f'filter record = "task" and task_id like /^{beginning}/ | stats count(*) as lines by task_id | limit {FEW}'
    return sorted(row["task_id"] for row in ask(deployed, query, since, now) if "task_id" in row)


def _line(row: dict[str, str]) -> Line:
    own = row.get("record") == "task"
    named = tuple(_ids(row.get(name, "")) for name in ("failed_checks", "passed_checks"))
    return Line(
        datetime.fromisoformat(row["@timestamp"]).replace(tzinfo=UTC),
        row.get("how", ""),
        (row.get("region", ""), row.get("ecs_cluster", ""), row.get("ecs_service", "")),
        (named[0], named[1]) if own else None,
        row.get("reason", ""),
        _read(row.get("first_problem", "")),
    )


def _read(told: str) -> str:
    """A sentence as it stands in a line of JSON."""
    try:
        return str(json.loads(f'"{told}"'))
    except ValueError:
        return told


def _ids(told: str) -> tuple[str, ...]:
    return tuple(re.findall(r"SC\d+", told))
