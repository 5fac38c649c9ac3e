"""Findings for people: a section for each service with something to say, one line for all that are healthy."""

import os
import textwrap
from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import TextIO

from rich.console import Console
from rich.text import Text

from scaudit.model import Severity, Status
from scaudit.model.places import Place as Home
from scaudit.model.sentences import some
from scaudit_cli.ask.form import members
from scaudit_cli.output.finding import Finding
from scaudit_cli.output.lines import columns, wrapped
from scaudit_cli.output.report import Report

_SAMPLES, _SHORT = 3, 8
"""Sentences, and tasks that are named, of one finding; and the characters of their ids that are shown."""
_OPEN = {
    Status.UNKNOWN: ("?", "yellow"),
    Status.PENDING: ("…", "cyan"),
    Status.SKIPPED: ("-", "dim"),
    Status.PASS: ("✓", "green"),
}
_FAILED = {
    Severity.CRITICAL: ("\N{MULTIPLICATION SIGN}", "bold red"),
    Severity.ERROR: ("\N{MULTIPLICATION SIGN}", "red"),
    Severity.WARNING: ("‼", "yellow"),
    Severity.INFO: ("i", "blue"),
}
_QUIET = (Status.PASS, Status.SKIPPED)


def write(report: Report, out: TextIO) -> None:
    """Write for people, without colours where `NO_COLOR` is set or `out` is no terminal."""
    plain = bool(os.environ.get("NO_COLOR"))  # no-color.org; Rich itself would still print bold
    console = Console(file=out, highlight=False, emoji=False, color_system=None if plain else "auto")
    for line in _Told(report, columns(console, out)).lines():
        console.print(line, soft_wrap=True)  # wrapped already, but for addresses, which are to stay whole


