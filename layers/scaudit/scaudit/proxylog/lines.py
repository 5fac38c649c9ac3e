"""How one line of the log is shaped, and which shapes only the agent and Envoy can give it."""

import re
from datetime import datetime
from typing import NamedTuple

LEVELS = frozenset({"trace", "debug", "info", "warning", "warn", "error", "critical", "fatal", "panic"})
HEAD = 24
"""Where the head begins: after `[YYYY-MM-DD HH:MM:SS.mmm` come `][PID][level] [AppNet Agent] ` of the agent or
`][TID][level][component] [source] ` of Envoy, whose TID is its process id for all that its main thread says."""
FARTHEST = 110
KEPT = 600
"""Characters of a line that are kept, to be shown. Why Envoy rejects a listener stands behind a prefix and a name that
take 300 and more."""
LONGEST = 65_536
"""Characters of a line that are looked at: more than a task definition, and so than all settings of a container."""
STAMP = re.compile(r"\[(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3})\]", re.ASCII)
_ACCESS = re.compile(r"\[(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z)\] ", re.ASCII)
_MESSAGE = re.compile(r'time="(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:Z|[-+]\d\d:\d\d))" level=([a-z]{1,8}) msg="', re.ASCII)


class Told:
    """The line of one of the two programs that is being taken in: one object, for the next line it is used again.
    `text` is what it says, `stamp` its time as written, `process` the program's (a thread's) id."""

    __slots__ = ("line", "number", "process", "stamp", "text")
    number: int
    line: str
    text: str
    stamp: str
    process: str

    def at(self, number: int, line: str, text: str, process: str = "") -> "Told":
        """Take in another line: its number (the first is 1), what it says, and whose it is. Its text counts up to
        `LONGEST` characters."""
        self.number, self.line, self.text, self.stamp = number, line, text[:LONGEST], line[1:HEAD]
        self.process = process
        return self


class Mark(NamedTuple):
    """A line to be shown later: its number, and its beginning."""

    number: int
    text: str


class Reason(NamedTuple):
    """Why, and the line that said so."""

    text: str
    line: Mark


def shape_of(line: str) -> str:
    """The time of a line that begins as one of the agent, of Envoy or of its access log does; empty for any other.

    An access-log line opens with a bracket too, but has `T` and `Z` in its time (AWS: Service Connect access logs,
    TEXT). What follows there comes from clients, so it must never count as a line of the agent.
    """
    found = _MESSAGE.match(line) or STAMP.match(line) or _ACCESS.match(line)
    return found[1] if found else ""


def message_of(line: str) -> tuple[str, str, str] | None:
    """Time, level and text of a line from before the agent's formatter is set (`time="..." level=info msg="..."`)."""
    found = _MESSAGE.match(line)
    if not found or found[2] not in LEVELS:
        return None
    return found[1], found[2], line[found.end() : LONGEST].rstrip("\r\n").removesuffix('"')


def plain(text: str) -> str:
    """logrus quotes its message as Go does: a quote is `\\"`, a line end `\\n`."""
    if "\\" not in text:
        return text
    if "\\\\" in text:
        return text.replace("\\\\", "\0").replace('\\"', '"').replace("\\n", " ").replace("\0", "\\")
    return text.replace('\\"', '"').replace("\\n", " ")


def moment(stamp: str) -> datetime | None:
    """A time as `shape_of` finds it, in UTC where no zone is written: the clock of a container."""
    try:
        return datetime.fromisoformat(f"{stamp}Z" if stamp[10:11] == " " else stamp)
    except ValueError:
        return None


def shown(text: str, most: int = 300) -> str:
    """Log text fit to be shown: cut, no control characters, nothing that a terminal would obey."""
    text = text[:KEPT].strip()
    if not text.isprintable():
        text = " ".join(text.split())
        text = "".join(character if character.isprintable() else "\N{REPLACEMENT CHARACTER}" for character in text)
    return text if len(text) <= most else text[: most - 1] + "…"
