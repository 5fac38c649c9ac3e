"""The proxies' logs from CloudWatch Logs: one stream for one task, many streams in one call for many."""

from collections.abc import Collection, Mapping
from dataclasses import field, replace
from datetime import datetime
from typing import Any

from scaudit.collect.aws.action import Action, Quota
from scaudit.collect.aws.log_events import events_of, page_of
from scaudit.collect.aws.log_windows import Window, window_of
from scaudit.collect.aws.reads import UNLIKE, Reads
from scaudit.collect.aws.typed import hold
from scaudit.model import LogTarget, Task, Unread
from scaudit.proxylog import lines_of
from scaudit.values import dataclass

# AWS: CloudWatch Logs quotas. They differ by Region.
_FILTER = Quota(
    "Logs FilterLogEvents",
    rate=10,
    rates={"us-east-1": 25.0}
    | dict.fromkeys(("ap-northeast-3", "ap-southeast-3", "ca-west-1", "eu-central-1", "il-central-1"), 5.0),
)
_GET = Quota(
    "Logs GetLogEvents",
    rate=25,
    rates={"eu-west-3": 30.0, "us-west-2": 10.0, "eu-west-1": 10.0}
    | dict.fromkeys(("ap-northeast-3", "ap-southeast-3", "ca-west-1", "eu-central-1", "il-central-1"), 10.0),
)
_OWN = "logs:*:${AWS::AccountId}:log-group"
_GROUPS = (f"{_OWN}:${{ProxyLogGroups}}:*",)
_SEVERAL = "the logs of several proxies, and what counts in a long one"
FILTER_LOG_EVENTS = Action("logs:FilterLogEvents", _SEVERAL, _FILTER, _GROUPS, named_by="logGroupName")
GET_LOG_EVENTS = Action("logs:GetLogEvents", "the log of one proxy", _GET, _GROUPS, named_by="logGroupName")

NO_LINE = "the proxy's log has no line in the task's window"
NOT_REACHED = "the proxy's log was not reached within the pages that are read"
AWSLOGS = "awslogs"
"""The one log driver whose logs are read."""
STREAMS_PER_CALL = 40
"""Of 100 that it takes (AWS: FilterLogEvents): so many start-up logs, of 42 KB each, fill two pages of 1 MB."""
MOST_LOG_PAGES = 4
"""Pages read for one look at one group's streams."""
_Group = tuple[str, str]  # its name, and its Region, empty where that is the one which is audited


@dataclass(frozen=True, slots=True)
class Lines:
    """The lines of one proxy, oldest first. `cut`: the window holds more of them than are read. `times` has the time of
    each, in milliseconds, where the log was read by itself."""

    lines: list[str]
    cut: bool = False
    times: list[int] = field(default_factory=list)


def proxy_lines(
    reads: Reads,
    cluster: str,
    region: str,
    wanted: Mapping[str, tuple[Task, LogTarget]],
    now: datetime,
    whole: Collection[str] = (),
) -> dict[str, Lines | Unread]:
    """The lines of each task's proxy from its window, by task id; of the `whole` ones, everything up to now."""
    found: dict[str, Lines | Unread] = {}
    groups: dict[tuple[_Group, bool, bool], dict[str, Window]] = {}
    for task_id, (task, target) in wanted.items():
        if why := _unreadable(task, target):
            found[task_id] = Unread(why)
        else:
            window = window_of(task, now, whole=task_id in whole)
            alike = (target.group, target.elsewhere(region)), window.from_its_end, task_id in whole
            groups.setdefault(alike, {})[f"{target.prefix}/{task.proxy}/{task_id}"] = window
    lists = [
        (group, {name: streams[name] for name in sorted(streams)[start : start + STREAMS_PER_CALL]})
        for (group, _, _), streams in groups.items()
        for start in range(0, len(streams), STREAMS_PER_CALL)
    ]
    for read in reads.each(lambda one: _read(reads, cluster, *one), lists):
        found |= {name.rsplit("/", 1)[1]: lines for name, lines in read.items()}
    return found


def last_lines(
    reads: Reads, cluster: str, region: str, wanted: Mapping[str, tuple[Task, LogTarget]], now: datetime
) -> dict[str, Lines | Unread]:
    """The last lines up to now of each task's proxy, by task id, each log read by itself and backwards; `cut` where it
    begins earlier. What can be said of each log is known (`proxy_lines`)."""

    def read(task_id: str) -> tuple[str, Lines | Unread]:
        task, target = wanted[task_id]
        window = replace(window_of(task, now, whole=True), from_its_end=True)
        name = f"{target.prefix}/{task.proxy}/{task_id}"
        return task_id, _read(reads, cluster, (target.group, target.elsewhere(region)), {name: window})[name]

    return dict(reads.each(read, sorted(wanted)))