class _Told:
    """One report in lines of so many columns."""

    def __init__(self, report: Report, width: int) -> None:
        self._report, self._width = report, width
        self._healthy = dict.fromkeys(report.healthy)  # asked of every section, and worked out of all findings

    def lines(self) -> Iterator[Text]:
        """The header, what is to be said of each service, and what there is beside it."""
        report = self._report
        if report.regions:
            account = [f"account {report.account}"] if report.account else []  # else nothing was read that names it
            where = [*account, *report.regions]
            yield from self._wrapped(Text(style="dim"), ", ".join([*where, f"{report.at:%Y-%m-%d %H:%M} UTC"]))
            yield Text()
        for home, found in groupby(filter(self._shown, report.findings), key=lambda f: f.home):
            yield from self._section(home, list(found))
        if not report.problems:
            yield from self._quiet()
        elif report.notes:
            yield from self._wrapped(
                Text("note: ", style="dim"), f"{_count(len(report.notes), 'note')} without --problems"
            )
        for note in report.misnamed:
            yield from self._wrapped(Text("note: ", style="dim"), note)
        for each in report.mended:
            yield Text("✓ ", style="green").append(f"mended: {each}", style="default")
        yield from self._summary()

    def _shown(self, finding: Finding) -> bool:
        report = self._report
        if report.problems:
            return finding.status not in _QUIET and not finding.is_note
        return report.tells(finding)

    def _section(self, home: Home, findings: list[Finding]) -> Iterator[Text]:
        tick = Text().append("✓ " if home in self._healthy else "", style="green")
        yield tick.append(self._name(home) or str(findings[0].place.file) or "scaudit itself", style="bold")
        if findings[0].console:
            yield Text(f"  {findings[0].console}", style="dim")
        for alike in _together(findings):
            yield from self._one(alike[0], ", ".join(finding.id for finding in alike))
        yield Text()

    def _name(self, home: Home) -> str:
        return f"{home.region}  {home.name}" if home.region and len(self._report.regions) > 1 else home.name

    def _one(self, finding: Finding, ids: str) -> Iterator[Text]:
        symbol, style = _FAILED[finding.severity] if finding.status is Status.FAIL else _OPEN[finding.status]
        head = Text(f"  {symbol} ", style=style).append(ids, style="bold not dim")
        if finding.status not in _QUIET:
            head.append(f" {finding.severity.word if finding.status is Status.FAIL else finding.status}")
        if finding.since:
            head.append(f" ({finding.since})", style="not dim default")
        yield from self._wrapped(head.append("  "), _what(finding))
        further = finding.messages[1:] if self._report.verbose else finding.messages[1:_SAMPLES]
        for message in further:
            yield from self._wrapped(Text("    "), message)
        if rest := len(finding.messages[1:]) - len(further):
            yield Text(f"    ... and {_count(rest, 'sentence')} more like these: --verbose", style="dim")
        if finding.tasks:
            yield from self._wrapped(Text("    "), self._tasks(finding))
        if finding.status in _QUIET:
            return
        if tag := finding.tag or ("suppressed by a tag" if finding.suppressed else ""):
            yield from self._wrapped(Text("    tag  ", style="dim"), tag, indent=9)
        if finding.caused_by:
            yield from self._wrapped(Text("    why  ", style="dim"), f"explained by {finding.caused_by}")
            return
        if finding.status is Status.FAIL:
            yield from self._wrapped(Text("    fix  ", style="dim"), finding.fix, indent=9)
        for command in finding.run:  # whole, to be pasted
            yield Text("    run  ", style="dim").append(command, style="default not dim")
        yield Text("    see  ", style="dim").append(f"scaudit explain {finding.id}", style="default not dim")

    def _tasks(self, finding: Finding) -> str:
        verbose = self._report.verbose
        ids = [task if task.startswith("srv-") else task[:_SHORT] for task in finding.tasks[:_SAMPLES]]
        shown = finding.tasks if verbose else ids
        more = ", ..." if len(finding.tasks) > len(shown) else ""
        return f"{members(len(finding.tasks), finding.check.about)}: {', '.join(shown)}{more}"

    def _wrapped(self, head: Text, text: str, indent: int = 4) -> Iterator[Text]:
        return wrapped(head, text, self._width, indent)

    def _quiet(self) -> Iterator[Text]:
        """Who has nothing to say, in one line."""
        report = self._report
        said = {f.home for f in report.findings if self._shown(f)}
        healthy = {home: None for home in self._healthy if home not in said}
        if healthy:
            line = Text("✓ ", style="green").append(f"{len(healthy)} healthy: ", style="bold not dim")
            if report.verbose:
                yield from self._wrapped(line, ", ".join(map(self._name, healthy)), indent=2)
            else:
                line.append(some(list(map(self._name, healthy))), style="default not bold").truncate(
                    self._width, overflow="ellipsis"
                )
                yield line
        for home, why in report.aside.items():
            if home not in said:
                yield from self._wrapped(Text("- ", style="dim"), f"{self._name(home)}  ({why})")
        for note in report.notes:
            yield from self._wrapped(Text("note: ", style="dim"), note)

    def _summary(self) -> Iterator[Text]:
        report, totals = self._report, self._report.totals
        found = [f"{totals[s.word]} {s.word}" for s in sorted(Severity, reverse=True) if totals[s.word]]
        hidden = any(finding.is_note and not self._shown(finding) for finding in report.findings)
        if totals[Severity.INFO.word] and hidden and not report.problems:
            found[-1] += " (advice, shown with --verbose)"
        open_ = [f"{totals[s]} {s}" for s in (Status.UNKNOWN, Status.PENDING, "suppressed") if totals[s]]
        reads = f"; {report.reads.total()} reads" if report.reads else ""
        style = "bold red" if found else "bold yellow" if open_ or report.cut else "bold green"
        what = ", ".join([*found, *open_]) or "nothing found"
        aside = f", {len(report.aside)} not judged" if report.aside else ""
        cut = "interrupted: " if report.cut else ""
        counted = _count(len(report.services), "service")
        line = f"{cut}{counted}, {len(self._healthy)} healthy{aside}: {what}{reads}"
        yield from (Text(each, style=style) for each in textwrap.wrap(line, self._width))


def _together(findings: list[Finding]) -> Iterable[list[Finding]]:
    """One fact that could not be read leaves many checks in the dark: its reason is said once."""
    alike: dict[object, list[Finding]] = {}
    for number, finding in enumerate(findings):
        unknown = finding.status is Status.UNKNOWN and len(finding.messages) == 1
        alike.setdefault((_what(finding), finding.tasks) if unknown else number, []).append(finding)
    return alike.values()


def _what(finding: Finding) -> str:
    """Where, and what with both values."""
    begin = "".join(f"{part}: " for part in (str(finding.place), finding.endpoint) if part)
    said = finding.messages[:1] if finding.status is not Status.PASS else ()
    return begin + (*said, finding.check.title)[0]


def _count(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"
