"""What a file says, fitted to the shape that an ECS request has: which values are of the wrong type, and where."""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import field
from difflib import get_close_matches
from typing import Any

from botocore import __version__ as botocore_version
from botocore.model import ListShape, MapShape, Shape, StructureShape

from scaudit.model import Severity
from scaudit.values import dataclass
from scaudit_cli.lint.about import NAMESPACE, is_judged
from scaudit_cli.lint.opens import OpenText, is_open, marks_in, open_text, shortened, stand_in, written
from scaudit_cli.lint.request import NO_VALUE, Dialect
from scaudit_cli.lint.scalars import coerced, expected, is_of

_ALIKE = 0.85
_HOLE = object()
"""Stands for a value of which not even the parts are known: it is left out, and whatever needs it is unknown."""
_REQUIRED_TOO = {"ContainerDefinition": ["name"]}
"""What botocore does not mark as required and ECS refuses to be without (AWS: ContainerDefinition, name; in
CloudFormation it is required)."""


@dataclass(frozen=True, slots=True)
class Complaint:
    """A value that the request cannot have; `line` is 0 when not known, `severity` is only where it is not the check's
    own."""

    path: str
    sentence: str
    severity: Severity | None
    line: int


@dataclass(slots=True)
class Fitted:
    """What was found on the way, by path: the lines, all parts with their shapes, the values that have no parts, which
    of them are open, why a value is not known, and which texts are empty (and whether they are required). `choices` has
    what a mark may be."""

    complaints: list[Complaint] = field(default_factory=list)
    lines: dict[str, int] = field(default_factory=dict)
    parts: dict[str, tuple[Any, Shape]] = field(default_factory=dict)
    values: dict[str, object] = field(default_factory=dict)
    opens: dict[str, OpenText] = field(default_factory=dict)
    unresolved: dict[str, str] = field(default_factory=dict)
    left_empty: dict[str, bool] = field(default_factory=dict)
    choices: dict[str, tuple[str, ...]] = field(default_factory=dict)


def shown(value: object) -> str:
    """A value as it is quoted in a sentence. What has parts is only named: they may be expressions."""
    if isinstance(value, Mapping | list):
        return "a list" if isinstance(value, list) else "an object"
    return shortened(json.dumps(value, default=str, ensure_ascii=False))


def fit(node: Any, shape: Shape, dialect: Dialect, found: Fitted, path: str = "", line: int = 0) -> Any:  # noqa: ANN401
    """The node as the API takes it. What is open in a text stays open; what cannot be resolved, or is of the wrong
    type, is an open text of its own, or left out where a text cannot be."""
    found.lines[path] = line
    node = (dialect.resolve if is_judged(path) else dialect.glance)(node)
    if node is NO_VALUE:
        return NO_VALUE
    if is_open(node):
        return _open(node, shape, dialect, found, path)
    if dialect.lenient:
        node = coerced(node, shape, path)
    if not (is_of(node, shape) or getattr(shape, "is_document_type", False)):
        what = "a name or an ARN" if path == NAMESPACE else expected(shape)
        sentence = f"{path or 'Properties'} is {shown(node)}, expected {what}"
        found.complaints.append(Complaint(path, sentence, None, line))
        return _not_known(sentence, shape, found, path)
    found.parts[path] = _fitted(node, shape, dialect, found, path, line), shape
    return found.parts[path][0]


def _fitted(node: Any, shape: Shape, dialect: Dialect, found: Fitted, path: str, line: int) -> Any:  # noqa: ANN401
    if isinstance(shape, StructureShape):
        if shape.is_document_type:  # any JSON, of whose names ECS knows none (hookDetails of a lifecycle hook)
            return node
        return dict(_members(node, shape, dialect, found, path, line))
    if isinstance(shape, ListShape):
        each = [(f"{path}[{i}]", item, line_of(item) or line) for i, item in enumerate(node)]
        return _there(fit(item, shape.member, dialect, found, name, at) for name, item, at in each)
    if isinstance(shape, MapShape):
        given = {
            str(key): fit(value, shape.value, dialect, found, f"{path}.{key}", line_of(key) or line)
            for key, value in node.items()
        }
        return {key: value for key, value in given.items() if value is not NO_VALUE and value is not _HOLE}
    found.values[path] = node
    return node


def _open(text: str, shape: Shape, dialect: Dialect, found: Fitted, path: str) -> Any:  # noqa: ANN401
    """An open text is good for any value that has no parts."""
    if isinstance(shape, StructureShape | ListShape | MapShape):
        return _not_known(why_open(path, text, dialect.choices), shape, found, path)
    found.values[path] = found.opens[path] = open_text(text, shape.type_name, tuple(getattr(shape, "enum", ())))
    found.choices |= {each: allowed for each in marks_in(text) if (allowed := dialect.choices(each))}
    return found.opens[path]


