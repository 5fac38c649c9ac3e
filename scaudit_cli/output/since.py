"""A report beside an earlier one: what is new in it, what is as it was, and what is mended."""

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from scaudit.checks import BY_ID
from scaudit.model import Status
from scaudit.model.sentences import clean
from scaudit_cli.output.finding import Finding
from scaudit_cli.output.report import Report
from scaudit_cli.usage import SPAN, Refused

Key = tuple[str, str, str, str, str]
"""Check, Region, cluster, service and endpoint: what an incident is known by."""
NEW, UNCHANGED = "new", "unchanged"


def earlier(file: str) -> set[Key]:
    """What failed in an earlier report. Raises Refused for what is none."""
    try:
        told: Any = json.loads(Path(file).read_text())
        return {_key(raw) for raw in told["findings"] if raw["status"] == "fail"}
    except OSError as error:
        advice = f"; since a time, scaudit history SERVICE --since {file} tells it" if SPAN.fullmatch(file) else ""
        raise Refused(
            f"cannot read {file}: {error.strerror or error}: --since takes what `scaudit check --output json` wrote "
            f"earlier{advice}"
        ) from None
    except (ValueError, LookupError, TypeError, RecursionError):
        raise Refused(f"{file} is not what `scaudit check --output json` writes") from None


def _key(raw: Mapping[str, Any]) -> Key:
    return raw["id"], raw["region"], raw["cluster"], raw["service"], raw["endpoint"]


def compared(report: Report, before: set[Key]) -> Report:
    """The report with what is new and what is unchanged. Mended is what was judged again and does not fail: neither
    what could not be told, nor what was not looked at. A check of tasks was judged again when a task passes it: of a
    service whose tasks come and go there may be none to look at. One of namespaces has no service to tell by."""
    findings = tuple(
        replace(f, since=UNCHANGED if _of(f) in before else NEW) if f.status is Status.FAIL else f
        for f in report.findings
    )
    fails = {_of(f) for f in findings if f.status is Status.FAIL}
    doubtful = {_of(f)[:4] for f in findings if f.status in (Status.UNKNOWN, Status.PENDING)}
    passed = {_of(f)[:4] for f in findings if f.status is Status.PASS}
    services = {(home.region, home.cluster, home.service) for home in report.services}

    def judged(key: Key) -> bool:
        check = BY_ID.get(key[0])
        known = key[:4] in passed if check and check.about in ("task", "namespace") else key[1:4] in services
        return known and key[:4] not in doubtful

    mended = filter(judged, sorted(before - fails))
    return replace(report, findings=findings, mended=tuple(map(_words, mended)))


def _of(finding: Finding) -> Key:
    home = finding.home
    return finding.id, home.region, home.cluster, home.service, finding.endpoint


def _words(key: Key) -> str:
    check, *where = key
    return f"{clean('/'.join(filter(None, where)))} {clean(check)}"
