"""Findings as one JSON object; its fields are an interface (docs/operating.md)."""

import json
from typing import Any, TextIO

from scaudit import __version__
from scaudit_cli.output.finding import Finding
from scaudit_cli.output.report import Report

SCHEMA = 1


def write(report: Report, out: TextIO) -> None:
    """Write one JSON object (docs/operating.md explains its fields)."""
    told = {"schema": SCHEMA, "findings": [finding(f) for f in report.listed], "summary": summary(report)}
    out.write(json.dumps(told, indent=2) + "\n")


def finding(found: Finding) -> dict[str, Any]:
    """One finding as machines read it."""
    return {
        "id": found.id,
        "status": found.status.value,
        "severity": found.severity.word,
        "region": found.home.region,
        "cluster": found.home.cluster,
        "service": found.home.service,
        "endpoint": found.endpoint,
        "tasks": list(found.tasks),
        "messages": list(found.messages),
        "fix": found.fix,
        "link": found.link,
        "caused_by": found.caused_by,
        **({"run": list(found.run)} if found.run else {}),
        **({"console": found.console} if found.console else {}),
        **({"suppressed": True} if found.suppressed else {}),
        **({"tag": found.tag} if found.tag else {}),
        **({"since": found.since} if found.since else {}),
        **({"file": found.place.file, "line": found.place.line or None} if found.place.file else {}),
    }


def summary(report: Report) -> dict[str, Any]:
    """What there is beside the findings."""
    return {
        "scaudit": __version__,
        "at": report.at.isoformat(timespec="seconds"),
        "account": report.account,
        "regions": list(report.regions),
        "services": len(report.services),
        "healthy": len(report.healthy),
        **report.totals,
        "reads": report.reads.total(),
        "notes": [*report.notes, *report.misnamed],
        **({"mended": list(report.mended)} if report.mended else {}),
        **({"interrupted": True} if report.cut else {}),
    }
