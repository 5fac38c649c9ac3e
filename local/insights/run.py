"""A query run over log lines, as far as the documentation says what comes of it; else it is Malformed."""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence

from local.insights.grammar import parse
from local.insights.terms import Call, Command, Condition, Expression, Field, Malformed
from local.insights.values import STRUCTURES, Row, Value, get, holds, value_of

MOST_FIELDS = 200
"""AWS: supported logs and discovered fields."""


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
    commands = parse(query)
    _twice(commands)
    for command in commands:
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


def _twice(commands: Sequence[Command]) -> None:
    """There may be two stats, and nothing is sorted or cut before the second (AWS: multiple stats commands)."""
    names = [command.name for command in commands]
    last = len(names) - names[::-1].index("stats") if "stats" in names else 0
    if names.count("stats") > 2 or (names.count("stats") == 2 and {"sort", "limit"} & {*names[:last]}):
        raise Malformed("a query has two stats at most, and sorts and limits after them")


def _known(command: Command, closed: set[str] | None) -> None:
    """After stats there is nothing but what it made (AWS: stats)."""
    if closed is None:
        return
    named = [part for expression, _ in command.named for part in (expression, *_of(expression))]
    if any(isinstance(part, Call) and part.name in ("earliest", "latest") for part in named):
        raise Malformed("after stats there is no time that would be the earliest or latest")
    wanted = {*command.by, *(part.path for part in named if isinstance(part, Field))}
    if missing := {path for path in wanted if path not in closed}:
        raise Malformed(f"stats left no {', '.join(sorted(missing))}")


def _of(expression: Expression) -> Sequence[Expression]:
    return expression.of if isinstance(expression, Call) else ()


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


def _fields(command: Command, rows: list[Row]) -> list[Row]:
    """What a command makes is there for the next one, and not for itself."""
    made = {name for expression, name in command.named if isinstance(expression, Call)}
    for expression, _ in command.named:
        if isinstance(expression, Field) and expression.path.split(".")[0].split("[")[0] in made:
            raise Malformed(f"{expression.path} is made by the same command")
    return [{**row, **{name: value_of(row, expression) for expression, name in command.named}} for row in rows]


def _filter(command: Command, rows: list[Row]) -> list[Row]:
    assert isinstance(command.test, Condition)
    return [row for row in rows if holds(row, command.test)]


def _parse(command: Command, rows: list[Row]) -> list[Row]:
    assert command.pattern
    found = []
    for row in rows:
        value = value_of(row, command.named[0][0])
        match = command.pattern.search(value) if isinstance(value, str) else None
        found.append({**row, **(match.groupdict() if match else {})})
    return found


def _unnest(command: Command, rows: list[Row]) -> list[Row]:
    """A row for each item; what is no list is one item (AWS: unnest)."""
    found = []
    for row in rows:
        value = value_of(row, command.named[0][0])
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
        (row.get("@timestamp", 0), _plain(found, "stats"))
        for row in rows
        if (found := value_of(row, call.of[0])) is not None
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
