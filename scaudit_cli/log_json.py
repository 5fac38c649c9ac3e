"""A proxy's log within JSON: answers of CloudWatch Logs, lists of their messages, lines of Docker's json-file."""

import json
import re
from collections.abc import Iterator, Sequence
from typing import Any

from scaudit.proxylog import lines_of
from scaudit.proxylog.lines import shape_of
from scaudit_cli.usage import Refused

HOW = "pipe its messages: aws logs get-log-events ... --query 'events[].[message]' --output text | scaudit proxylog -"
_PROXY = "/ecs-service-connect-"
"""In the name of a log stream: prefix, container name and task id (AWS: LogConfiguration, awslogs-stream-prefix)."""
_OF_DOCKER = {"log", "stream", "time", "attrs"}
"""Fields of a line of Docker's json-file driver (Docker: JSON File logging driver)."""
_SPACE = re.compile(r"\s*")


def begins_as_json(head: str) -> bool:
    """Whether a text begins as JSON does; a line of a log may do so, too."""
    return head.startswith("{") or re.match(r"\[\s*[\[{\"]", head) is not None


def of_json(text: str, named: str) -> Iterator[str] | None:
    """The lines of a log within JSON; None for a plain log whose first line is JSON, one of an access log. Raises
    Refused, which says what it is, for any other."""
    first = _loaded(text.lstrip().partition("\n")[0])
    if isinstance(first, dict) and first.keys() <= _OF_DOCKER and isinstance(first.get("log"), str):
        return lines_of(_of_docker(text))
    documents = list(_documents(text))
    events = _events(documents)
    if events is not None:
        return lines_of(_unwrapped(_messages(events, named), named))
    if isinstance(first, dict):
        _unwrapped([text.lstrip().partition("\n")[0]], named)
    if len(documents) == 1 and (messages := _listed(documents[0])) is not None:
        return lines_of(_unwrapped(messages, named))
    if not documents and '"events"' in text[:2000]:
        raise Refused(f"{named} is an answer of CloudWatch Logs that is cut off: it is no longer JSON")
    if len(documents) == 1:
        raise Refused(f"{named} is JSON, and no answer of get-log-events or filter-log-events; {HOW}")
    return None


def _unwrapped(messages: list[str], named: str) -> list[str]:
    """The messages, if they are lines of the log, and not JSON that has them in a field, as log routers write it. In
    an access log a field may be whatever a client sent."""
    first = _loaded(messages[0]) if messages and messages[0].startswith("{") else None
    if not isinstance(first, dict) or "start_time" in first:
        return messages
    for field, value in first.items():
        if isinstance(value, str) and (shape_of(value) or (field == "log" and "container_name" in first)):
            router = " of a log router (FireLens)" if field == "log" else ""
            raise Refused(f"{named} has lines{router} within JSON: pipe their field {field}: jq -r '.[\"{field}\"]'")
        inner = value.items() if isinstance(value, dict) else ()
        if found := next((name for name, text in inner if isinstance(text, str) and shape_of(text)), ""):
            how = f'jq -r \'.["{field}"]["{found}"]\''
            raise Refused(f"{named} has lines within JSON: pipe their field {found} of {field}: {how}")
    return messages


def _events(documents: Sequence[Any]) -> list[dict[str, Any]] | None:
    """The events of answers, of a list (`--query 'events[]'`), or that are documents of their own (copilot)."""
    if documents and all(map(_is_answer, documents)):
        return [event for answer in documents for event in answer["events"]]
    alone = documents[0] if len(documents) == 1 and isinstance(documents[0], list) else documents
    return (
        list(alone) if alone and all(isinstance(e, dict) and isinstance(e.get("message"), str) for e in alone) else None
    )


def _documents(text: str) -> Iterator[Any]:
    """Every JSON document of a text that consists of such; nothing if one of them is none."""
    decoder, found, at = json.JSONDecoder(), [], _behind_space(text, 0)
    try:
        while at < len(text):
            document, at = decoder.raw_decode(text, at)
            found.append(document)
            at = _behind_space(text, at)
    except (ValueError, RecursionError):
        return
    yield from found


def _behind_space(text: str, at: int) -> int:
    found = _SPACE.match(text, at)
    return found.end() if found else at


def _loaded(text: str) -> Any:  # noqa: ANN401
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def _is_answer(document: Any) -> bool:  # noqa: ANN401
    events = document.get("events") if isinstance(document, dict) else None
    return isinstance(events, list) and all(isinstance(event, dict) for event in events)


def _messages(events: list[dict[str, Any]], named: str) -> list[str]:
    """The messages of one proxy's stream. FilterLogEvents tells of many, and of two tasks mixed nothing is true."""
    events = [event for event in events if isinstance(event.get("message"), str)]
    streams = dict.fromkeys(str(event["logStreamName"]) for event in events if "logStreamName" in event)
    proxies = [name for name in streams if _PROXY in name] if len(streams) > 1 else list(streams)
    if len(proxies) > 1 or (len(streams) > 1 and not proxies):
        which = ", ".join(proxies or streams)[:300]
        raise Refused(f"{named} has the logs of {len(proxies or streams)} streams ({which}): give one alone")
    return [event["message"] for event in events if not proxies or event.get("logStreamName") in proxies]


def _listed(document: Any) -> list[str] | None:  # noqa: ANN401
    """`--query 'events[].message'`, `'events[].[message]'` or `'events[].[timestamp, message]'`, as JSON."""
    if not isinstance(document, list):
        return None
    told = []
    for one in document:
        texts = [value for value in one if isinstance(value, str)] if isinstance(one, list) else [one]
        if len(texts) != 1 or not isinstance(texts[0], str):
            return None
        told.append(texts[0])
    return told


def _of_docker(text: str) -> Iterator[str]:
    """Long lines come in pieces, of which the last ends with a line feed. A line that is cut off says nothing."""
    piece = ""
    for line in text.split("\n"):
        told = _loaded(line) if line.strip() else None
        log = told.get("log") if isinstance(told, dict) else None
        if isinstance(log, str):
            piece += log
            if log.endswith("\n"):
                yield piece
                piece = ""
    if piece:
        yield piece
