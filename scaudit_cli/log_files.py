"""The lines of a proxy's log, in whatever form people have kept them."""

import re
import sys
from collections.abc import Iterable, Iterator
from itertools import chain, islice, pairwise
from pathlib import Path

from scaudit.proxylog.lines import STAMP, shape_of
from scaudit.proxylog.prefix import FARTHEST, prefix_of
from scaudit_cli.log_json import HOW, begins_as_json, of_json
from scaudit_cli.usage import Refused

_PACKED = {b"\x1f\x8b": "gzip", b"PK\x03\x04": "zip", b"\x28\xb5\x2f\xfd": "zstd", b"BZh": "bzip2", b"\xfd7zXZ": "xz"}
_HEAD = 4000
"""Characters in which a form must show itself: later ones may be what a client sent."""
_KINDS = (
    (r"[\w@\".,-]*message[\w@\".,-]*\r?$", "a CSV export"),
    (r"(EVENTS|SEARCHEDLOGSTREAMS|[bf]/\d+)\t", "a text table of all fields"),
    (r"events:|- eventId:|- ingestionTime:", "YAML"),
    (r"-----", "a table of the AWS CLI"),
    (r"\[?\s*\{\s*'", "an answer as Python prints it"),
    (r"<", "markup (HTML or XML)"),
    (r"\{\\rtf", "rich text"),
    (r'.*\t\[\d{4}-.*\t\[\d{4}-|.*\ttime=".*\ttime="', "all messages in one line"),
)
_COLOUR = re.compile(r"\x1b\[[\d;]*[mK]")
_TIME = re.compile(r"([\dTZ:.+-]{8,40})\t")
_WITHIN = re.compile(r'\[\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3}\]\[\d+\]\[|time="[\dTZ:+-]{20,25}" level=', re.ASCII)
"""How lines of the agent and of Envoy begin, wherever in a line that is."""
_TIME_BEHIND = re.compile(r"\t\d{13}$")


def read_lines(file: str) -> Iterator[str]:
    """The lines of a file, or of standard input for `-`: plain text, answers of GetLogEvents and FilterLogEvents, and
    lines of Docker's json-file. Raises Refused, which says what it is, for anything else, and when it cannot be read.
    """
    named = "standard input" if file == "-" else file
    text = _text(_bytes(file), named)
    head = text[:_HEAD].lstrip()
    if begins_as_json(head):
        lines = of_json(text, named)
        if lines is not None:
            return _as_written(lines, named)
    for pattern, what in _KINDS:
        if re.match(pattern, head, re.MULTILINE | re.IGNORECASE):
            raise Refused(f"{named} is {what}, and not a plain log; {HOW}")
    return _as_written(_plain(text), named)


def _as_written(lines: Iterator[str], named: str) -> Iterator[str]:
    """The lines, if what they begin with shows that a log is read from them as it was written. Raises Refused, which
    says what to do, where it was turned round, or has something before each line."""
    begin = list(islice(lines, 1000))
    if _is_newest_first(begin):
        raise Refused(f"{named} has its newest line first: turn it round, as with tac FILE | scaudit proxylog -")
    if before := _before_each(begin):
        raise Refused(
            f"{named} has something before each line, as {before!r}: take it off, so that lines begin with [ or time="
        )
    return chain(begin, lines)


def _is_newest_first(lines: Iterable[str]) -> bool:
    """Logs Insights and the pages of other tools begin with the newest, and read backwards an end comes before its
    start. Two clocks in one log go back as often as forward."""
    times: list[str] = [found[1] for line in lines if (found := STAMP.search(line[:FARTHEST]))]
    back = sum(later < earlier for earlier, later in pairwise(times))
    forward = sum(later > earlier for earlier, later in pairwise(times))
    return back > 2 * forward + 2


def _before_each(lines: Iterable[str]) -> str:
    """What a tool has put before the lines, as it is before the first; nothing where one begins as it should, and where
    most are none of the agent or of Envoy. JSON may have in it what a client sent."""
    told = [line for line in lines if line.strip() and not line.startswith("{")]
    if any(shape_of(line) or prefix_of(line) for line in told):
        return ""
    found = [(line, within) for line in told if (within := _WITHIN.search(line[:FARTHEST]))]
    return found[0][0][: found[0][1].start()] if len(found) > max(2, len(told) // 2) else ""


def _bytes(file: str) -> bytes:
    try:
        if file == "-":
            return sys.stdin.buffer.read()
        return Path(file).read_bytes()
    except OSError as error:
        raise Refused(f"cannot read {file}: {error.strerror or error}") from None


def _text(data: bytes, named: str) -> str:
    for mark, what in _PACKED.items():
        if data.startswith(mark):
            raise Refused(f"{named} is packed with {what}: unpack it first")
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", errors="replace")
    if data[:1000].lstrip(b"\0").count(b"\0") > 20:
        raise Refused(f"{named} is not text")
    return data.decode("utf-8-sig", errors="replace")


def _plain(text: str) -> Iterator[str]:
    """Only a line feed ends a line: other characters that Python takes for one may stand in what a client sent. Colours
    and times that a tool has put to every line are taken off where the first lines have them."""
    if not text:
        return
    head = text[:_HEAD]
    coloured, begins = "\x1b[" in head, head.split("\n", 3)[:3]
    timed, stamped = any(map(_TIME.match, begins)), any(map(_TIME_BEHIND.search, begins))
    for line in text.removesuffix("\n").split("\n"):
        told = line.removesuffix("\r")
        if coloured:
            told = _COLOUR.sub("", told)
        if timed:
            told = _TIME.sub(r"\1 ", told, count=1) if _TIME.match(told) else told
        yield _TIME_BEHIND.sub("", told) if stamped else told
