"""Findings as JUnit XML: one suite for each service, one case for each finding."""

from itertools import groupby
from typing import TextIO
from xml.etree import ElementTree as Xml

from scaudit.model import Status
from scaudit_cli.output.finding import Finding
from scaudit_cli.output.report import Report

_ELEMENT = {Status.UNKNOWN: "error", Status.PENDING: "skipped", Status.SKIPPED: "skipped"}


def write(report: Report, out: TextIO) -> None:
    """Write JUnit XML: a suite for each service, a case for each finding."""
    root = Xml.Element("testsuites", name="scaudit")
    by_service = groupby(report.findings, key=lambda f: (f.cluster, f.service))
    for number, (service, findings) in enumerate(by_service):
        _suite(root, number, "/".join(filter(None, service)) or "scaudit", list(findings), report)
    Xml.indent(root)
    out.write(Xml.tostring(root, encoding="unicode", xml_declaration=True) + "\n")


def _suite(root: Xml.Element, number: int, name: str, findings: list[Finding], report: Report) -> None:
    """All the attributes that one or another reader of JUnit XML demands (Jenkins, Ant); no time is measured."""
    elements = ["failure" if report.counts(f) else _ELEMENT.get(f.status) for f in findings]
    suite = Xml.SubElement(
        root,
        "testsuite",
        name=name,
        package="scaudit",
        id=str(number),
        timestamp=f"{report.at:%Y-%m-%dT%H:%M:%S}",
        hostname="localhost",
        tests=str(len(findings)),
        failures=str(elements.count("failure")),
        errors=str(elements.count("error")),
        skipped=str(elements.count("skipped")),
        time="0",
    )
    Xml.SubElement(suite, "properties")
    for finding, element in zip(findings, elements, strict=True):
        endpoint = f" [{finding.endpoint}]" if finding.endpoint else ""
        title = f"{finding.id} {finding.check.title}{endpoint}"
        case = Xml.SubElement(suite, "testcase", name=title, classname=name.replace("/", "."), time="0")
        if element:
            message = "; ".join(finding.messages)
            Xml.SubElement(case, element, message=message, type=finding.severity.word).text = _text(finding)
        elif finding.status is Status.FAIL:  # below the threshold, or suppressed: told, and passed
            Xml.SubElement(case, "system-out").text = _text(finding)
    Xml.SubElement(suite, "system-out")
    Xml.SubElement(suite, "system-err")


def _text(finding: Finding) -> str:
    where = f"in {finding.place}" if finding.place.file else ""
    lines = [*finding.messages, where, f"fix: {finding.fix}", f"see: {finding.link}"]
    tasks = f"tasks: {', '.join(finding.tasks)}" if finding.tasks else ""
    return "\n".join(filter(None, [*lines, tasks]))
