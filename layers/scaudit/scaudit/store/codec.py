"""Model values as text, and back: only values that fit this version's classes are understood."""

import json
from collections.abc import Mapping, Set
from dataclasses import MISSING, fields, is_dataclass
from datetime import datetime
from typing import Any

from scaudit import model

_CLASS, _MOMENT = "is", "moment"


class Unfamiliar(ValueError):
    """A text that other classes, or the same with other fields, have written."""


def plain(value: object) -> str:
    """A model value, or one of plain ones, as JSON."""
    return json.dumps(_plain(value), separators=(",", ":"))


def restored(written: str) -> Any:  # noqa: ANN401
    """What `plain` was given. Raises Unfamiliar."""
    return _restored(json.loads(written))


def _plain(value: Any) -> Any:  # noqa: ANN401
    if is_dataclass(value) and not isinstance(value, type):
        named = {field.name: _plain(getattr(value, field.name)) for field in fields(value)}
        return {_CLASS: type(value).__name__, "with": named}
    if isinstance(value, datetime):
        return {_CLASS: _MOMENT, "with": value.isoformat()}
    if isinstance(value, Mapping):
        return {_CLASS: "", "with": {key: _plain(one) for key, one in value.items()}}
    if isinstance(value, tuple | list):
        return [_plain(one) for one in value]
    return value


def _restored(value: Any) -> Any:  # noqa: ANN401
    if isinstance(value, list):
        return tuple(map(_restored, value))
    if not isinstance(value, dict):
        return value
    kind, inner = value[_CLASS], value["with"]
    if kind == _MOMENT:
        return datetime.fromisoformat(inner)
    known = {name: _restored(one) for name, one in inner.items()}
    if not kind:
        return known
    cls = getattr(model, kind, None)
    if cls is None or not _fits(cls, known.keys()):
        raise Unfamiliar(f"{kind} with {sorted(known)}")
    return cls(**known)


def _fits(cls: Any, names: Set[str]) -> bool:  # noqa: ANN401
    """Whether a class has all these fields, and has defaults for those that an earlier version did not write."""
    its = {field.name: field.default is MISSING and field.default_factory is MISSING for field in fields(cls)}
    return names <= its.keys() and not any(needed and name not in names for name, needed in its.items())
