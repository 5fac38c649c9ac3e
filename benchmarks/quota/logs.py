"""CloudWatch Logs over the estate: every proxy has written a real start-up transcript, retold for its task."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from benchmarks.quota.described import proxy_of
from benchmarks.quota.estate import Estate, Task
from benchmarks.quota.pages import EMPTY_EACH
from local.emulator.ecs.transcript import retold, transcript
from tests.builders import ARN
from tests.fakes.client import refusal
from tests.simulation.clock import Clock
from tests.simulation.runs import NotFaked

STREAMS, EVENTS, BYTES = 100, 10_000, 1_000_000
"""What one call names, and what one page holds (AWS: FilterLogEvents)."""
_PER_EVENT = 26
"""Bytes that an event counts beside its text (AWS: PutLogEvents)."""
Event = dict[str, Any]


class Logs:
    """Logs by the methods of boto3's client."""

    def __init__(self, estate: Estate, clock: Clock) -> None:
        self._estate, self._clock = estate, clock
        self._listings: dict[str, list[list[Event]]] = {}
        self._tokens = 0

    def describe_log_groups(
        self,
        *,
        logGroupNamePrefix: str = "",
        logGroupIdentifiers: Sequence[str] = (),
        limit: int = 50,
    ) -> dict[str, Any]:
        names = sorted({s.log_group for c in self._estate.clusters.values() for s in c.services.values()})
        wanted = [identifier.rsplit(":log-group:")[-1] for identifier in logGroupIdentifiers]
        found = [name for name in names if name.startswith(logGroupNamePrefix) and (not wanted or name in wanted)]
        head = ARN.replace(":ecs:", ":logs:")
        return {
            "logGroups": [
                {"logGroupName": name, "arn": f"{head}:log-group:{name}:*", "logGroupClass": "STANDARD"}
                for name in found[:limit]
            ]
        }

    def filter_log_events(
        self,
        *,
        logGroupName: str,
        logStreamNames: Sequence[str],
        startTime: int,
        endTime: int,
        nextToken: str = "",
        startFromHead: bool = True,
    ) -> dict[str, Any]:
        if len(logStreamNames) > STREAMS:
            raise NotFaked(f"FilterLogEvents of {len(logStreamNames)} streams")
        if nextToken:
            left = self._listings.pop(nextToken)
        else:
            left = _paged(self._events(logGroupName, logStreamNames, startTime, endTime))
        answer: dict[str, Any] = {"events": left[0], "searchedLogStreams": []}
        if len(left) > 1:
            self._tokens += 1
            answer["nextToken"] = f"next-{self._tokens}"
            self._listings[answer["nextToken"]] = left[1:]
        return answer

    def get_log_events(
        self,
        *,
        logGroupName: str,
        logStreamName: str,
        startTime: int,
        endTime: int,
        startFromHead: bool,
        nextToken: str = "",
    ) -> dict[str, Any]:
        """One page, and then its own token again: a start-up log is less than a page."""
        events = [] if nextToken else self._events(logGroupName, [logStreamName], startTime, endTime)
        told = [{name: value for name, value in event.items() if name != "logStreamName"} for event in events]
        return {"events": told, "nextForwardToken": "f/end", "nextBackwardToken": "b/end"}

    def _events(self, group: str, streams: Sequence[str], start: int, end: int) -> list[Event]:
        tasks = {name: self._estate.tasks.get(name.rsplit("/", 1)[-1]) for name in streams}
        found = [
            {"logStreamName": name, "timestamp": moment, "message": line, "ingestionTime": moment}
            for name, task in tasks.items()
            for moment, line in _told(task, group, name, int(self._clock.now.timestamp() * 1000))
            if start <= moment < end
        ]
        return sorted(found, key=lambda event: event["timestamp"])


def _told(task: Task | None, group: str, stream: str, now: int) -> list[tuple[int, str]]:
    if task is None or task.service.log_group != group or stream != f"proxy/{proxy_of(task)}/{task.id}":
        raise refusal("ResourceNotFoundException", "FilterLogEvents", "The specified log stream does not exist.")
    name = "05-lds-rejected-ingress.log" if task.fault == "SC305" else "01-healthy-start.log"
    service = task.service
    own = f"{ARN}:task-set/{service.cluster.name}/{service.name}/{task.deployment.id}"
    return [each for each in _retold(name, task.created_at, own, service.endpoints) if each[0] <= now]


@lru_cache(maxsize=16)
def _retold(name: str, *about: Any) -> list[tuple[int, str]]:  # noqa: ANN401
    start, own, endpoints = about
    ingress = {f"ingress-{endpoint}": 40000 + n for n, endpoint in enumerate(endpoints)}
    return list(retold(transcript(name), start, own, {"egress": 42000, **ingress}, ingress))


def _paged(events: list[Event]) -> list[list[Event]]:
    """Pages by number and size, with an empty one now and then."""
    pages: list[list[Event]] = [[]]
    room = BYTES
    for event in events:
        room -= len(event["message"].encode()) + _PER_EVENT
        if room < 0 or len(pages[-1]) == EVENTS:
            if len(pages) % EMPTY_EACH == EMPTY_EACH - 1:
                pages.append([])
            pages.append([])
            room = BYTES
        pages[-1].append(event)
    return pages