def _unreadable(task: Task, target: LogTarget) -> str:
    if not target.driver:
        return "the deployment sends the proxy's log nowhere (it has no logConfiguration)"
    if not target.prefix:
        return "the proxy's log has no stream prefix, so its stream cannot be named"
    if not task.proxy:
        return "the task shows no proxy container, so its log stream cannot be named"
    return ""


def _read(reads: Reads, cluster: str, group: _Group, streams: Mapping[str, Window]) -> dict[str, Lines | Unread]:
    """The streams of one group. One that does not exist fails the whole list, so the list is halved around it; and
    what does not fit into the pages is read in halves, too: lines that are cut off are no evidence."""
    begin, end = min(each.begin for each in streams.values()), max(each.end for each in streams.values())
    window: dict[str, Any] = {"startTime": milliseconds(begin), "endTime": milliseconds(end)}
    if len(streams) == 1:
        ((name, own),) = streams.items()
        answer = _one_stream(reads, cluster, group, name, window, from_its_end=own.from_its_end)
    else:
        answer = _many_streams(reads, cluster, group, list(streams), window)
    if isinstance(answer, Unread):
        if len(streams) == 1 or not (answer.code == "ResourceNotFoundException" and "stream" in answer.reason):
            return dict.fromkeys(streams, answer)
        answer = {}, False
    lines, complete = answer
    if not complete and len(streams) > 1:
        names = list(streams)
        halves = names[: len(names) // 2], names[len(names) // 2 :]
        return {k: v for half in halves for k, v in _read(reads, cluster, group, {n: streams[n] for n in half}).items()}
    return {
        name: replace(lines[name], cut=not complete)
        if name in lines and lines[name].lines
        else Unread(NO_LINE if complete else NOT_REACHED)
        for name in streams
    }


_Answer = tuple[dict[str, Lines], bool] | Unread


def _one_stream(
    reads: Reads, cluster: str, group: _Group, name: str, window: Mapping[str, Any], *, from_its_end: bool
) -> _Answer:
    """GetLogEvents never ends a listing with an empty token: it gives the same one again (AWS: GetLogEvents)."""
    lines: list[str] = []
    times: list[int] = []
    token, further = "", "nextBackwardToken" if from_its_end else "nextForwardToken"
    for _ in range(MOST_LOG_PAGES):
        more: dict[str, Any] = {"nextToken": token} if token else {}
        answer = reads.ask(
            GET_LOG_EVENTS,
            cluster,
            region=group[1],
            logGroupName=group[0],
            logStreamName=name,
            startFromHead=not from_its_end,
            **window,
            **more,
        )
        if isinstance(answer, Unread) or answer is None:
            return answer or Unread("logs:GetLogEvents gave no answer")
        told = reads.understand(GET_LOG_EVENTS, f"{group[0]}/{name}", page_of, answer, further)
        if isinstance(told, Unread):
            return told
        page, at, next_token = told
        lines = [*page, *lines] if from_its_end else [*lines, *page]
        times = [*at, *times] if from_its_end else [*times, *at]
        if next_token == token:
            return {name: Lines(lines, times=times)}, True
        token = next_token
    return {name: Lines(lines, times=times)}, False


def _many_streams(reads: Reads, cluster: str, group: _Group, names: list[str], window: Mapping[str, Any]) -> _Answer:
    """FilterLogEvents may give empty pages; only a missing token ends it (AWS: FilterLogEvents)."""
    lines: dict[str, Lines] = {}
    token = ""
    for _ in range(MOST_LOG_PAGES):
        more: dict[str, Any] = {"nextToken": token} if token else {}
        asked = {"logGroupName": group[0], "logStreamNames": names, **window, **more}
        answer = reads.ask(FILTER_LOG_EVENTS, cluster, region=group[1], **asked)
        if isinstance(answer, Unread) or answer is None:
            return answer or Unread("logs:FilterLogEvents gave no answer")
        try:
            told, token = events_of(answer)
            hold((told, token), events_of)
        except UNLIKE:  # whose is it? Each is then read by itself
            return {}, False
        for name, messages in told.items():
            lines.setdefault(name, Lines([])).lines.extend(lines_of(messages))
        if not token:
            return lines, True
    return lines, False


def milliseconds(moment: datetime) -> int:
    """A moment as CloudWatch Logs counts it, since 1970."""
    return int(moment.timestamp() * 1000)
