"""Findings for people: a section for each service with something to say, one line for each that is healthy."""

import os
from collections.abc import Iterable
from itertools import groupby
from typing import TextIO

from rich.console import Console
from rich.text import Text

from scaudit.model import Severity, Status
from scaudit_cli.output.finding import Finding
from scaudit_cli.output.report import Report

_SAMPLES = 3
_OPEN = {
    Status.UNKNOWN: ("?", "yellow"),
    Status.PENDING: ("…", "cyan"),
    Status.SKIPPED: ("-", "dim"),
    Status.PASS: ("✓", "green"),
}


def write(report: Report, out: TextIO) -> None:
    """Write for people, without colours where `NO_COLOR` is set or `out` is no terminal."""
    plain = bool(os.environ.get("NO_COLOR"))  # no-color.org; Rich itself would still print bold
    console = Console(file=out, highlight=False, soft_wrap=True, color_system=None if plain else "auto")
    quiet = (Status.PASS, Status.SKIPPED)
    shown = [f for f in report.findings if report.verbose or report.counts(f) or not (f.status in quiet or f.is_note)]
    sections = {service: list(found) for service, found in groupby(shown, key=lambda f: (f.cluster, f.service))}
    for service in sorted({*report.services, *sections}):
        _section(console, report, service, sections.get(service, []))
    for note in report.notes:
        console.print(Text(f"note: {note}", style="dim"))
    console.print(_summary(report))


def _section(console: Console, report: Report, service: tuple[str, str], findings: list[Finding]) -> None:
    name = "/".join(filter(None, service)) or (str(findings[0].place.file) or "scaudit itself")
    if service in report.healthy:
        notes = sum(f.is_note for f in report.findings if (f.cluster, f.service) == service)
        told = f"  ({notes} note{'' if notes == 1 else 's'})" if notes and not findings else ""
        console.print(Text("✓ ", style="green").append(name, style="default").append(told, style="dim"))
    elif service in report.aside and not findings:
        console.print(Text("- ", style="dim").append(name).append(f"  ({report.aside[service]})", style="dim"))
    else:
        console.print(Text(name, style="bold"))
    for alike in _together(findings):
        _print(console, alike[0], ", ".join(finding.id for finding in alike))
    if findings:
        console.print()


def _together(findings: list[Finding]) -> Iterable[list[Finding]]:
    """One fact that could not be read leaves many checks in the dark: its reason is said once."""
    alike: dict[str, list[Finding]] = {}
    for number, finding in enumerate(findings):
        unknown = finding.status is Status.UNKNOWN and len(finding.messages) == 1
        alike.setdefault(_what(finding) if unknown else str(number), []).append(finding)
    return alike.values()


def _print(console: Console, finding: Finding, ids: str) -> None:
    symbol, style = _symbol(finding)
    head = Text(f"  {symbol} ", style=style).append(f"{ids}  ", style="bold not dim")
    console.print(head.append(_what(finding), style="default"))
    for further in finding.messages[1:]:
        console.print(Text(f"           {further}"))
    if finding.status in (Status.PASS, Status.SKIPPED):
        return
    about = [("why", f"explained by {finding.caused_by}")] if finding.caused_by else []
    about += [("note", "suppressed by a tag of the service")] if finding.suppressed else []
    if finding.status is Status.FAIL and not finding.caused_by:
        about += [("fix", finding.fix)]
    for name, text in about if finding.caused_by else [*about, ("see", finding.link)]:
        console.print(Text(f"           {name:5}", style="dim").append(text, style="default"))


def _symbol(finding: Finding) -> tuple[str, str]:
    if finding.status is not Status.FAIL:
        return _OPEN[finding.status]
    return ("\N{MULTIPLICATION SIGN}", "red") if finding.severity >= Severity.ERROR else ("‼", "yellow")


def _what(finding: Finding) -> str:
    """One line: where, what with both values, and which tasks."""
    begin = "".join(f"{part}: " for part in (str(finding.place), finding.endpoint) if part)
    if finding.status is Status.PASS:
        return begin + finding.check.title
    told = begin + (finding.messages[0] if finding.messages else finding.check.title)
    if finding.status is Status.FAIL:
        told += f" [{finding.severity.word}]"
    if not finding.tasks:
        return told
    more = ", ..." if len(finding.tasks) > _SAMPLES else ""
    member = "registration" if finding.check.about == "instance" else "task"
    count = f"{len(finding.tasks)} {member}{'' if len(finding.tasks) == 1 else 's'}"
    return f"{told} ({count}: {', '.join(finding.tasks[:_SAMPLES])}{more})"


def _summary(report: Report) -> Text:
    totals = report.totals
    found = [f"{totals[s.word]} {s.word}" for s in sorted(Severity, reverse=True) if totals[s.word]]
    open_ = [f"{totals[s]} {s}" for s in (Status.UNKNOWN, Status.PENDING, "suppressed") if totals[s]]
    counted = f"{len(report.services)} service{'' if len(report.services) == 1 else 's'}"
    reads = f"; {report.reads.total()} reads" if report.reads else ""
    style = "bold red" if found else "bold yellow" if open_ else "bold green"
    what = ", ".join([*found, *open_]) or "nothing found"
    aside = f", {len(report.aside)} not judged" if report.aside else ""
    return Text(f"{counted}, {len(report.healthy)} healthy{aside}: {what}{reads}", style=style)
