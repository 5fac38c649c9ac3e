"""A query run over log lines, as far as the documentation says what comes of it; else it is Malformed."""

import json
import operator
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from local.insights.grammar import Call, Command, Condition, Expression, Field, Literal, Malformed, parse

Value = Any
"""A string, a number, true, false, or a map or list of them; None where there is none."""
Row = dict[str, Value]
MOST_FIELDS = 200
"""AWS: supported logs and discovered fields."""
_COMPARE: Mapping[str, Callable[[Any, Any], bool]] = {
    "=": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
STRUCTURES = (dict, list)


def run(query: str, lines: Iterable[str], parameters: Mapping[str, str] | None = None) -> list[Row]:
    """What a query returns of these lines, each later than the one before it, when its parameters have these values.
    Raises Malformed."""
    for name, value in (parameters or {}).items():
        query = query.replace("{{" + name + "}}", value)
    return rows(query, enumerate(lines))


def rows(query: str, events: Iterable[tuple[int, str]]) -> list[Row]:
    """The rows that a query returns of these events, each a moment and a line; every row has what is displayed, without
    what is missing. Raises Malformed."""
    if "{{" in query:
        raise Malformed("a parameter has no value")
    found: list[Row] = [_discovered(line, at) for at, line in events]
    shown: Sequence[str] = ("@timestamp", "@message")  # AWS: what is shown where no command says it
    closed: set[str] | None = None
    for command in parse(query):
        _known(command, closed)
        found = _DO[command.name](command, found)
        names = [name for _, name in command.named]
        if command.name == "stats":
            shown = [*command.by, *names]
            closed = set(shown)
        elif command.name == "display" or (command.name == "fields" and shown == ("@timestamp", "@message")):
            shown = names
        elif command.name == "fields":
            shown = [*dict.fromkeys([*shown, *names])]
        if closed is not None:
            closed |= {*names, command.into} if command.name in ("fields", "unnest") else set()
    return [{name: value for name in shown if (value := get(row, name)) is not None} for row in found]


def _known(command: Command, closed: set[str] | None) -> None:
    """After stats there is nothing but what it made (AWS: stats)."""
    if closed is None:
        return
    wanted = {*command.by, *(e.path for e, _ in command.named if isinstance(e, Field))}
    if missing := {path for path in wanted if path not in closed}:
        raise Malformed(f"stats left no {', '.join(sorted(missing))}")


def _discovered(line: str, at: int) -> Row:
    """Fields of JSON are those of its leaves, by dots; a list has none but its items' (AWS: supported logs)."""
    row: Row = {"@timestamp": at, "@message": line}
    try:
        told = json.loads(line)
    except ValueError:
        return row
    if isinstance(told, dict):
        leaves = dict(_leaves("", told))
        row |= dict(list(leaves.items())[:MOST_FIELDS])
    return row


def _leaves(head: str, value: Value) -> Iterable[tuple[str, Value]]:
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else None
    if inner is None:
        yield head, value
        return
    for name, each in inner:
        yield from _leaves(f"{head}.{name}" if head else str(name), each)


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


def _value(row: Row, expression: Expression) -> Value:
    if isinstance(expression, Field):
        return get(row, expression.path)
    if isinstance(expression, Literal):
        return expression.value
    given = [_value(row, each) for each in expression.of]
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


def _holds(row: Row, test: Value) -> bool:
    op, of = test.op, test.of
    if op in ("and", "or"):
        return (all if op == "and" else any)(_holds(row, each) for each in of)
    if op == "not":
        return not _holds(row, of[0])
    left = _value(row, of[0])
    if op == "ispresent":
        return left is not None
    if isinstance(left, bool):
        raise Malformed(f"{of[0]} is true or false: nothing is documented of how that compares")
    if op == "in":
        return left in [each.value for each in of[1:]]
    if op == "like":
        return isinstance(left, str) and bool(of[1].search(left))
    return _compared(op, left, _value(row, of[1]))


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


def _fields(command: Command, rows: list[Row]) -> list[Row]:
    """What a command makes is there for the next one, and not for itself."""
    made = {name for expression, name in command.named if isinstance(expression, Call)}
    for expression, _ in command.named:
        if isinstance(expression, Field) and expression.path.split(".")[0].split("[")[0] in made:
            raise Malformed(f"{expression.path} is made by the same command")
    return [{**row, **{name: _value(row, expression) for expression, name in command.named}} for row in rows]


def _filter(command: Command, rows: list[Row]) -> list[Row]:
    assert isinstance(command.test, Condition)
    return [row for row in rows if _holds(row, command.test)]


def _parse(command: Command, rows: list[Row]) -> list[Row]:
    assert command.pattern
    found = []
    for row in rows:
        value = _value(row, command.named[0][0])
        match = command.pattern.search(value) if isinstance(value, str) else None
        found.append({**row, **(match.groupdict() if match else {})})
    return found


def _unnest(command: Command, rows: list[Row]) -> list[Row]:
    """A row for each item; what is no list is one item (AWS: unnest)."""
    found = []
    for row in rows:
        value = _value(row, command.named[0][0])
        found += [{**row, command.into: each} for each in (value if isinstance(value, list) else [value])]
    return found


def _stats(command: Command, rows: list[Row]) -> list[Row]:
    groups: dict[tuple[Value, ...], list[Row]] = {}
    for row in rows:
        groups.setdefault(tuple(_plain(get(row, name), "stats") for name in command.by), []).append(row)
    return [
        {**dict(zip(command.by, key, strict=True)), **{name: _gathered(each, those) for each, name in command.named}}
        for key, those in groups.items()
    ]


def _gathered(call: Expression, rows: Sequence[Row]) -> Value:
    if not isinstance(call, Call):
        raise Malformed(f"stats of {call}, which gathers nothing")
    if not call.of:
        return len(rows)
    known = [
        (row["@timestamp"], _plain(found, "stats")) for row in rows if (found := _value(row, call.of[0])) is not None
    ]
    values = [value for _, value in known]
    match call.name:
        case "count":
            return len(values)
        case "count_distinct":
            return len(set(values))
        case "earliest" | "latest":  # of events of one moment AWS does not say which counts
            return (min if call.name == "earliest" else max)(known, default=(0, None))[1]
    return (min if call.name == "min" else max)(values, default=None)


def _sort(command: Command, rows: list[Row]) -> list[Row]:
    (name,) = command.by
    there = [row for row in rows if _plain(get(row, name), "sort") is not None]
    missing = [row for row in rows if get(row, name) is None]
    return [*sorted(there, key=lambda row: get(row, name), reverse=command.descending), *missing]


def _plain(value: Value, command: str) -> Value:
    if isinstance(value, STRUCTURES):
        raise Malformed(f"{command} takes no map or list (AWS: structure types)")
    return value


_DO: Mapping[str, Callable[[Command, list[Row]], list[Row]]] = {
    "fields": _fields,
    "filter": _filter,
    "parse": _parse,
    "unnest": _unnest,
    "stats": _stats,
    "sort": _sort,
    "display": lambda command, rows: rows,
    "limit": lambda command, rows: rows[: command.most],
}
