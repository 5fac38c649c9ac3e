"""CloudWatch Logs Insights over the stack's audit log, which AWS charges by the data read."""

import json
import time
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

import typer

from scaudit_cli.deployed import Deployed
from scaudit_cli.usage import Refused

if TYPE_CHECKING:
    from scaudit.model.places import Place

PAUSE, PATIENCE = 0.5, 120
"""Seconds between two looks at a query that runs, and until it is given up."""


def ask(deployed: Deployed, query: str, since: datetime, now: datetime) -> list[dict[str, str]]:
    """The rows that a query returns. Raises Refused where it does not end well, and what AWS raises."""
    logs = deployed.client("logs")
    asked = logs.start_query(
        logGroupName=deployed.outputs["AuditLogGroup"],
        startTime=max(0, int(since.timestamp())),  # AWS takes none before 1970
        endTime=int(now.timestamp()) + 1,
        queryString=query,
    )["queryId"]
    return [{each["field"]: each["value"] for each in row} for row in _results(logs, asked)]


def lines_about(
    deployed: Deployed,
    records: Sequence[str],
    of: "Place",
    most: int,
    since: datetime,
    now: datetime,
    has: str = "",
) -> list[Mapping[str, Any]]:
    """The records of these kinds about a service, of any cluster where none is named, the newest first, so many at
    `most`; those only whose lines match the expression `has`. Raises what `ask` raises."""
    wanted = {"region": of.region, "ecs_cluster": of.cluster, "ecs_service": of.service}
    fields = [(field, value) for field, value in wanted.items() if value]
    parts = [f'filter @message like /"record": ?"(?:{"|".join(records)})"/']
    parts += [f'filter @message like /"{field}": ?"{value}"/' for field, value in fields]
    parts += [f"filter @message like {has}"] if has else []
    query = " | ".join(["fields @message", *parts, f"sort @timestamp desc | limit {most}"])
    told = [json.loads(row["@message"]) for row in ask(deployed, query, since, now)]
    return [one for one in told if one.get("record") in records and all(one.get(f) == value for f, value in fields)]


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
