"""How far a run is, and what it found so far, on standard error: a bar for a person, plain lines for a log."""

import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from scaudit.model import Severity, Status
from scaudit_cli.output.finding import Finding, Judged, findings_of

EVERY = 5.0
"""Seconds between two lines in a log."""
Tell = Callable[[int, Sequence[Judged]], None]
"""Gets so many services as were looked at, and what was judged of them."""


class Progress:
    """Tells of one run: what fails at `fail_on` or above as it is found, when there are several groups of services."""

    def __init__(self, fail_on: Severity) -> None:
        self._fail_on = fail_on

    @contextmanager
    def of(self, total: int, groups: int) -> Iterator[Tell]:
        """Gives what is to be called with each group of services when it was looked at."""
        if groups < 2:
            yield lambda count, judged: None
        elif sys.stderr.isatty():
            with self._bar(total) as tell:
                yield tell
        else:
            yield self._lines(total)

    @contextmanager
    def _bar(self, total: int) -> Iterator[Tell]:
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
        from rich.progress import Progress as Bar

        columns = TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn()
        with Bar(*columns, console=Console(stderr=True), transient=True) as bar:
            services = bar.add_task("services", total=total)

            def tell(count: int, judged: Sequence[Judged]) -> None:
                for line in self._worth(judged):
                    bar.console.print(line, markup=False, highlight=False, soft_wrap=True)
                bar.advance(services, count)

            yield tell

    def _lines(self, total: int) -> Tell:
        began = last = time.monotonic()
        done = 0

        def tell(count: int, judged: Sequence[Judged]) -> None:
            nonlocal done, last
            done += count
            for line in self._worth(judged):
                print(line, file=sys.stderr)
            if (now := time.monotonic()) >= last + EVERY or done == total:
                print(f"scaudit: {done} of {total} services, {now - began:.0f} s", file=sys.stderr, flush=True)
                last = now

        return tell

    def _worth(self, judged: Sequence[Judged]) -> list[str]:
        return [_line(found) for found in findings_of(judged) if self._speaks(found)]

    def _speaks(self, finding: Finding) -> bool:
        loud = finding.status is Status.FAIL and not finding.suppressed and not finding.caused_by
        return loud and finding.severity >= self._fail_on


def _line(finding: Finding) -> str:
    said = (*finding.messages, finding.check.title)[0]
    return f"{finding.resource}: {finding.id} {finding.severity.word}: {said}"
