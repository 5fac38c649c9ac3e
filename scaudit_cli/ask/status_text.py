"""What a stack knows, for people: the worst first, then what was looked at, and when."""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import TextIO

from rich.console import Console
from rich.text import Text

from scaudit.model import Severity, Status
from scaudit.model.sentences import clean
from scaudit.store.overview import Problem
from scaudit_cli.ask.form import age, console, count, minute
from scaudit_cli.ask.problems import affected, sentence
from scaudit_cli.ask.status import Status as StackStatus
from scaudit_cli.ask.status import severity, since
from scaudit_cli.ask.telling import well
from scaudit_cli.output.lines import columns, wrapped

SHOWN = 20
"""So many problems are written out; all of them with --output json."""
MANY, NAMED = 4, 60
"""From so many on that are alike only one is written out, and so many of the other services are named."""
STYLES = {Severity.CRITICAL: "bold red", Severity.ERROR: "red", Severity.WARNING: "yellow", Severity.INFO: "dim"}


def write(status: StackStatus, out: TextIO) -> None:
    """Write for people, without colours where `NO_COLOR` is set or `out` is no terminal."""
    page = console(out)
    where = ", ".join(region.region for region in status.regions)
    _say(page, f"stack {status.stack}, account {status.account}, {where}, {minute(status.at)}", "dim")
    page.print()
    groups = list(_alike(status))
    for first, *others in groups[:SHOWN]:
        tell(page, status, first, _next(status, first), others)
    if more := sum(map(len, groups[SHOWN:])):
        page.print(Text(f"  ... and {more} more: --output json lists all", "dim"))
    for region in status.regions:
        for swept in region.swept:
            _say(
                page,
                f"{region.region} {swept.cluster}: {region.verified(swept)} of {count(swept.tasks, 'task')} of "
                f"{count(swept.services, 'service')} verified, swept {_ago(swept.at, status.at)}",
            )
        if region.heartbeat:
            _say(page, f"{region.region} heartbeat {_ago(region.heartbeat, status.at)}")
    for doubt in status.doubts:
        for line in wrapped(Text("? ", "yellow"), doubt, columns(page, page.file), 2):
            page.print(line)
    _say(page, *_summary(status))


def _say(page: Console, text: str, style: str = "", left: str = "") -> None:
    """Write a sentence that begins so far from the left, in lines of the terminal's width."""
    for line in wrapped(Text(left), text, columns(page, page.file), len(left) or 2):
        page.print(Text(line.plain, style))


def _alike(status: StackStatus) -> Iterator[Sequence[Problem]]:
    """The problems, in their order; those that many services of a cluster have alike are together."""
    groups: dict[tuple[object, ...], list[Problem]] = {}
    for each in status.problems:
        told = severity(each), bool(each.clear), status.told_at(each) is None, status.quiet(each)
        groups.setdefault((each.place.region, each.place.cluster, each.subject.check, *told), []).append(each)
    for group in groups.values():
        yield from [group] if len(group) >= MANY else [[each] for each in group]


def tell(
    page: Console,
    status: StackStatus,
    problem: Problem,
    see: str,
    others: Sequence[Problem] = (),
    *,
    indent: str = "",
    says: str = "",
) -> None:
    """Write one problem, in its own sentence or what is said instead, and that `others` are like it; the last line is
    the command to `see` next."""
    worst, began = severity(problem), since(problem)
    subject = f"{problem.subject.check} {problem.subject.endpoint}".strip()
    told_at, left = status.told_at(problem), f"{indent}         "
    how, style = ("well", "green") if problem.clear else (worst.word, STYLES[worst])
    head = Text(indent).append(f"{how:9}", style)
    page.print(head.append(f"{_far(status, problem)}{clean(problem.place.name)}  {subject}", "bold not dim"))
    _say(page, says or clean(sentence(problem)), left=left)
    facts = (
        f"since {minute(began)} ({age(status.at - began)})" if began else "",
        affected(problem),
        f"announced {minute(told_at)}" if told_at else "",
        status.quiet(problem),
        well(problem.clear, status.hold_down) if problem.clear else "",
    )
    _say(page, ", ".join(filter(None, facts)), "dim", left)
    if others:
        names = list(_names(others, [problem, *others]))
        rest = f" and {len(names) - NAMED} more" if len(names) > NAMED else ""
        _say(page, clean(f"the same in {len(names)} more: {', '.join(names[:NAMED])}{rest}"), left=left)
    if see:
        page.print(Text(f"{left}see {clean(see)}", "dim"))
    page.print()


def _names(problems: Sequence[Problem], alike: Sequence[Problem]) -> Iterator[str]:
    """Their services, with the endpoint where several problems that are `alike` are of one."""
    times = Counter(each.place for each in alike)
    for each in problems:
        endpoint = each.subject.endpoint if times[each.place] > 1 else ""
        yield " ".join(filter(None, (each.place.service, endpoint)))


def explained(problem: Problem) -> str:
    """The command that explains what it means."""
    return f"scaudit explain {problem.subject.check}"


def _far(status: StackStatus, problem: Problem) -> str:
    """The Region, where it is not the stack's own, as in the subjects of alerts."""
    region = problem.place.region
    return "" if region == status.regions[0].region else f"{region}/"


def _next(status: StackStatus, problem: Problem) -> str:
    """The command that shows the whole service, where it is about one."""
    place = problem.place
    if not (place.cluster and place.service):
        return explained(problem)
    far = f" --region {place.region}" if _far(status, problem) else ""
    return f"scaudit describe {place.name}{far}"


def _summary(status: StackStatus) -> tuple[str, str]:
    counts, (verified, tasks) = status.counts(), status.tasks
    found = ", ".join(f"{counts[s.word]} {s.word}" for s in sorted(Severity, reverse=True) if counts[s.word])
    style = "bold red" if found else "bold yellow" if status.doubts else "bold green"
    doubted = "is decided" if status.undecided(Status.PENDING) else "was looked at"
    what = found or (f"nothing found, but not all {doubted}" if status.doubts else "nothing found")
    pending = "".join(f", {words}" for words in _pending(status))
    return f"{what}; {verified} of {count(tasks, 'running task')} verified at the last sweep{pending}", style


def _pending(status: StackStatus) -> Iterator[str]:
    open_ = status.undecided(Status.PENDING)
    checks = ", ".join(sorted({check for each in open_ for check in each.checks}))
    for number, what in ((sum(e.tasks for e in open_), "task"), (sum(e.services for e in open_), "service")):
        if number:
            yield f"{count(number, what)} pending" + (f" ({checks})" if checks else "")


def _ago(moment: datetime, now: datetime) -> str:
    return f"{age(now - moment)} ago"
