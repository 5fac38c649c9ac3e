"""CloudWatch Logs Insights over the stack's audit log, which AWS charges by the data read."""

import time
from datetime import datetime
from typing import Any

import typer

from scaudit_cli.deployed import Deployed
from scaudit_cli.usage import Refused

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
