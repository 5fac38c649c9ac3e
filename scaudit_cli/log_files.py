"""The lines of a proxy's log, in whatever form people have kept them."""

import json
import re
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from scaudit.proxylog import lines_of
from scaudit_cli.usage import Refused

_PACKED = {b"\x1f\x8b": "gzip", b"PK\x03\x04": "zip", b"\x28\xb5\x2f\xfd": "zstd", b"BZh": "bzip2", b"\xfd7zXZ": "xz"}
_PROXY = "/ecs-service-connect-"
"""In the name of a log stream: prefix, container name and task id (AWS: LogConfiguration, awslogs-stream-prefix)."""
_OF_DOCKER = {"log", "stream", "time", "attrs"}
"""Fields of a line of Docker's json-file driver (Docker: JSON File logging driver)."""
_CSV = re.compile(r'"?@?(timestamp|ingestionTime|logStream|logStreamName)"?,.*message|"?@?message"?,')
_TEXT = re.compile(r"(EVENTS|SEARCHEDLOGSTREAMS)\t")
_SPACE = re.compile(r"\s*")
_HOW = "pipe its messages: aws logs get-log-events ... --query 'events[].[message]' --output text | scaudit proxylog -"


def read_lines(file: str) -> Iterator[str]:
    """The lines of a file, or of standard input for `-`: plain text, answers of GetLogEvents and FilterLogEvents, and
    lines of Docker's json-file. Raises Refused, which says what it is, for anything else, and when it cannot be read.
    """
    text = _text(_bytes(file), file)
    head = text[:200].lstrip()
    if head.startswith("{") or re.match(r"\[\s*[\[{\"]", head):
        return _of_json(text, file)
    for is_, what in (
        (_CSV.match(head), "a CSV export"),
        (_TEXT.match(head), "a text table of all fields"),
        (head.startswith(("events:", "- eventId:", "- ingestionTime:")), "YAML"),
        (head.startswith("-----"), "a table of the AWS CLI"),
        (head.startswith("<"), "markup (HTML or XML)"),
    ):
        if is_:
            raise Refused(f"{_named(file)} is {what}, and not a plain log; {_HOW}")
    return _plain(text)


def _bytes(file: str) -> bytes:
    try:
        if file == "-":
            return sys.stdin.buffer.read()
        return Path(file).read_bytes()
    except OSError as error:
        raise Refused(f"cannot read {file}: {error.strerror or error}") from None


def _text(data: bytes, file: str) -> str:
    for mark, what in _PACKED.items():
        if data.startswith(mark):
            raise Refused(f"{_named(file)} is packed with {what}: unpack it first")
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", errors="replace")
    if data[:1000].lstrip(b"\0").count(b"\0") > 20:
        raise Refused(f"{_named(file)} is not text")
    return data.decode("utf-8-sig", errors="replace")


def _plain(text: str) -> Iterator[str]:
    """Only a line feed ends a line: other characters that Python takes for one may stand in what a client sent."""
    if text:
        yield from (line.removesuffix("\r") for line in text.removesuffix("\n").split("\n"))


def _of_json(text: str, file: str) -> Iterator[str]:
    """What begins as JSON: answers of CloudWatch Logs, or lines of their own; else a plain log whose first line is one
    of an access log."""
    first = _loaded(text.lstrip().partition("\n")[0])
    if isinstance(first, dict) and first.keys() <= _OF_DOCKER and isinstance(first.get("log"), str):
        return lines_of(_of_docker(text))
    if isinstance(first, dict) and isinstance(first.get("log"), str):
        raise Refused(f"{_named(file)} has lines of a log router (FireLens): pipe its field log: jq -r .log")
    documents = list(_documents(text))
    if documents and all(map(_is_answer, documents)):
        return lines_of(_messages(documents, file))
    if len(documents) == 1 and (messages := _listed(documents[0])) is not None:
        return lines_of(messages)
    if not documents and '"events"' in text[:2000]:
        raise Refused(f"{_named(file)} is an answer of CloudWatch Logs that is cut off: it is no longer JSON")
    if len(documents) == 1:
        raise Refused(f"{_named(file)} is JSON, and no answer of get-log-events or filter-log-events; {_HOW}")
    return _plain(text)


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


def _messages(answers: Sequence[dict[str, Any]], file: str) -> list[str]:
    """The messages of one proxy's stream. FilterLogEvents tells of many, and of two tasks mixed nothing is true."""
    events = [event for answer in answers for event in answer["events"] if isinstance(event.get("message"), str)]
    streams = dict.fromkeys(str(event["logStreamName"]) for event in events if "logStreamName" in event)
    proxies = [name for name in streams if _PROXY in name] if len(streams) > 1 else list(streams)
    if len(proxies) > 1 or (len(streams) > 1 and not proxies):
        named = ", ".join(proxies or streams)[:300]
        raise Refused(f"{_named(file)} has the logs of {len(proxies or streams)} streams ({named}): give one alone")
    return [event["message"] for event in events if not proxies or event.get("logStreamName") in proxies]


def _listed(document: Any) -> list[str] | None:  # noqa: ANN401
    """`--query 'events[].message'` or `'events[].[message]'`, as JSON."""
    if not isinstance(document, list):
        return None
    told = [one[0] if isinstance(one, list) and len(one) == 1 else one for one in document]
    return told if all(isinstance(one, str) for one in told) else None


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


def _named(file: str) -> str:
    return "standard input" if file == "-" else file
