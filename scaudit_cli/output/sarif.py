"""Findings as SARIF 2.1.0, the format that code scanners share (OASIS)."""

import json
import re
from pathlib import Path
from typing import Any, TextIO
from urllib.parse import quote

from scaudit import __version__
from scaudit.checks.check import Check
from scaudit.model import Severity, Status
from scaudit_cli.output.finding import Finding
from scaudit_cli.output.report import Report

_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_ABOUT = "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-connect.html"
"""What all of it is about: both addresses must be absolute (SARIF 3.19.6, 3.49.12), and the repository has none."""
_ADDRESS = re.compile(r"https://docs\.aws\.amazon\.com/[^\s;,)]+")
"""Of the sources of a check only AWS's own pages help who has the fault; the others prove what is there."""
_BRACKET = re.compile(r"[\[\]]")
_ROOT = "%SRCROOT%"
"""What a path is relative to; who reads it knows where that is (SARIF 3.4.4)."""
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
    notices = [{"level": "error", "message": {"text": _plain(reason)}} for reason in report.unread]
    driver = {"name": "scaudit", "version": __version__, "informationUri": _ABOUT, "rules": list(map(_rule, rules))}
    run = {
        "tool": {"driver": driver},
        "invocations": [
            {
                "executionSuccessful": not (report.unread or report.cut),
                "startTimeUtc": f"{report.at:%Y-%m-%dT%H:%M:%SZ}",
                **({"toolExecutionNotifications": notices} if notices else {}),
            }
        ],
        "results": [_result(f, index[f.id], report.account) for f in report.listed],
        "properties": {"account": report.account, "regions": list(report.regions)},
    }
    out.write(json.dumps({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2) + "\n")


def _plain(text: str) -> str:
    """Text that is shown as it is: `[this](there)` would be a link, and log lines and names come from anywhere. A
    viewer takes the backslash away (SARIF 3.11.6; Microsoft's sarif-visualstudio-extension, UnescapeBrackets)."""
    return _BRACKET.sub(r"\\\g<0>", text)


def _rule(check: Check) -> dict[str, Any]:
    address = _ADDRESS.search(check.source)
    return {
        "id": check.id,
        "shortDescription": {"text": check.title},
        "fullDescription": {"text": check.why},
        "help": {"text": check.fix},
        "helpUri": address.group() if address else _ABOUT,
        "defaultConfiguration": {"level": _LEVEL[check.severity]},
        "properties": {"about": check.about, "severity": check.severity.word},
    }


def _result(finding: Finding, rule: int, account: str) -> dict[str, Any]:
    kind = "informational" if finding.is_note else _KIND[finding.status]
    return {
        "ruleId": finding.id,
        "ruleIndex": rule,
        "kind": kind,
        "level": _LEVEL[finding.severity] if kind == "fail" else "none",
        "message": {"text": _plain("; ".join(finding.messages) or finding.check.title)},
        "locations": [_location(finding)],
        # The identity of an incident: never the wording, so that a reworded check reopens nothing.
        "partialFingerprints": {"checkAndResource/v1": f"{finding.id}/{finding.resource}"},
        "properties": {
            "status": finding.status.value,
            "severity": finding.severity.word,
            "account": account,
            "region": finding.home.region,
            "tasks": list(finding.tasks),
            "causedBy": finding.caused_by,
        },
        **({"suppressions": [_suppression(finding)]} if finding.suppressed else {}),
        **({"baselineState": finding.since} if finding.since else {}),
    }


def _suppression(finding: Finding) -> dict[str, str]:
    return {"kind": "external", **({"justification": finding.tag} if finding.tag else {})}


def _location(finding: Finding) -> dict[str, Any]:
    place: dict[str, Any] = {
        "logicalLocations": [{"fullyQualifiedName": finding.resource or "scaudit", "kind": "resource"}]
    }
    if finding.place.file:
        region = {"region": {"startLine": finding.place.line}} if finding.place.line else {}
        place["physicalLocation"] = {"artifactLocation": _artifact(finding.place.file), **region}
    return place


def _artifact(file: str) -> dict[str, str]:
    """A file by its path within the repository (the folder with .git), or else within the working directory: code
    scanners show nothing of any other. One from elsewhere is named in full."""
    path = Path(file).absolute()
    roots = [folder for folder in path.parents if (folder / ".git").exists()]
    for root in (*roots[:1], Path.cwd()):
        if path.is_relative_to(root):
            return {"uri": quote(path.relative_to(root).as_posix()), "uriBaseId": _ROOT}
    return {"uri": path.as_uri()}
