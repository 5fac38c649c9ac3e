"""Findings as JUnit XML: one suite for each service, one case for each finding."""

import re
from itertools import groupby
from typing import TextIO
from xml.etree import ElementTree as Xml

from scaudit.model import Status
from scaudit_cli.output.finding import Finding
from scaudit_cli.output.report import Report

_ELEMENT = {Status.UNKNOWN: "error", Status.PENDING: "skipped", Status.SKIPPED: "skipped"}
_NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What no XML 1.0 document may hold, not even escaped (XML 1.0, 2.2: Char)."""


def write(report: Report, out: TextIO) -> None:
    """Write JUnit XML: a suite for each service, a case for each finding. Where nothing was found, that is one case:
    readers take a file without any for a run that broke."""
    root = Xml.Element("testsuites", name="scaudit")
    for number, (home, found) in enumerate(groupby(report.findings, key=lambda f: f.home)):
        name = "/".join(filter(None, (home.region, home.name))) or "scaudit"
        _suite(root, number, name, list(found), report)
    if not report.findings:
        suite = _begun(root, 0, "scaudit", ["passed"], report)
        Xml.SubElement(suite, "testcase", name="nothing was found", classname="scaudit", time="0")
        _end(suite)
    Xml.indent(root)
    out.write(Xml.tostring(root, encoding="unicode", xml_declaration=True) + "\n")


def _suite(root: Xml.Element, number: int, name: str, findings: list[Finding], report: Report) -> None:
    elements = ["failure" if report.counts(f) else _ELEMENT.get(f.status, "") for f in findings]
    suite = _begun(root, number, name, elements, report)
    for finding, element in zip(findings, elements, strict=True):
        endpoint = f" [{finding.endpoint}]" if finding.endpoint else ""
        title = _legal(f"{finding.id} {finding.check.title}{endpoint}")
        case = Xml.SubElement(suite, "testcase", name=title, classname=_legal(name).replace("/", "."), time="0")
        if element:
            message = _legal("; ".join(finding.messages))
            Xml.SubElement(case, element, message=message, type=finding.severity.word).text = _text(finding)
        elif finding.status is Status.FAIL:  # below the threshold, or suppressed: told, and passed
            Xml.SubElement(case, "system-out").text = _text(finding)
    _end(suite)


def _begun(root: Xml.Element, number: int, name: str, elements: list[str], report: Report) -> Xml.Element:
    """All the attributes that one or another reader of JUnit XML demands (Jenkins, Ant); no time is measured."""
    suite = Xml.SubElement(
        root,
        "testsuite",
        name=_legal(name),
        package="scaudit",
        id=str(number),
        timestamp=f"{report.at:%Y-%m-%dT%H:%M:%S}",
        hostname="localhost",
        tests=str(len(elements)),
        failures=str(elements.count("failure")),
        errors=str(elements.count("error")),
        skipped=str(elements.count("skipped")),
        time="0",
    )
    properties = Xml.SubElement(suite, "properties")
    for key, value in (("account", report.account), ("regions", " ".join(report.regions))):
        if value:
            Xml.SubElement(properties, "property", name=key, value=_legal(value))
    return suite


def _end(suite: Xml.Element) -> None:
    Xml.SubElement(suite, "system-out")
    Xml.SubElement(suite, "system-err")


def _legal(text: str) -> str:
    return _NO_XML.sub("\ufffd", text)


def _text(finding: Finding) -> str:
    where = f"in {finding.place}" if finding.place.file else ""
    lines = [*finding.messages, where, f"fix: {finding.fix}", f"see: {finding.link}", finding.console]
    tasks = f"tasks: {', '.join(finding.tasks)}" if finding.tasks else ""
    return _legal("\n".join(filter(None, [*lines, tasks])))
