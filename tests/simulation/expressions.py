"""DynamoDB's condition and update expressions, as far as scaudit writes them; any other raises."""

import operator
import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from tests.simulation.runs import NotFaked

Item = Mapping[str, Any]
_ABSENT = re.compile(r"attribute_not_exists\((#?\w+)\)")
_OF_TYPE = re.compile(r"attribute_type\((\w+), (:\w+)\)")
_APPENDED = re.compile(r"(\w+) = list_append\((\w+), (:\w+)\)")
_COMPARED = re.compile(r"(#?\w+) (=|<>|<=|<) (:\w+)")
_SET = re.compile(r"(#?\w+) = (?:if_not_exists\((#?\w+), (:\w+)\)|(:\w+))")
_ADD = re.compile(r"(\w+) (:\w+)")
_OPERATORS: dict[str, Callable[[Any, Any], bool]] = {"=": operator.eq, "<": operator.lt, "<=": operator.le}


class Request:
    """The names and values of one request. DynamoDB refuses those that no expression uses."""

    def __init__(self, names: Mapping[str, str] | None, values: Mapping[str, Any] | None) -> None:
        self._names, self._values = names or {}, values or {}
        self._used: set[str] = set()

    def name(self, token: str) -> str:
        self._used.add(token)
        return self._names[token] if token.startswith("#") else token

    def value(self, token: str) -> Any:
        self._used.add(token)
        if token not in self._values:
            raise NotFaked(f"{token} has no value: DynamoDB refuses the request")
        return self._values[token]

    def all_used(self) -> None:
        if unused := {*self._names, *self._values} - self._used:
            raise NotFaked(f"no expression uses {sorted(unused)}: DynamoDB refuses the request")


def holds(condition: str, item: Item, request: Request) -> bool:
    """Whether a condition holds for an item; AND binds before OR. Every term is read, so that none goes unchecked."""
    either = [[_term(term, item, request) for term in side.split(" AND ")] for side in condition.split(" OR ")]
    return any(all(terms) for terms in either)


def _term(term: str, item: Item, request: Request) -> bool:
    if found := _ABSENT.fullmatch(term):
        return request.name(found[1]) not in item
    if found := _OF_TYPE.fullmatch(term):
        return item.get(found[1], {}).keys() == {request.value(found[2])["S"]}
    if not (found := _COMPARED.fullmatch(term)):
        raise NotFaked(f"condition {term!r}")
    mine, given = item.get(request.name(found[1])), request.value(found[3])
    if found[2] == "<>":
        return mine != given  # an attribute that is not there differs from everything
    if mine is None or mine.keys() != given.keys():
        return False  # nothing compares with another type
    return _OPERATORS[found[2]](_plain(mine), _plain(given))


def _plain(value: Mapping[str, Any]) -> Any:
    ((kind, raw),) = value.items()
    if kind not in ("S", "N"):
        raise NotFaked(f"comparison of type {kind}")
    return Decimal(raw) if kind == "N" else raw


def updated(expression: str, item: Item, request: Request) -> dict[str, Any]:
    """The item after an update; what is read is read from the item as it was."""
    after = dict(item)
    head, *parts = re.split(r"(?:^| )(SET|ADD|REMOVE) ", expression)
    if head:
        raise NotFaked(f"update {expression!r}")
    for clause, body in zip(parts[::2], parts[1::2], strict=True):
        for action in re.split(r", (?=#?\w+(?: |,|$))", body):
            _apply(clause, action, item, after, request)
    return after


def _apply(clause: str, action: str, before: Item, after: dict[str, Any], request: Request) -> None:
    if clause == "REMOVE" and re.fullmatch(r"\w+", action):
        after.pop(action, None)
    elif clause == "ADD" and (found := _ADD.fullmatch(action)):
        sum = Decimal(before.get(found[1], {"N": "0"})["N"]) + Decimal(request.value(found[2])["N"])
        after[found[1]] = {"N": str(sum)}
    elif clause == "SET" and (found := _APPENDED.fullmatch(action)):
        after[found[1]] = {"L": [*before[found[2]]["L"], *request.value(found[3])["L"]]}
    elif clause == "SET" and (found := _SET.fullmatch(action)):
        given = request.value(found[3] or found[4])
        after[request.name(found[1])] = before.get(request.name(found[2]), given) if found[2] else given
    else:
        raise NotFaked(f"{clause} {action!r}")
