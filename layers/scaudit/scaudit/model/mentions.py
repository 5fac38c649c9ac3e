"""Names in a namespace, as far as they are shared, called or mistaken."""

from datetime import datetime

from scaudit.values import dataclass


@dataclass(frozen=True, slots=True)
class Collision:
    """What an endpoint has in common with another: `name` is its discovery name or an alias, `other` whose it is too.
    `hidden` tells which services of the namespace could not be seen, empty when all were. `confirmed` is False where no
    answer of AWS to it was ever seen."""

    name: str
    other: str
    hidden: str = ""
    confirmed: bool = True


@dataclass(frozen=True, slots=True)
class Call:
    """That a task definition names an endpoint: where, by which alias, whose it is, and since when it exists."""

    place: str
    alias: str
    owner: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Misnamed:
    """That a task definition names something that its namespace does not serve: where, by which name (never with what
    else the value says), and what is `served` instead, and by whom."""

    place: str
    name: str
    served: str
