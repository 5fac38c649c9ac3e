"""Intrinsic functions of CloudFormation that make texts and lists (AWS: CloudFormation, intrinsic function reference).

Each answers None where its arguments are not settled, or are none.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from scaudit_cli.lint.declarations import SEVERAL_EXPORT
from scaudit_cli.lint.opens import is_open, mark, marks_in, may_equal, placeholder, written
from scaudit_cli.lint.scalars import text_of_scalar
from scaudit_cli.lint.stack import Stack

if TYPE_CHECKING:
    from scaudit_cli.lint.evaluate import Evaluator

_FILLED_IN = re.compile(r"\{\{.*?\}\}|<% .*? %>")
"""A dynamic reference, which is read when the template is deployed, or what a template engine fills in before, as it is
written or as the reader of YAML has it."""
_NAMED = re.compile(r"\$\{([^!}][^}]*)\}")
_UNDIVIDED = {mark(f"AWS::{name}") for name in ("Region", "AccountId", "Partition", "URLSuffix")}
"""What has neither `:` nor `/` in it, so that an ARN made of it can be split."""


def opened(text: str) -> str:
    """A text with what is filled in as open."""
    if "{{" not in text and "<%" not in text:
        return text
    return _FILLED_IN.sub(lambda found: placeholder(re.sub("^<%|%>$", _as_it_was, found[0])), text)


def _as_it_was(found: re.Match[str]) -> str:
    return "{{" if found[0] == "<%" else "}}"


def _sub(here: "Evaluator", argument: Any) -> str | None:  # noqa: ANN401
    text, given = argument if isinstance(argument, list) and len(argument) == 2 else (argument, {})
    if not isinstance(text, str) or not isinstance(given, Mapping):
        return None

    def filled(found: re.Match[str]) -> str:
        name = found[1].strip()
        node = given.get(name, {"Fn::GetAtt": name} if "." in name else {"Ref": name})
        value = here.text(node)
        return here.open(f"{name} as a text") if value is None else value

    text = opened(text)
    return here.known(_NAMED.sub(filled, text).replace("${!", "${"))


def _join(here: "Evaluator", argument: Any) -> str | None:  # noqa: ANN401
    if not isinstance(argument, list) or len(argument) != 2:
        return None
    delimiter, items = here.text(argument[0]), here.items(argument[1])
    if delimiter is None or items is None or any(isinstance(item, Mapping | list) for item in items):
        return None
    return here.known(delimiter.join(map(text_of_scalar, items)))


def _split(here: "Evaluator", argument: Any) -> list[str] | None:  # noqa: ANN401
    if not isinstance(argument, list) or len(argument) != 2:
        return None
    delimiter, text = here.text(argument[0]), here.text(argument[1])
    if not delimiter or text is None or not (delimiter in ":/," or not is_open(text)):
        return None
    return text.split(delimiter) if _UNDIVIDED.issuperset(marks_in(text)) else None


def _select(here: "Evaluator", argument: Any) -> Any:  # noqa: ANN401
    if not isinstance(argument, list) or len(argument) != 2:
        return None
    index, items = here.text(argument[0]), here.items(argument[1])
    if index is None or not index.isdecimal() or items is None or int(index) >= len(items):
        return None
    return items[int(index)]


def _find_in_map(here: "Evaluator", argument: Any) -> Any:  # noqa: ANN401
    """An entry of a mapping is written to be taken, as a branch is: every value of a parameter counts that leads to
    one, of one parameter with a default at a time."""
    if not isinstance(argument, list) or len(argument) not in (3, 4):
        return None
    name, *usual = [text for text in map(here.text, argument[:3]) if text is not None]
    if len(usual) != 2 or is_open(name):
        return None
    found: Any = here.stack.mappings.get(name)
    default = argument[3].get("DefaultValue") if len(argument) == 4 and isinstance(argument[3], Mapping) else None
    for key, by_default in zip(argument[1:3], usual, strict=True):
        if not isinstance(found, Mapping):
            break
        entries = {text_of_scalar(known): entry for known, entry in found.items()}
        if is_open(by_default):
            found = entries.get(_entry(here, by_default, list(entries), default is not None))
        else:
            found = entries.get(_entry_beside(here, here.to_decide().text(key), by_default, list(entries)))
    if found is None or isinstance(found, Mapping):
        return None if default is None else here.value(default)
    return here.value(found)


def _entry(here: "Evaluator", key: str, entries: list[str], has_default: bool) -> str:
    """Which entry of a mapping an open key leads to; itself where it may be none of them."""
    if not is_open(key) or (has_default and not any(here.same(key, entry) for entry in entries)):
        return key
    if is_open(key := here.known(key)):
        here.world.pick(key, entries, here.stack.choices)
    return here.known(key)


def _entry_beside(here: "Evaluator", key: str | None, by_default: str, entries: list[str]) -> str:
    """Which entry of a mapping a key leads to that a parameter with a default decides."""
    if key is None or not is_open(key):
        return by_default
    here.world.pick_beside(key, by_default, entries, here.stack.choices)
    return here.known(key)


def _import(here: "Evaluator", name: Any) -> Any:  # noqa: ANN401
    """What one file exports under the name; else under the only name that can be it, where part of that is written: a
    stack's name is open in its own template, and often in the one that imports from it."""
    text = here.text(name)
    if text is None:
        return None
    exports = list(_exports(here))
    found = [export for export in exports if export[0] == text]
    if not found and [text] != marks_in(text):
        found = [export for export in exports if [export[0]] != marks_in(export[0]) and may_equal(export[0], text)]
    if len(found) == 1:
        _, stack, output = found[0]
        there = here.within(stack)
        there.require(output)
        return there.value(output.get("Value"))
    return here.known(mark(f"Fn::ImportValue {written(text)}{SEVERAL_EXPORT if found else ''}"))


def _exports(here: "Evaluator") -> Iterator[tuple[str, Stack, Mapping[str, Any]]]:
    for stack in here.stacks:
        there = here.within(stack)
        for output in stack.outputs.values():
            export = output.get("Export") if isinstance(output, Mapping) else None
            if isinstance(export, Mapping) and (name := there.text(export.get("Name"))) is not None:
                yield name, stack, output


def _length(here: "Evaluator", argument: Any) -> int | None:  # noqa: ANN401
    items = here.items(argument)
    return None if items is None else len(items)


FUNCTIONS: dict[str, Callable[["Evaluator", Any], Any]] = {
    "Fn::Sub": _sub,
    "Fn::Join": _join,
    "Fn::Split": _split,
    "Fn::Select": _select,
    "Fn::FindInMap": _find_in_map,
    "Fn::ImportValue": _import,
    "Fn::Length": _length,
}


def as_written(node: Any) -> str:  # noqa: ANN401
    """An expression in one line, close to how YAML has it. Two that are written alike are alike."""
    if isinstance(node, list):
        return f"[{', '.join(map(as_written, node))}]"
    if not isinstance(node, Mapping):
        return text_of_scalar(node)
    if len(node) == 1:
        ((name, argument),) = node.items()
        if name == "Ref":
            return f"${{{as_written(argument)}}}"
        if name == "Fn::GetAtt" and isinstance(argument, list):
            return f"${{{'.'.join(map(as_written, argument))}}}"
        if str(name).startswith("Fn::"):
            return f"{name} {as_written(argument)}"
    return f"{{{', '.join(f'{key}: {as_written(value)}' for key, value in node.items())}}}"
