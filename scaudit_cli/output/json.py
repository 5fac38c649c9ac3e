"""Findings as one JSON object; its fields are an interface (docs/operating.md)."""

import json
from typing import Any, TextIO

from scaudit import __version__
from scaudit_cli.output.finding import Finding
from scaudit_cli.output.report import Report

SCHEMA = 1


def write(report: Report, out: TextIO) -> None:
    """Write one JSON object (docs/operating.md explains its fields)."""
    told = {"schema": SCHEMA, "findings": [_told(f) for f in report.listed], "summary": _summary(report)}
    out.write(json.dumps(told, indent=2) + "\n")


def _told(finding: Finding) -> dict[str, Any]:
    return {
        "id": finding.id,
        "status": finding.status.value,
        "severity": finding.severity.word,
        "region": finding.home.region,
        "cluster": finding.home.cluster,
        "service": finding.home.service,
        "endpoint": finding.endpoint,
        "tasks": list(finding.tasks),
        "messages": list(finding.messages),
        "fix": finding.fix,
        "link": finding.link,
        "caused_by": finding.caused_by,
        **({"console": finding.console} if finding.console else {}),
        **({"suppressed": True} if finding.suppressed else {}),
        **({"since": finding.since} if finding.since else {}),
        **({"file": finding.place.file, "line": finding.place.line or None} if finding.place.file else {}),
    }


def _summary(report: Report) -> dict[str, Any]:
    return {
        "scaudit": __version__,
        "at": report.at.isoformat(timespec="seconds"),
        "account": report.account,
        "regions": list(report.regions),
        "services": len(report.services),
        "healthy": len(report.healthy),
        **report.totals,
        "reads": report.reads.total(),
        "notes": list(report.notes),
        **({"mended": list(report.mended)} if report.mended else {}),
        **({"interrupted": True} if report.cut else {}),
    }
