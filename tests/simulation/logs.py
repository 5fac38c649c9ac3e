"""CloudWatch Logs over the estate: one group, in which every proxy that started has its stream."""

import re
from collections.abc import Iterator, Sequence
from typing import Any

from botocore.exceptions import ClientError

from tests.fakes.answers import PROXY
from tests.simulation.calls import Over, at_most
from tests.simulation.estate import LOG_GROUP, LOG_PREFIX
from tests.simulation.lives import life
from tests.simulation.parts import Task
from tests.simulation.proxies import Proxy

EVENTS, BYTES = 10_000, 1_048_576
"""What one page holds at most (AWS: GetLogEvents, FilterLogEvents)."""
Event = dict[str, Any]


class Logs(Over):
    """What CloudWatch Logs has of the estate's proxies."""

    def get_log_events(
        self,
        *,
        logGroupName: str,
        logStreamName: str,
        startFromHead: bool,
        startTime: int,
        endTime: int,
        nextToken: str = "",
    ) -> dict[str, Any]:
        """A token says how many events lie before it; the last page, either way, gives the token that it was asked with
        (AWS: GetLogEvents)."""
        found = self._events(logGroupName, [logStreamName], startTime, endTime)
        forward = nextToken.startswith("f/") if nextToken else startFromHead
        at = int(nextToken[2:]) if nextToken else 0 if startFromHead else len(found)
        shown = _page(found[at:]) if forward else _page(found[:at][::-1])[::-1]
        first = at if forward else at - len(shown)
        return {
            "events": shown,
            "nextForwardToken": f"f/{first + len(shown)}",
            "nextBackwardToken": f"b/{first}",
        }

    def filter_log_events(
        self,
        *,
        logGroupName: str,
        logStreamNames: Sequence[str],
        startTime: int,
        endTime: int,
        nextToken: str = "",
        filterPattern: str = "",
    ) -> dict[str, Any]:
        """The first page is empty, as any may be (AWS: FilterLogEvents). Of patterns this knows optional phrases."""
        at_most(100, logStreamNames)
        found = self._events(logGroupName, logStreamNames, startTime, endTime)
        if not nextToken:
            return {"events": [], "nextToken": "0"}
        start = int(nextToken)
        shown = _page(found[start:])
        end = start + len(shown)
        if filterPattern:
            sought = re.findall(r'\?"([^"]*)"', filterPattern)
            shown = [event for event in shown if any(phrase in event["message"] for phrase in sought)]
        return {"events": shown} | ({"nextToken": str(end)} if end < len(found) else {})

    def describe_log_groups(self, *, logGroupNamePrefix: str) -> dict[str, Any]:
        found = [LOG_GROUP] if LOG_GROUP.startswith(logGroupNamePrefix) else []
        return {"logGroups": [{"logGroupName": name, "logGroupClass": "STANDARD"} for name in found]}

    def _events(self, group: str, streams: Sequence[str], begin: int, end: int) -> list[Event]:
        if group != LOG_GROUP:
            raise _missing("group")
        found = [event for stream in streams for event in self._stream(stream) if begin <= event["timestamp"] < end]
        return sorted(found, key=lambda event: event["timestamp"])

    def _stream(self, name: str) -> Iterator[Event]:
        prefix, container, id = name.split("/")
        task: Task | None = self._estate.tasks.get(id)
        if (prefix, container) != (LOG_PREFIX, PROXY) or task is None or task.proxy is Proxy.ABSENT:
            raise _missing("stream")
        until = int((task.stopped_at or self._clock.now).timestamp() * 1000)
        told = life(task, self._estate.task_set(task), self._clock.now)
        return ({"logStreamName": name, "timestamp": at, "message": line} for at, line in told if at <= until)


def _page(events: Sequence[Event]) -> list[Event]:
    room, shown = BYTES, list[Event]()
    for event in events[:EVENTS]:
        room -= len(event["message"])
        if room < 0:
            break
        shown.append(event)
    return shown


def _missing(what: str) -> ClientError:
    message = f"The specified log {what} does not exist."
    return ClientError({"Error": {"Code": "ResourceNotFoundException", "Message": message}}, "Logs")
