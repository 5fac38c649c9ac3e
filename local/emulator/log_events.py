"""FilterLogEvents over named streams and GetLogEvents, where ministack differs from AWS: unknown streams and pages."""

from collections.abc import Iterable

from local.emulator.protocol import Action, AwsError, Json
from local.emulator.wire import call_logs

MOST_EVENTS = 10_000
# AWS: a page holds what fits in 1 MB, or 10,000 events.
MOST_BYTES = 1_000_000


async def filter_log_events(request: Json) -> Json:
    """AWS: a page is what was looked through, so one without a match is empty and has a token all the same."""
    names = request.get("logStreamNames")
    if not names:
        return await call_logs("FilterLogEvents", request)
    events = []
    for name in names:
        await expect_stream(request, name)
        events += await events_of(request, name, pattern="")
    events.sort(key=lambda event: event["timestamp"])
    start = int(request.get("nextToken", 0))
    end = start + fitting(events[start:], request.get("limit", MOST_EVENTS))
    shown = events[start:end]
    if pattern := request.get("filterPattern"):
        found = {event["eventId"] for name in names for event in await events_of(request, name, pattern)}
        shown = [event for event in shown if event["eventId"] in found]
    return {"events": shown, "searchedLogStreams": [], **({"nextToken": str(end)} if end < len(events) else {})}


async def events_of(request: Json, name: str, pattern: str) -> list[Json]:
    """All of a stream's events, though ministack cuts its answer at 10,000 without saying so."""
    asked = {**request, "limit": MOST_EVENTS, "logStreamNames": [name], "filterPattern": pattern}
    found: dict[str, Json] = {}
    while True:
        events = (await call_logs("FilterLogEvents", asked))["events"]
        known = len(found)
        found |= {event["eventId"]: event for event in events}
        if len(events) < MOST_EVENTS or len(found) == known:
            return list(found.values())
        asked["startTime"] = events[-1]["timestamp"]


async def expect_stream(request: Json, name: str) -> None:
    """AWS refuses the whole request when one stream of it does not exist."""
    group: Json = {key: request[key] for key in ("logGroupName", "logGroupIdentifier") if key in request}
    streams = (await call_logs("DescribeLogStreams", {**group, "logStreamNamePrefix": name}))["logStreams"]
    if name not in [stream["logStreamName"] for stream in streams]:
        raise AwsError("ResourceNotFoundException", "The specified log stream does not exist.")


async def get_log_events(request: Json) -> Json:
    answer = await call_logs("GetLogEvents", request)
    token = request.get("nextToken", "")
    forward = token.startswith("f/") if token else request.get("startFromHead", False)
    events = answer["events"]
    fits = fitting(events if forward else reversed(events), MOST_EVENTS)
    return answer if fits == len(events) else await call_logs("GetLogEvents", {**request, "limit": fits})


def fitting(events: Iterable[Json], limit: int) -> int:
    """How many of the events fit in one page."""
    size = count = 0
    for event in events:
        size += len(event["message"].encode())
        if count == limit or size > MOST_BYTES:
            break
        count += 1
    return count


ACTIONS: dict[str, Action] = {"FilterLogEvents": filter_log_events, "GetLogEvents": get_log_events}
