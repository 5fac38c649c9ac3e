"""Lines that are looked for in logs too long to be read whole: CloudWatch Logs goes through them, and gives what
matches."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from scaudit.collect.aws.log_events import found_of
from scaudit.collect.aws.log_windows import window_of
from scaudit.collect.aws.logs import FILTER_LOG_EVENTS, MOST_LOG_PAGES, Lines, milliseconds
from scaudit.collect.aws.reads import Reads
from scaudit.model import LogTarget, Task, Unread

LONGEST = 1024
"""Characters of a pattern (AWS: FilterLogEvents, filterPattern)."""
_SOUGHT = Mapping[str, Sequence[str]]


def lines_with(
    reads: Reads, cluster: str, region: str, wanted: Mapping[str, tuple[Task, LogTarget]], parts: _SOUGHT, now: datetime
) -> dict[str, Lines | Unread]:
    """By task id, the lines up to now of its proxy's log that have any of the `parts`; `cut` where the pages end before
    the log does. An optional term is one with a question mark, and an exact phrase stands in quotation marks (AWS:
    Filter pattern syntax). What exactly counts as a match is not documented: compare with lines that are known."""

    def read(task_id: str) -> tuple[str, Lines | Unread]:
        pattern = " ".join(f'?"{part}"' for part in parts[task_id])
        if not pattern or len(pattern) > LONGEST:
            return task_id, Unread("what to look for in the proxy's log does not fit into a pattern")
        return task_id, _read(reads, cluster, region, *wanted[task_id], pattern, now)

    return dict(reads.each(read, sorted(wanted)))


def _read(
    reads: Reads, cluster: str, region: str, task: Task, target: LogTarget, pattern: str, now: datetime
) -> Lines | Unread:
    """A page is what was gone through in some time: it may be empty, and only a missing token ends it (AWS:
    FilterLogEvents)."""
    window, name = window_of(task, now, whole=True), f"{target.prefix}/{task.proxy}/{task.id}"
    asked: dict[str, Any] = {
        "logGroupName": target.group,
        "logStreamNames": [name],
        "filterPattern": pattern,
        "startTime": milliseconds(window.begin),
        "endTime": milliseconds(window.end),
    }
    lines: list[str] = []
    times: list[int] = []
    token = ""
    for _ in range(MOST_LOG_PAGES):
        more: dict[str, Any] = {"nextToken": token} if token else {}
        answer = reads.ask(FILTER_LOG_EVENTS, cluster, region=target.elsewhere(region), **asked, **more)
        if isinstance(answer, Unread) or answer is None:
            return answer or Unread("logs:FilterLogEvents gave no answer")
        told = reads.understand(FILTER_LOG_EVENTS, f"{target.group}/{name}", found_of, answer)
        if isinstance(told, Unread):
            return told
        page, at, token = told
        lines += page
        times += at
        if not token:
            break
    return Lines(lines, cut=bool(token), times=times)
