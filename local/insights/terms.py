"""What the commands of a query consist of."""

import re
from dataclasses import dataclass


class Malformed(Exception):
    """Logs Insights would refuse the query, or nothing documented says what it does."""


@dataclass(frozen=True)
class Field:
    """A field by its path, as `finding.check` or `failed.0`."""

    path: str


@dataclass(frozen=True)
class Literal:
    """A string or a number."""

    value: str | int


@dataclass(frozen=True)
class Call:
    """A function of fields and literals; `*` is no argument."""

    name: str
    of: tuple["Expression", ...]


@dataclass(frozen=True)
class Condition:
    """A comparison, `in`, `like`, or `and`, `or`, `not` of others."""

    op: str
    of: tuple["Expression | Condition | re.Pattern[str]", ...]


Expression = Field | Literal | Call
Named = tuple[Expression, str]


@dataclass(frozen=True)
class Command:
    """One command: what it takes depends on its name. `named` are expressions and what they are called; `by` are the
    fields of stats and sort, `into` the new field of unnest."""

    name: str
    named: tuple[Named, ...] = ()
    test: Condition | None = None
    pattern: re.Pattern[str] | None = None
    by: tuple[str, ...] = ()
    descending: bool = False
    into: str = ""
    most: int = 0
