"""Scalars: of which type one is, and what CloudFormation makes of it."""

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from botocore.model import Shape

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
_NAMES = ("name", "family", "cluster", "namespace", "taskDefinition")
"""How the names of texts end that name something."""


def expected(shape: Shape) -> str:
    """The type of a shape in words."""
    return _EXPECTED.get(shape.type_name, shape.type_name)


def is_of(node: object, shape: Shape) -> bool:
    """Whether a value has the type of a shape."""
    if shape.type_name in ("structure", "map"):
        return isinstance(node, Mapping)
    if shape.type_name in ("integer", "long"):
        return isinstance(node, int) and not isinstance(node, bool)
    if shape.type_name in ("float", "double"):
        return isinstance(node, int | float) and not isinstance(node, bool)
    kinds: dict[str, type] = {"string": str, "boolean": bool, "list": list}
    return isinstance(node, kinds.get(shape.type_name, object))


def coerced(node: Any, shape: Shape, path: str) -> Any:  # noqa: ANN401
    """CloudFormation converts between scalars (AWS: CloudFormation template format, types). A name that YAML has made
    true or a date is left as it is, for nobody means that."""
    if isinstance(node, str):
        text = node.strip()
        if shape.type_name in ("integer", "long") and re.fullmatch(r"[-+]?\d{1,18}", text):
            return int(text)
        if shape.type_name == "boolean" and text.lower() in ("true", "false"):
            return text.lower() == "true"
        if shape.type_name in ("float", "double") and re.fullmatch(r"[-+]?\d+(\.\d+)?", text):
            return float(text)
    elif shape.type_name in ("integer", "long") and isinstance(node, float) and node.is_integer():
        return int(node)
    elif shape.type_name == "string" and isinstance(node, bool | date):
        return node if path.lower().endswith(tuple(map(str.lower, _NAMES))) else text_of_scalar(node)
    elif shape.type_name == "string" and isinstance(node, int | float):
        return text_of_scalar(node)
    return node


def text_of_scalar(value: object) -> str:
    """A value as CloudFormation makes a text of it."""
    return str(value).lower() if isinstance(value, bool) else str(value)
