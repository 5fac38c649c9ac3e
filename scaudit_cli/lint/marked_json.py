"""JSON with the line of every name, string, list and object, and with what is to be filled in by a template engine.

The readers of cfn-lint know lines too, but to import them takes several times as long as to judge a file.
"""

import json
import re
from bisect import bisect_right
from typing import Any, NamedTuple

_BLANK = re.compile(r"[ \t\r\n]*")
_LITERAL = re.compile(r"true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][-+]?\d+)?")
_decode = json.JSONDecoder().raw_decode
_HALF = re.compile("[\ud800-\udfff]")
PRIVATE = "\ue000-\ue00f"
"""What marks of open texts are made of (opens.py): a file that has them could forge one."""
_PRIVATE = re.compile(f"[{PRIVATE}]")
_BARE_PLACEHOLDER = re.compile(r"(?:\{\{.*?\}\}|\$\{[^}\n]*\}|<[A-Za-z][^<>\n]*>)+")
"""One that stands where a number would: "containerPort": {{ env `PORT` `80` }}."""


class Malformed(Exception):
    """Text that is no JSON: the line, counted from 1, and what is wrong there."""

    def __init__(self, line: int, what: str) -> None:
        super().__init__(f"line {line}: {what}")


class Mark(NamedTuple):
    """Where something begins; `line` is counted from 0, as the readers of cfn-lint do."""

    line: int


class MarkedText(str):
    """A name, or a string."""

    start_mark: Mark


class MarkedObject(dict[str, Any]):
    """An object."""

    start_mark: Mark


class MarkedList(list[Any]):
    """A list."""

    start_mark: Mark


def marked_json(text: str) -> Any:  # noqa: ANN401
    """The value that a text holds, with marks. Raises Malformed."""
    reader = _Reader(text)
    try:
        value, end = reader.value(reader.after_blank(0))
    except RecursionError:
        raise Malformed(1, "it is nested too deeply") from None
    if (end := reader.after_blank(end)) < len(text):
        raise reader.malformed(end, "expected the end of the file")
    return value


class _Reader:
    def __init__(self, text: str) -> None:
        self.text = text
        self.breaks = [found.start() for found in re.finditer("\n", text)]

    def mark(self, at: int) -> Mark:
        return Mark(bisect_right(self.breaks, at - 1) if at else 0)

    def malformed(self, at: int, what: str) -> Malformed:
        found = json.dumps(self.text[at]) if at < len(self.text) else "the end of the file"
        if self.text.startswith(("//", "/*"), at):
            found = "a comment, which JSON does not have"
        return Malformed(self.mark(at).line + 1, f"{what}, found {found}")

    def after_blank(self, at: int) -> int:
        found = _BLANK.match(self.text, at)
        return found.end() if found else at

    def value(self, at: int) -> tuple[Any, int]:
        begins = self.text[at : at + 1]
        if begins == '"':
            return self.string(at)
        if found := _BARE_PLACEHOLDER.match(self.text, at):
            return self.marked(MarkedText(found[0]), at), found.end()
        if begins == "{":
            return self.object(at)
        if begins == "[":
            return self.list(at)
        if (found := _LITERAL.match(self.text, at)) is None:
            raise self.malformed(at, "expected a value")
        try:
            return json.loads(found[0]), found.end()
        except ValueError:  # Python refuses whole numbers of more than 4300 digits
            raise Malformed(self.mark(at).line + 1, "the number is too long") from None

    def marked(self, node: Any, at: int) -> Any:  # noqa: ANN401
        node.start_mark = self.mark(at)
        return node

    def string(self, at: int) -> tuple[MarkedText, int]:
        try:
            text, end = _decode(self.text, at)
        except json.JSONDecodeError as error:
            raise Malformed(self.mark(error.pos).line + 1, error.msg) from None
        if _HALF.search(text):
            raise Malformed(self.mark(at).line + 1, "half of a pair of characters (\\ud800 to \\udfff)")
        if _PRIVATE.search(text):
            raise Malformed(self.mark(at).line + 1, "a character for private use (\\ue000 to \\ue00f)")
        return self.marked(MarkedText(text), at), end

    def object(self, begin: int) -> tuple[MarkedObject, int]:
        node: MarkedObject = self.marked(MarkedObject(), begin)
        at = self.after_blank(begin + 1)
        if self.text[at : at + 1] == "}":
            return node, at + 1
        while True:
            if self.text[at : at + 1] != '"':
                raise self.malformed(at, "expected a name in double quotes")
            name, end = self.string(at)
            if name in node:
                raise Malformed(self.mark(at).line + 1, f"{json.dumps(name)} is there twice")
            if self.text[(end := self.after_blank(end)) : end + 1] != ":":
                raise self.malformed(end, f"expected : after {json.dumps(name)}")
            node[name], at = self.value(self.after_blank(end + 1))
            at, more = self.further(at, "}")
            if not more:
                return node, at

    def list(self, begin: int) -> tuple[MarkedList, int]:
        node: MarkedList = self.marked(MarkedList(), begin)
        at = self.after_blank(begin + 1)
        if self.text[at : at + 1] == "]":
            return node, at + 1
        while True:
            item, at = self.value(at)
            node.append(item)
            at, more = self.further(at, "]")
            if not more:
                return node, at

    def further(self, at: int, closing: str) -> tuple[int, bool]:
        """Where the next item begins, or what is closed ends."""
        at = self.after_blank(at)
        if self.text[at : at + 1] == closing:
            return at + 1, False
        if self.text[at : at + 1] != ",":
            raise self.malformed(at, f"expected , or {closing}")
        return self.after_blank(at + 1), True
