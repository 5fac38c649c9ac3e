"""Whether what was made of an answer is of the types that it declares: AWS may say anything.

boto3 hands on a text, a number or a list as JSON has it, whatever its model says (botocore: BaseJSONParser).
"""

from collections.abc import Callable, Mapping, Set
from dataclasses import fields, is_dataclass
from functools import cache
from types import UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

Fits = Callable[[Any], bool]


def token_of(answer: Mapping[str, Any], word: str = "nextToken") -> str:
    """What leads to the next page, empty after the last. Raises TypeError: what is no text does not end a list."""
    token = answer.get(word)
    if not isinstance(token, str | None):
        raise TypeError(f"{word} is {token!r:.100}")
    return token or ""


def text(value: object) -> str:
    """What is compared or looked up, so that no later type tells. Raises TypeError for what is no text."""
    if not isinstance(value, str):
        raise TypeError(f"{value!r:.100} is no text")
    return value


def listed(value: object) -> list[Any]:
    """What is gone through, so that nothing is taken for an empty list. Raises TypeError for what is none."""
    if not isinstance(value, list):
        raise TypeError(f"{value!r:.100} is no list")
    return value


def hold(made: object, make: Callable[..., object]) -> None:
    """Raise TypeError unless `made`, and all that is in it, is of the type that `make` says it returns."""
    kind = _returned(make)
    if not _fits(kind)(made):
        raise TypeError(_odd_one(made) or f"{made!r:.100} is no {getattr(kind, '__name__', kind)}")


@cache
def _returned(make: Callable[..., object]) -> Any:  # noqa: ANN401
    return get_type_hints(make).get("return", Any)


@cache
def _fits(kind: Any) -> Fits:  # noqa: ANN401
    whole, parts = get_origin(kind) or kind, [_fits(part) for part in get_args(kind) if part is not ...]
    if kind is Any:
        return lambda _: True
    if whole in (Union, UnionType):
        return lambda value: any(fits(value) for fits in parts)
    if isinstance(kind, type) and is_dataclass(kind):
        named = [(name, _fits(its)) for name, its in _members(kind)]
        return lambda value: isinstance(value, kind) and all(fits(getattr(value, name)) for name, fits in named)
    if not parts:
        return lambda value: isinstance(value, whole)
    first = parts[0]
    if issubclass(whole, Mapping):
        last = parts[-1]
        return lambda value: isinstance(value, whole) and all(first(k) and last(v) for k, v in value.items())
    if issubclass(whole, list | Set) or ... in get_args(kind):
        if get_args(kind)[0] is str:  # a log has many thousands
            return lambda value: isinstance(value, whole) and all(issubclass(its, str) for its in set(map(type, value)))
        return lambda value: isinstance(value, whole) and all(map(first, value))
    return lambda value: isinstance(value, whole) and all(fits(one) for fits, one in zip(parts, value, strict=True))


@cache
def _members(kind: Any) -> tuple[tuple[str, Any], ...]:  # noqa: ANN401
    hints = get_type_hints(kind)
    return tuple((field.name, hints[field.name]) for field in fields(kind))


def _odd_one(made: object) -> str:
    """The member that does not fit, as deep as classes go."""
    kind: Any = type(made)
    for name, its in _members(kind) if is_dataclass(made) else ():
        value = getattr(made, name)
        if not _fits(its)(value):
            return f"{name} is {value!r:.100}"
    return ""
