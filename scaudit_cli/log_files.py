"""The lines of a proxy's log, in whatever form people have kept them."""

import re
import sys
from collections.abc import Iterator
from itertools import chain, islice, pairwise
from pathlib import Path

from scaudit.proxylog.lines import STAMP
from scaudit.proxylog.prefix import FARTHEST
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
    (r"<", "markup (HTML or XML)"),
    (r"\{\\rtf", "rich text"),
    (r'.*\t\[\d{4}-.*\t\[\d{4}-|.*\ttime=".*\ttime="', "all messages in one line"),
)
_COLOUR = re.compile(r"\x1b\[[\d;]*[mK]")
_TIME = re.compile(r"([\dTZ:.+-]{8,40})\t")
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
            return _oldest_first(lines, named)
    for pattern, what in _KINDS:
        if re.match(pattern, head, re.MULTILINE | re.IGNORECASE):
            raise Refused(f"{named} is {what}, and not a plain log; {HOW}")
    return _oldest_first(_plain(text), named)


def _oldest_first(lines: Iterator[str], named: str) -> Iterator[str]:
    """The lines, if their times go forward on the whole: Logs Insights and the pages of other tools begin with the
    newest, and read backwards an end comes before its start. Two clocks in one log go back as often as forward."""
    begin = list(islice(lines, 1000))
    times = [found[1] for line in begin if (found := STAMP.search(line[:FARTHEST]))]
    back = sum(later < earlier for earlier, later in pairwise(times))
    forward = sum(later > earlier for earlier, later in pairwise(times))
    if back > 2 * forward + 2:
        raise Refused(f"{named} has its newest line first: turn it round, as with tac FILE | scaudit proxylog -")
    return chain(begin, lines)


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
