"""The command `scaudit history`: what was wrong with a service, from when to when, and what was said of it."""

import json
import re
import sys
import time
from collections.abc import Mapping
from dataclasses import field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Annotated, Any

import typer

from scaudit.values import dataclass
from scaudit_cli.ask.form import Form
from scaudit_cli.ask.telling import unsent_in
from scaudit_cli.deployed import HOLD_DOWN, Deployed, answers, find, readable
from scaudit_cli.usage import Refused, Stack, StackRegion

if TYPE_CHECKING:
    from scaudit.model.incidents import Incident
    from scaudit.model.places import Place, Subject
    from scaudit.store.changes import Digest

PAUSE, PATIENCE = 0.5, 120
"""Seconds between two looks at a query that runs, and until it is given up."""
MOST = 1000
_SERVICE = re.compile(r"([A-Za-z0-9_-]{1,255}/)?[A-Za-z0-9_-]{1,255}")
"""Letters, digits, underscores and hyphens (AWS: CreateCluster, CreateService)."""
_SPAN = re.compile(r"(\d{1,4})([mhdw])")
_UNITS = {"m": "minutes", "h": "hours", "d": "days", "w": "weeks"}


@dataclass(frozen=True, slots=True)
class History:
    """What is on record of the services of one name: their incidents as they stand or ended, and the announcements
    since a moment, oldest first. `cut` says that there were more of these than are read. The opening of what is
    `unsent` waits for a digest; `hold_down` is the stack's HoldDown."""

    region: str
    since: datetime
    incidents: Mapping[tuple["Place", "Subject"], "Incident"]
    announcements: tuple[Mapping[str, Any], ...]
    cut: bool
    unsent: Mapping[tuple["Place", "Subject"], "Digest"] = field(default_factory=dict)
    hold_down: timedelta = timedelta(seconds=HOLD_DOWN)

    def told_at(self, of: tuple["Place", "Subject"]) -> datetime | None:
        """When an incident was last announced; None while that waits for a digest."""
        return None if of in self.unsent else self.incidents[of].told_at


def history(
    service: Annotated[str, typer.Argument(metavar="[CLUSTER/]SERVICE", help="The service, of any cluster or of one.")],
    since: Annotated[str, typer.Option("--since", metavar="SPAN", help="How far back: 90m, 12h, 7d or 4w.")] = "7d",
    stack: Stack = "scaudit",
    region: StackRegion = "",
    output: Annotated[Form, typer.Option("--output", "-o", help="How the answer is written.")] = Form.TEXT,
) -> None:
    """What was wrong with a service, from when to when, and what was said of it, from the deployed stack.

    Exit code 0 when something is on record, 2 when nothing is, 64 when the stack cannot be reached.
    """
    from scaudit_cli.ask import history_text

    if not _SERVICE.fullmatch(service):
        raise Refused(f"'{service}' is no name of an ECS service: give SERVICE or CLUSTER/SERVICE")
    deployed, now = find(stack, region), datetime.now(UTC)
    known = [read(deployed, each, service, now - span(since), now) for each in deployed.regions]
    (history_text.write_json if output is Form.JSON else history_text.write)(known, service, sys.stdout)
    raise typer.Exit(0 if any(each.incidents or each.announcements for each in known) else 2)


def span(written: str) -> timedelta:
    """A span of time as people write it. Raises Refused."""
    if not (found := _SPAN.fullmatch(written)):
        raise Refused(f"--since {written}: give a number and m, h, d or w, such as 12h or 7d")
    return timedelta(**{_UNITS[found[2]]: int(found[1])})


def read(deployed: Deployed, region: str, service: str, since: datetime, now: datetime) -> History:
    """Ask the table and the audit log about a service of one Region. Raises Refused."""
    from scaudit.model.places import Place
    from scaudit.store.ledger import Ledger
    from scaudit.store.overview import clusters_of
    from scaudit.store.table import Table

    cluster, _, name = service.rpartition("/")
    with answers(), readable():
        table = Table(deployed.client("dynamodb"), deployed.outputs["TableName"])
        places = [Place(region, each, name) for each in ([cluster] if cluster else sorted(clusters_of(table, region)))]
        incidents = {(place, of): one for place in places for of, one in Ledger(table).incidents(place).items()}
        unsent = unsent_in(table, [region])
        lines = _announced(deployed, region, cluster, name, since, now)
    told = tuple(lines[:MOST][::-1])
    return History(region, since, incidents, told, len(lines) > MOST, unsent, deployed.hold_down)


def _announced(
    deployed: Deployed, region: str, cluster: str, name: str, since: datetime, now: datetime
) -> list[Mapping[str, Any]]:
    """The records of what was announced about a service, newest first, one more than are shown."""
    wanted = {"record": "announcement", "region": region, "ecs_cluster": cluster, "ecs_service": name}
    fields = [(field, value) for field, value in wanted.items() if value]
    parts = [f'filter @message like /"{field}": ?"{value}"/' for field, value in fields]
    query = " | ".join(["fields @message", *parts, f"sort @timestamp desc | limit {MOST + 1}"])
    logs = deployed.client("logs")
    asked = logs.start_query(
        logGroupName=deployed.outputs["AuditLogGroup"],
        startTime=max(0, int(since.timestamp())),  # AWS takes none before 1970
        endTime=int(now.timestamp()) + 1,
        queryString=query,
    )["queryId"]
    told = [json.loads(each["value"]) for row in _results(logs, asked) for each in row if each["field"] == "@message"]
    return [one for one in told if all(one.get(field) == value for field, value in fields)]


def _results(logs: Any, asked: str) -> list[list[dict[str, str]]]:  # noqa: ANN401
    began = time.monotonic()
    while True:
        answer = logs.get_query_results(queryId=asked)
        if answer["status"] == "Complete":
            return list(answer["results"])
        scanned = answer.get("statistics", {}).get("bytesScanned", 0) / 1e6
        if answer["status"] not in ("Scheduled", "Running") or time.monotonic() > began + PATIENCE:
            how = f"{answer['status']} after {scanned:.0f} MB"
            raise Refused(f"the query of the audit log is {how}: try a shorter --since")
        typer.echo(f"reading the audit log: {scanned:.0f} MB", err=True)
        time.sleep(PAUSE)
