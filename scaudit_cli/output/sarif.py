"""Findings as SARIF 2.1.0, the format that code scanners share (OASIS)."""

import json
from typing import Any, TextIO
from urllib.parse import quote

from scaudit import __version__
from scaudit.checks.check import Check
from scaudit.model import Severity, Status
from scaudit_cli.output.finding import Finding
from scaudit_cli.output.report import Report

_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_LEVEL = {
    Severity.CRITICAL: "error",
    Severity.ERROR: "error",
    Severity.WARNING: "warning",
    Severity.INFO: "note",
}
# SARIF 3.27.9: `open` is what could not be decided. Only `fail` may have a level (3.27.10).
_KIND = {
    Status.FAIL: "fail",
    Status.UNKNOWN: "open",
    Status.PENDING: "open",
    Status.SKIPPED: "notApplicable",
    Status.PASS: "pass",
}


def write(report: Report, out: TextIO) -> None:
    """Write SARIF 2.1.0: a rule for each check, a result for each finding."""
    rules = sorted({f.id: f.check for f in report.listed}.values(), key=lambda check: check.id)
    index = {check.id: number for number, check in enumerate(rules)}
    run = {
        "tool": {"driver": {"name": "scaudit", "version": __version__, "rules": list(map(_rule, rules))}},
        "invocations": [{"executionSuccessful": True}],
        "results": [_result(f, index[f.id]) for f in report.listed],
    }
    out.write(json.dumps({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2) + "\n")


def _rule(check: Check) -> dict[str, Any]:
    return {
        "id": check.id,
        "shortDescription": {"text": check.title},
        "fullDescription": {"text": check.why},
        "help": {"text": check.fix},
        "defaultConfiguration": {"level": _LEVEL[check.severity]},
        "properties": {"about": check.about, "severity": check.severity.word},
    }


def _result(finding: Finding, rule: int) -> dict[str, Any]:
    return {
        "ruleId": finding.id,
        "ruleIndex": rule,
        "kind": _KIND[finding.status],
        "level": _LEVEL[finding.severity] if finding.status is Status.FAIL else "none",
        "message": {"text": "; ".join(finding.messages) or finding.check.title},
        "locations": [_location(finding)],
        # The identity of an incident: never the wording, so that a reworded check reopens nothing.
        "partialFingerprints": {"checkAndResource/v1": f"{finding.id}/{finding.resource}"},
        "properties": {
            "status": finding.status.value,
            "severity": finding.severity.word,
            "tasks": list(finding.tasks),
            "causedBy": finding.caused_by,
        },
        **({"suppressions": [{"kind": "external"}]} if finding.suppressed else {}),
    }


def _location(finding: Finding) -> dict[str, Any]:
    place: dict[str, Any] = {
        "logicalLocations": [{"fullyQualifiedName": finding.resource or "scaudit", "kind": "resource"}]
    }
    if finding.place.file:
        region = {"region": {"startLine": finding.place.line}} if finding.place.line else {}
        place["physicalLocation"] = {"artifactLocation": {"uri": quote(finding.place.file)}, **region}
    return place
