"""Values in a row: a field by its path, what an expression comes to, whether a condition holds."""

import json
import operator
from collections.abc import Callable, Mapping
from typing import Any

from local.insights.terms import Expression, Field, Literal, Malformed

Value = Any
"""A string, a number, true, false, or a map or list of them; None where there is none."""
Row = dict[str, Value]
_COMPARE: Mapping[str, Callable[[Any, Any], bool]] = {
    "=": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
STRUCTURES = (dict, list)


def get(row: Row, path: str) -> Value:
    """A field, also within a map that jsonParse or unnest made; None where there is none."""
    if path in row:
        return row[path]
    for end in (at for at in range(len(path)) if path[at] in ".["):
        if isinstance(row.get(path[:end]), STRUCTURES):
            return _within(row[path[:end]], path[end:])
    return None


def _within(value: Value, path: str) -> Value:
    for step in path.replace("[", ".[").split(".")[1:]:
        if step.startswith("["):
            at = int(step[1:-1])
            value = value[at] if isinstance(value, list) and at < len(value) else None
        else:
            value = value.get(step) if isinstance(value, dict) else None
    return value


def value_of(row: Row, expression: Expression) -> Value:
    """What an expression comes to in a row. Raises Malformed."""
    if isinstance(expression, Field):
        return get(row, expression.path)
    if isinstance(expression, Literal):
        return expression.value
    given = [value_of(row, each) for each in expression.of]
    if expression.name == "coalesce":
        if any(isinstance(each, STRUCTURES) for each in given):
            raise Malformed("coalesce of a map or list: nothing is documented of that")
        return next((each for each in given if each is not None), None)
    if expression.name == "jsonStringify":
        return json.dumps(given[0], separators=(",", ":")) if isinstance(given[0], STRUCTURES) else None
    if expression.name == "jsonParse":
        return _parsed(given[0])
    raise Malformed(f"{expression.name} is no value")


def _parsed(text: Value) -> Value:
    try:
        found = json.loads(text) if isinstance(text, str) else None
    except ValueError:
        return None
    return found if isinstance(found, STRUCTURES) else None


def holds(row: Row, test: Value) -> bool:
    """Whether a row passes a condition. Raises Malformed."""
    op, of = test.op, test.of
    if op in ("and", "or"):
        return (all if op == "and" else any)(holds(row, each) for each in of)
    if op == "not":
        return not holds(row, of[0])
    left = value_of(row, of[0])
    if op == "ispresent":
        return left is not None
    if isinstance(left, bool):
        raise Malformed(f"{of[0]} is true or false: nothing is documented of how that compares")
    if op == "in":
        return left in [each.value for each in of[1:]]
    if op == "like":
        return isinstance(left, str) and bool(of[1].search(left))
    return _compared(op, left, value_of(row, of[1]))


def _compared(op: str, left: Value, right: Value) -> bool:
    """Maps and lists equal nothing (AWS: structure types). A missing field equals nothing; of what else holds for it,
    and for values of different types, nothing is documented."""
    if isinstance(left, STRUCTURES) or isinstance(right, STRUCTURES):
        return False
    if left is None or right is None:
        if op != "=":
            raise Malformed(f"a missing field {op} something: nothing is documented of that")
        return False
    if isinstance(left, str) != isinstance(right, str) or (isinstance(left, str) and op not in ("=", "!=")):
        raise Malformed(f"{left!r} {op} {right!r}: nothing is documented of how these compare")
    return _COMPARE[op](left, right)
