"""Texts that a file does not settle: whatever is open in one (a parameter, an attribute, an import) is a mark.

The same expression gives the same text however it is written, so that texts are compared by value. Marks are made of
characters for private use, which no name in AWS has; `written` makes them readable.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any
from zlib import crc32

_BEGIN, _MIDDLE, _END, _VERBATIM, _MISSING = "\ue000", "\ue001", "\ue002", "\ue003", "\ue004"
_MARK = re.compile(f"{_BEGIN}([^{_BEGIN}{_MIDDLE}]*){_MIDDLE}([^{_BEGIN}{_END}]*){_END}")
_CUT = re.compile(f"{_BEGIN}[^{_MIDDLE}]*(?:{_MIDDLE}([^{_END}]*?))?(?:\\.\\.\\.)?$")
"""What is left of a mark where a sentence was cut in it."""
_STAND_IN = re.compile(f"{_BEGIN}{_MISSING}[^{_BEGIN}{_MIDDLE}]*{_MIDDLE}([^{_BEGIN}{_END}]*)")
_LONGEST = 120
_DEEPEST = 5


def mark(label: str, scope: str = "") -> str:
    """The text of one open thing; `scope` is the file whose names it uses, empty for what is alike in all files."""
    return f"{_BEGIN}{scope}{_MIDDLE}{written(label)}{_END}"


def placeholder(text: str, scope: str = "") -> str:
    """The text of something that is written as a placeholder, and that is told as it is written."""
    return f"{_BEGIN}{_VERBATIM}{scope}{_MIDDLE}{text}{_END}"


def stand_in(path: str, scope: str) -> str:
    """The text of what a file says nowhere, or says wrongly, at a path: it is to stand in no sentence."""
    return f"{_BEGIN}{_MISSING}{scope}{_MIDDLE}{path}{_END}"


def missing_in(text: str) -> str:
    """The path of the first value in a text that is in no file; empty if all are."""
    found = _STAND_IN.search(text)
    return found[1] if found else ""


def shortened(text: str) -> str:
    """A long text with its two ends: the beginnings of ARNs and of exported names are alike."""
    half = _LONGEST // 2
    return text if len(text) <= _LONGEST else f"{text[:half]}...{text[-half:]}"


def label_of(text: str) -> str:
    """What the file calls the one thing that is open; the text as it is written where that is more than one mark."""
    found = _MARK.fullmatch(text)
    return found[2] if found else written(text)


def marks_in(text: object) -> list[str]:
    """Every mark in a text; none in anything else."""
    return [found[0] for found in _MARK.finditer(text)] if isinstance(text, str) else []


def is_open(value: object) -> bool:
    """Whether it is a text that the file does not settle."""
    return isinstance(value, str) and _MARK.search(value) is not None


def written(text: str) -> str:
    """The text as a person reads it: `${Name}` for what is open, and a placeholder as it is."""

    def shown(found: re.Match[str]) -> str:
        label = shortened(found[2])
        return label if found[1].startswith(_VERBATIM) else f"${{{label}}}"

    return _CUT.sub(lambda cut: f"${{{cut[1] or ''}...", _MARK.sub(shown, text))


def with_values(text: str, values: Mapping[str, str]) -> str:
    """The text with some of what is open in it filled in."""
    for _ in range(_DEEPEST if values else 0):  # a value may be open itself
        filled = values[text] if text in values else _MARK.sub(lambda found: values.get(found[0], found[0]), text)
        if filled == text:
            break
        text = filled
    return text


def may_equal(one: str, other: str) -> bool:
    """Whether there are values for what is open in them under which two texts are one."""
    left, right = list(_symbols(one)), list(_symbols(other))
    while left and right and left[0] == right[0]:
        del left[0], right[0]
    while left and right and left[-1] == right[-1]:
        del left[-1], right[-1]
    if not left or not right:
        return not any(len(symbol) == 1 for symbol in left or right)
    return not (_differ(left[0], right[0]) or _differ(left[-1], right[-1]))


def solved(text: str, value: str) -> tuple[str, str] | None:
    """The one mark in a text and what it must be for the text to be the value; None if no or several marks, or
    no way."""
    found = _MARK.search(text)
    if found is None or len(marks_in(text)) > 1:
        return None
    before, after = text[: found.start()], text[found.end() :]
    if not (value.startswith(before) and value.endswith(after) and len(value) >= len(before) + len(after)):
        return None
    return found[0], value[len(before) : len(value) - len(after)]


def _symbols(text: str) -> Iterator[str]:
    """Its characters, and its marks whole."""
    at = 0
    for found in _MARK.finditer(text):
        yield from text[at : found.start()]
        yield found[0]
        at = found.end()
    yield from text[at:]


def _differ(one: str, other: str) -> bool:
    return len(one) == len(other) == 1 and one != other


class OpenText(str):
    """An open text where a request has a scalar of type `kind` ("string", "integer", "boolean" ...); `enum` are the
    values that ECS knows."""

    kind: str
    enum: tuple[str, ...]


def open_text(text: str, kind: str, enum: tuple[str, ...] = ()) -> OpenText:
    """An open text at its place."""
    made = OpenText(text)
    made.kind, made.enum = kind, enum
    return made


class OpenNumber(int):
    """A number that is not known, and that is told as the open text that it is. The same expression is the same number,
    and it is none that a file could have."""

    text: str

    def __str__(self) -> str:
        return self.text

    __repr__ = __str__

    def __format__(self, _: str) -> str:
        return str(self)


def _number(text: str) -> int:
    if re.fullmatch(r"-?\d{1,18}", text):
        return int(text)
    made = OpenNumber(-1 - crc32(text.encode()))
    made.text = text
    return made


def settled(node: Any, values: Mapping[str, str]) -> Any:  # noqa: ANN401
    """Parameters of a request with values filled in, and of the type that ECS has at each place."""
    if isinstance(node, OpenText):
        text = with_values(node, values)
        if node.kind in ("integer", "long"):
            return _number(text)
        return text.lower() != "false" if node.kind == "boolean" else text
    if isinstance(node, Mapping):
        return {key: settled(value, values) for key, value in node.items()}
    return [settled(item, values) for item in node] if isinstance(node, list) else node
