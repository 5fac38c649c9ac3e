"""FilterLogEvents over named streams, where ministack differs from AWS: unknown streams, pages, their size."""

from local.emulator.wire import Action, AwsError, Json, call_logs

MOST_EVENTS = 10_000
# AWS: a page holds what fits in 1 MB, or 10,000 events.
MOST_BYTES = 1_000_000


async def filter_log_events(request: Json) -> Json:
    names = request.get("logStreamNames")
    if not names:
        return await call_logs("FilterLogEvents", request)
    found = []
    for name in names:
        await expect_stream(request, name)
        # Stream by stream, since ministack cuts an answer at 10,000 events without saying so.
        found += (await call_logs("FilterLogEvents", {**request, "limit": MOST_EVENTS, "logStreamNames": [name]}))[
            "events"
        ]
    found.sort(key=lambda event: event["timestamp"])
    start = int(request.get("nextToken", 0))
    shown = first_page(found[start:], request.get("limit", MOST_EVENTS))
    end = start + len(shown)
    return {"events": shown, "searchedLogStreams": [], **({"nextToken": str(end)} if end < len(found) else {})}


async def expect_stream(request: Json, name: str) -> None:
    """AWS refuses the whole request when one stream of it does not exist."""
    group: Json = {key: request[key] for key in ("logGroupName", "logGroupIdentifier") if key in request}
    streams = (await call_logs("DescribeLogStreams", {**group, "logStreamNamePrefix": name}))["logStreams"]
    if name not in [stream["logStreamName"] for stream in streams]:
        raise AwsError("ResourceNotFoundException", "The specified log stream does not exist.")


def first_page(events: list[Json], limit: int) -> list[Json]:
    size = 0
    for count, event in enumerate(events[:limit]):
        size += len(event["message"].encode())
        if size > MOST_BYTES:
            return events[:count]
    return events[:limit]


ACTIONS: dict[str, Action] = {"FilterLogEvents": filter_log_events}
