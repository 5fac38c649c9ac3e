"""docs/schemas/ as users have them, and closed: of what scaudit writes itself, nothing may be missing in them."""

import json
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator, FormatChecker, ValidationError
from referencing import Registry, Resource

FOLDER = Path(__file__).parents[2] / "docs" / "schemas"
NAMES = sorted(path.name.removesuffix(".schema.json") for path in FOLDER.glob("*.schema.json"))
Schema = dict[str, Any]

_formats = FormatChecker(formats=())


@_formats.checks("date-time", raises=ValueError)
def _moment(value: object) -> bool:
    return not isinstance(value, str) or datetime.fromisoformat(value).tzinfo is not None


@cache
def _text(name: str) -> str:
    return (FOLDER / name).read_text()


def read(name: str) -> Schema:
    """One schema, as it is published: what it does not know, it allows."""
    schema: Schema = json.loads(_text(f"{name}.schema.json"))
    return schema


def within(schema: Any, at: str = "#") -> Iterator[tuple[str, Schema]]:
    """Every object and list of a schema that may be a schema itself, with where it stands."""
    if isinstance(schema, dict):
        yield at, schema
        for key, value in schema.items():
            yield from within(value, f"{at}/{key}")
    elif isinstance(schema, list):
        for number, value in enumerate(schema):
            yield from within(value, f"{at}/{number}")


def closed(schema: Schema) -> Schema:
    """The same, allowing nothing that it does not know. What has a `type` is a whole, the rest are parts of one."""
    for _, part in within(schema):
        if part.get("type") == "object" and "unevaluatedProperties" not in part:
            part["unevaluatedProperties"] = False
    return schema


def validator(schema: Schema, also: Callable[[Schema], Schema] = lambda schema: schema) -> Draft202012Validator:
    """What judges by a schema, and by `also` of those that it refers to."""
    registry: Registry[Schema] = Registry(
        retrieve=lambda name: Resource.from_contents(also(json.loads(_text(name))))  # type: ignore[call-arg]
    )
    return Draft202012Validator(schema, registry=registry, format_checker=_formats)


@cache
def _exact(name: str) -> Draft202012Validator:
    return validator(closed(read(name)), closed)


def wrong(name: str, told: Any) -> str:
    """What of something that scaudit wrote is not as described; empty where all of it is. Undescribed is wrong, too."""
    error: ValidationError | None = next(_exact(name).iter_errors(json.loads(json.dumps(told))), None)
    return f"{name} at {error.json_path}: {error.message[:500]}" if error else ""


def described(name: str, text: str) -> Any:
    """The JSON of an output, which is as the schema of this name describes."""
    told = json.loads(text)
    assert not (why := wrong(name, told)), why
    return told


class Described(list[Mapping[str, Any]]):
    """A list of what is written, every entry of which is as the schema of this name describes."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.name = name

    def append(self, told: Mapping[str, Any]) -> None:
        """Take one more. What fails is no exception, which scaudit would take for a reason to try again."""
        if why := wrong(self.name, told):
            pytest.fail(why)
        super().append(told)