def why_open(path: str, text: str, choices: Callable[[str], tuple[str, ...]]) -> str:
    """Why an open value is not known."""
    allowed = choices(text)
    which = f"which may be {' or '.join(allowed)}" if allowed else "which the file does not settle"
    return f"{path or 'Properties'} is {written(text)}, {which}"


def _not_known(why: str, shape: Shape, found: Fitted, path: str) -> Any:  # noqa: ANN401
    found.unresolved[path] = why
    if isinstance(shape, StructureShape | ListShape | MapShape):
        return _HOLE
    found.opens[path] = open_text(stand_in(path, str(id(found))), shape.type_name)
    return found.opens[path]


def _there(values: Iterator[Any]) -> list[Any]:
    return [value for value in values if value is not NO_VALUE and value is not _HOLE]


def _members(
    node: Mapping[str, Any], shape: StructureShape, dialect: Dialect, found: Fitted, path: str, line: int
) -> Iterator[tuple[str, Any]]:
    required = [*shape.required_members, *_REQUIRED_TOO.get(shape.name, ())]
    folded = {name.lower(): name for name in shape.members} if dialect.lenient or dialect.any_case else {}
    given: set[str] = set()
    for key, value in node.items():
        at = line_of(key) or line
        name = key if key in shape.members else folded.get(str(key).lower(), "")
        if value is None and dialect.nulls:
            continue
        if name and value == "" and _is_left(name, shape) and not dialect.lenient:
            found.left_empty[_joined(path, name)] = name in required
            found.lines[_joined(path, name)] = at
        elif name:
            if dialect.lenient and key != dialect.spelt(name):
                told = f"{_joined(path, key)} is no property in CloudFormation; did you mean {dialect.spelt(name)}?"
                found.complaints.append(Complaint(path, told, None, at))
            fitted = fit(value, shape.members[name], dialect, found, _joined(path, name), at)
            given |= {name} if fitted is not NO_VALUE else set()
            if fitted is not NO_VALUE and fitted is not _HOLE:
                yield name, fitted
        elif _must_be_known(key, dialect, path):
            found.complaints.append(Complaint(path, *_unknown(str(key), shape, node, path, dialect), at))
    for name in required:
        # A template need not name what CloudFormation names for it (AWS::ECS::Service, ServiceName).
        if name not in given and (path or not (dialect.lenient or dialect.partial)):
            why = f"{_joined(path, name)} is {'empty' if _joined(path, name) in found.left_empty else 'missing'}"
            if _joined(path, name) not in found.left_empty:  # those are told together
                found.complaints.append(Complaint(path, why, None, line))
            if (missing := _not_known(why, shape.members[name], found, _joined(path, name))) is not _HOLE:
                yield name, missing


def _is_left(name: str, shape: StructureShape) -> bool:
    """Whether an empty text is what a skeleton leaves to fill in; an environment variable or a tag may have none."""
    return shape.members[name].type_name == "string" and name != "value"


def _must_be_known(key: str, dialect: Dialect, path: str) -> bool:
    """Whether a field that botocore does not know is told. A template has properties that are CloudFormation's own, of
    which cfn-lint knows more; none of them is in the configuration of Service Connect."""
    if dialect.lenient:
        return path.startswith(NAMESPACE.split(".")[0])
    return not dialect.any_case and key not in dialect.read_only


def _unknown(
    key: str, shape: StructureShape, node: Mapping[str, Any], path: str, dialect: Dialect
) -> tuple[str, Severity | None]:
    """What is said of a field that botocore does not know: a misspelling is refused; anything else may be newer than
    this botocore (serviceConnectConfiguration.containerConfigurations came in between 1.43.106 and 1.43.116)."""
    left = [name for name in map(dialect.spelt, shape.members) if name not in node]
    alike = [name for name in left if name.lower() == key.lower()] or get_close_matches(key, left, 1, _ALIKE)
    if alike:
        kind = "property in CloudFormation" if dialect.lenient else "field of ECS"
        return f"{_joined(path, key)} is no {kind}; did you mean {alike[0]}?", None
    near = get_close_matches(key, left, 1)
    hint = f", or mean {near[0]}" if near else ""
    return f"botocore {botocore_version} knows no {_joined(path, key)}: it may be newer{hint}", Severity.INFO


def _joined(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name


def line_of(node: object) -> int:
    """The readers of cfn-lint mark keys, strings, lists and objects with where they begin, counted from 0."""
    mark = getattr(node, "start_mark", None)
    return mark.line + 1 if mark else 0
