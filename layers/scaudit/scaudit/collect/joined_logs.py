"""The beginning and the end of a log, and what was looked for between them, as one."""

from collections import Counter
from collections.abc import Collection

from scaudit.collect.aws.logs import Lines
from scaudit.model import Unread
from scaudit.proxylog.sought import has


def are_apart(head: Lines | Unread, end: Lines | Unread) -> bool:
    """Whether lines may be missing between them. Not by their text: many lines are alike. Events come in the order of
    their times, so that none is missing only if the end begins before the time with which the beginning ends; of one
    time either may have but a part."""
    if isinstance(head, Unread) or isinstance(end, Unread) or not end.cut:
        return False
    return not head.times or not end.times or not end.times[0] < head.times[-1]


def joined(head: Lines, end: Lines, between: Lines | None, parts: Collection[str]) -> tuple[list[str], bool]:
    """A log as one, and whether lines that count may be missing in it. What was found `between` by the `parts` that its
    lines have is believed where all such lines of the beginning and the end were found, too."""
    if not are_apart(head, end):
        since = end.times[0]
        before = [line for line, at in zip(head.lines, head.times, strict=True) if at <= since]
        return [*before, *(line for line, at in zip(end.lines, end.times, strict=True) if at > since)], False
    if between is None or not all(part.times and min(part.times) for part in (head, end, between)):
        return [*head.lines, *end.lines], True  # a time that is not told is 0
    first, last = head.times[-1], end.times[0]
    known = head if between.cut else Lines([*head.lines, *end.lines])
    told = Counter(line for line in known.lines if has(line, parts))
    if told - Counter(between.lines):
        return [*head.lines, *end.lines], True
    lines = [line for line, at in zip(head.lines, head.times, strict=True) if at < first]
    lines += [line for line, at in zip(between.lines, between.times, strict=True) if first <= at <= last]
    return [*lines, *(line for line, at in zip(end.lines, end.times, strict=True) if at > last)], between.cut
