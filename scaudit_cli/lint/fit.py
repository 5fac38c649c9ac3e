"""What a file says, fitted to the shape that an ECS request has: which values are of the wrong type, and where."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any

from botocore import __version__ as botocore_version
from botocore.model import ListShape, MapShape, Shape, StructureShape

from scaudit.model import Severity
from scaudit_cli.lint.request import Dialect

_LONGEST = 60
_EXPECTED = {
    "string": "a string",
    "integer": "a whole number",
    "long": "a whole number",
    "float": "a number",
    "double": "a number",
    "boolean": "true or false",
    "list": "a list",
    "map": "an object",
    "structure": "an object",
}
NAMESPACE = "serviceConnectConfiguration.namespace"
_ALIKE = 0.85
_NO_VALUE = {"Ref": "AWS::NoValue"}


class Unresolvable(Exception):
    """A value that the file does not settle, and why."""


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
    """What was found on the way, by path: the lines, the values that have no parts, why a value is not known, and which
    texts are empty."""

    complaints: list[Complaint] = field(default_factory=list)
    lines: dict[str, int] = field(default_factory=dict)
    values: dict[str, object] = field(default_factory=dict)
    unresolved: dict[str, str] = field(default_factory=dict)
    left_empty: list[str] = field(default_factory=list)


def shown(value: object) -> str:
    """A value as it is quoted in a sentence."""
    text = json.dumps(value, default=str)
    return text if len(text) <= _LONGEST else text[:_LONGEST] + "..."


def fit(node: Any, shape: Shape, dialect: Dialect, found: Fitted, path: str = "", line: int = 0) -> Any:  # noqa: ANN401
    """The node as the API takes it. What cannot be resolved, or is of the wrong type, has a stand-in."""
    found.lines[path] = line
    try:
        node = dialect.resolve(node)
    except Unresolvable as why:
        found.unresolved[path] = f"{path} is {shown(node)}, {why}"
        return _stand_in(shape, node)
    if dialect.lenient:
        node = _coerced(node, shape)
    if not _is(node, shape):
        sentence = f"{path} is {shown(node)}, expected {_expected(path, shape)}"
        found.complaints.append(Complaint(path, sentence, None, line))
        found.unresolved[path] = sentence
        return _stand_in(shape, node)
    if isinstance(shape, StructureShape):
        return dict(_members(node, shape, dialect, found, path, line))
    if isinstance(shape, ListShape):
        lines = [line_of(item) or line for item in node]
        each = enumerate(zip(node, lines, strict=True))
        return [fit(item, shape.member, dialect, found, f"{path}[{i}]", at) for i, (item, at) in each]
    if isinstance(shape, MapShape):
        return {
            str(key): fit(value, shape.value, dialect, found, f"{path}.{key}", line_of(key) or line)
            for key, value in node.items()
        }
    found.values[path] = node
    return node


def _members(
    node: Mapping[str, Any], shape: StructureShape, dialect: Dialect, found: Fitted, path: str, line: int
) -> Iterator[tuple[str, Any]]:
    folded = {name.lower(): name for name in shape.members} if dialect.lenient or dialect.any_case else {}
    given: set[str] = set()
    for key, value in node.items():
        at = line_of(key) or line
        name = key if key in shape.members else folded.get(key.lower(), "")
        if value == _NO_VALUE or (value is None and dialect.nulls):
            continue
        if name and value == "" and _is_left(name, shape) and not dialect.lenient:
            found.left_empty.append(_joined(path, name))
            found.lines[_joined(path, name)] = at
        elif name:
            given.add(name)
            yield name, fit(value, shape.members[name], dialect, found, _joined(path, name), at)
        elif not dialect.lenient and not dialect.any_case and key not in dialect.read_only:
            found.complaints.append(Complaint(path, *_unknown(key, shape, node, path), at))
    for name in shape.required_members:
        # A template need not name what CloudFormation names for it (AWS::ECS::Service, ServiceName).
        if name not in given and (path or not (dialect.lenient or dialect.partial)):
            found.complaints.append(Complaint(path, f"{_joined(path, name)} is missing", None, line))
            found.unresolved[_joined(path, name)] = f"{_joined(path, name)} is missing"
            yield name, _stand_in(shape.members[name], None)


def _is_left(name: str, shape: StructureShape) -> bool:
    """Whether an empty text is what a skeleton leaves to fill in; an environment variable or a tag may have none."""
    return shape.members[name].type_name == "string" and name != "value"


def _unknown(key: str, shape: StructureShape, node: Mapping[str, Any], path: str) -> tuple[str, Severity | None]:
    """What is said of a field that botocore does not know: a misspelling is refused; anything else may be newer than
    this botocore (serviceConnectConfiguration.containerConfigurations came in between 1.43.106 and 1.43.116)."""
    left = [name for name in shape.members if name not in node]
    alike = [name for name in left if name.lower() == key.lower()] or get_close_matches(key, left, 1, _ALIKE)
    if alike:
        return f"{_joined(path, key)} is not a field of ECS; did you mean {alike[0]}?", None
    near = get_close_matches(key, left, 1)
    hint = f", or mean {near[0]}" if near else ""
    return f"botocore {botocore_version} knows no {_joined(path, key)}: it may be newer{hint}", Severity.INFO


def _expected(path: str, shape: Shape) -> str:
    return "a name or an ARN" if path == NAMESPACE else _EXPECTED.get(shape.type_name, shape.type_name)


def _joined(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name


def line_of(node: object) -> int:
    """The readers of cfn-lint mark keys, strings, lists and objects with where they begin, counted from 0."""
    mark = getattr(node, "start_mark", None)
    return mark.line + 1 if mark else 0


def _is(node: object, shape: Shape) -> bool:
    if shape.type_name in ("structure", "map"):
        return isinstance(node, Mapping)
    if shape.type_name in ("integer", "long"):
        return isinstance(node, int) and not isinstance(node, bool)
    if shape.type_name in ("float", "double"):
        return isinstance(node, int | float) and not isinstance(node, bool)
    kinds: dict[str, type] = {"string": str, "boolean": bool, "list": list}
    return isinstance(node, kinds.get(shape.type_name, object))


def _coerced(node: Any, shape: Shape) -> Any:  # noqa: ANN401
    """CloudFormation converts between scalars; true for a name is left as it is, for nobody means that."""
    if shape.type_name in ("integer", "long") and isinstance(node, str) and node.strip().isdigit():
        return int(node)
    if shape.type_name == "boolean" and isinstance(node, str) and node.lower() in ("true", "false"):
        return node.lower() == "true"
    if shape.type_name == "string" and isinstance(node, int | float) and not isinstance(node, bool):
        return str(node)
    return node


def is_stand_in(name: str) -> bool:
    """Whether a name is only the expression that makes it; no name of ECS begins so."""
    return name.startswith("{")


def _stand_in(shape: Shape, node: object) -> Any:  # noqa: ANN401
    """Two equal expressions have the same stand-in, so that one can tell that they name the same thing."""
    if shape.type_name == "string":
        return shown(node)
    return {"structure": {}, "map": {}, "list": [], "boolean": True}.get(shape.type_name, 0)
