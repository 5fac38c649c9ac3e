"""The proxies' logs, understood: of each as much as what it says makes necessary."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import datetime
from hashlib import blake2b

from scaudit.collect.aws.log_search import lines_with
from scaudit.collect.aws.log_windows import AFTER
from scaudit.collect.aws.logs import MOST_LOG_PAGES, NOT_REACHED, Lines, last_lines, proxy_lines
from scaudit.collect.aws.reads import Reads
from scaudit.collect.joined_logs import are_apart, joined
from scaudit.model import LogTarget, Task, Unread
from scaudit.proxylog import Outcome, ProxyStart, read_proxy_log
from scaudit.proxylog.sought import parts_of

_CUT = (
    f"the proxy's log holds more than the {MOST_LOG_PAGES} pages that are read; its level may be debug, or it has a "
    "line for each request"
)
PARTS = frozenset({NOT_REACHED, _CUT})
"""Why the whole of a log that is there is not known: so it will be at every later look."""
MOST_ENDS = 10
"""Logs too long to be read whole that one look goes through all the same, each in up to eight calls more: others have
their turn at another look."""
_Wanted = Mapping[str, tuple[Task, LogTarget]]


def proxy_logs(
    reads: Reads, cluster: str, region: str, wanted: _Wanted, at: datetime, whole: Collection[str]
) -> dict[str, ProxyStart | Unread]:
    """The logs of these tasks' proxies, by task id, each from its window; of the `whole` ones, up to now. What a line
    says is wrong a later one may have mended, and ECS contradicts it where it calls the proxy HEALTHY: then the log is
    read up to now, and of one that is too long the end."""
    lines = proxy_lines(reads, cluster, region, wanted, at, whole)
    logs = {task_id: _understood(found) for task_id, found in lines.items()}
    doubted = {task_id for task_id, log in logs.items() if _is_broken(log) and _is_well(wanted[task_id][0])}
    rest = [i for i in doubted if i not in whole and not _is_cut(logs[i])]
    if older := {i: wanted[i] for i in rest if at > (wanted[i][0].started_at or at) + AFTER}:
        lines |= proxy_lines(reads, cluster, region, older, at, older)
        logs |= {task_id: _understood(lines[task_id]) for task_id in older}
    cut = [i for i in doubted if _is_cut(logs[i])]
    turn = {i: wanted[i] for i in _in_turn(cut, at)}
    ends = last_lines(reads, cluster, region, turn, at)
    known = ((i, logs[i]) for i in turn if are_apart(lines[i], ends[i]))
    apart = {i: parts_of(log) for i, log in known if isinstance(log, ProxyStart)}
    between = lines_with(reads, cluster, region, {i: wanted[i] for i in apart}, apart, at)
    for i in cut:
        logs[i] = _with_its_end(lines[i], ends.get(i), between.get(i), apart.get(i, ()))
    return logs


def _in_turn(cut: Collection[str], at: datetime) -> list[str]:
    """Those of these tasks whose turn it is, by what is as good as chance, and the same wherever it is asked again."""
    return sorted(cut, key=lambda i: blake2b(f"{i} {at.isoformat()}".encode(), digest_size=8).digest())[:MOST_ENDS]


def _understood(found: Lines | Unread) -> ProxyStart | Unread:
    """What a part of a log proves, counts; what it does not show may be in the rest."""
    if isinstance(found, Unread):
        return found
    log = read_proxy_log(found.lines)
    return _part(log) if found.cut else log


def _with_its_end(
    head: Lines | Unread, end: Lines | Unread | None, between: Lines | Unread | None, parts: Collection[str]
) -> ProxyStart | Unread:
    """A log that is too long, with its last lines, if they were read, and with those that were looked for `between`.
    Where a gap is left, only what the last lines alone show is beyond doubt: that Envoy hangs, or is gone."""
    assert isinstance(head, Lines)
    if isinstance(end, Unread) and end.transient:
        return end
    if not isinstance(end, Lines):
        return _part(read_proxy_log(head.lines), doubtful=True)
    if not end.cut:
        return read_proxy_log(end.lines)
    lines, gap = joined(head, end, between if isinstance(between, Lines) else None, parts)
    log = read_proxy_log(lines)
    if not gap:
        return log
    last = read_proxy_log(end.lines)
    return _part(log, doubtful=not (last.frozen or last.verdict is Outcome.EXITED))


def _part(log: ProxyStart, *, doubtful: bool = False) -> ProxyStart | Unread:
    if not _is_broken(log):
        return Unread(_CUT)
    listeners = replace(log.listeners, missing=(), unexplained=())
    return replace(log, cut=_CUT, doubtful=doubtful, listeners=listeners)


def _is_broken(log: ProxyStart | Unread) -> bool:
    return isinstance(log, ProxyStart) and log.verdict in (Outcome.DEGRADED, Outcome.EXITED)


def _is_cut(log: ProxyStart | Unread) -> bool:
    return isinstance(log, ProxyStart) and bool(log.cut)


def _is_well(task: Task) -> bool:
    return task.last_status == "RUNNING" and task.proxy_health == "HEALTHY"
