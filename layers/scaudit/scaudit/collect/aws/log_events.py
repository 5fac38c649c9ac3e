"""Pages of log events, as CloudWatch Logs answers with them. All raise what odd answers raise (`reads.UNLIKE`)."""

from collections.abc import Mapping
from typing import Any

from scaudit.collect.aws.typed import listed, token_of
from scaudit.proxylog import lines_of


def events_of(answer: Mapping[str, Any]) -> tuple[dict[str, list[str]], str]:
    """The messages of FilterLogEvents by their streams, and what leads to the next page."""
    found: dict[str, list[str]] = {}
    for event in listed(answer["events"]):
        found.setdefault(event["logStreamName"], []).append(event["message"])
    return found, token_of(answer)


def page_of(answer: Mapping[str, Any], further: str) -> tuple[list[str], list[int], str]:
    """The lines of one page of GetLogEvents, the time of each (milliseconds since 1970, 0 where none is told: botocore
    promises none), and what leads `further`."""
    return *_timed(answer), answer[further]


def found_of(answer: Mapping[str, Any]) -> tuple[list[str], list[int], str]:
    """The same of FilterLogEvents for one stream, and what leads to the next page."""
    return *_timed(answer), token_of(answer)


def _timed(answer: Mapping[str, Any]) -> tuple[list[str], list[int]]:
    lines: list[str] = []
    times: list[int] = []
    for event in listed(answer["events"]):
        lines += lines_of([event["message"]])
        times += [event.get("timestamp", 0)] * (len(lines) - len(times))
    return lines, times
