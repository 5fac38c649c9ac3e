"""What the map shows."""

from datetime import datetime
from enum import IntEnum

from scaudit.model.places import Place, Subject
from scaudit.values import dataclass
from scaudit_cli.map.callers import Callers


class State(IntEnum):
    """How an endpoint stands, by how much it weighs. What is not known is never fine."""

    FINE = 0
    NOTE = 1
    UNKNOWN = 2
    WARNING = 3
    ERROR = 4
    CRITICAL = 5

    @property
    def word(self) -> str:
        """As people read it."""
        return {State.FINE: "nothing found", State.UNKNOWN: "not known"}.get(self, self.name.lower())


@dataclass(frozen=True, slots=True)
class Row:
    """An endpoint, or a service that serves nothing (`endpoint` is empty then). What is None is not known. `aliases`
    are name:port as clients dial it; `says` is the worst that stands against it, `since` when."""

    place: Place
    endpoint: str | None
    namespace: str | None
    aliases: tuple[str, ...] | None
    registered: int | None
    running: int | None
    desired: int | None
    callers: Callers | None
    state: State
    says: str = ""
    since: datetime | None = None


@dataclass(frozen=True, slots=True)
class Trouble:
    """What is wrong, or could not be judged: where, by which check on which endpoint. `facts` tell of how many tasks,
    and why nobody was told."""

    state: State
    place: Place
    subject: Subject
    sentence: str
    fix: str
    since: datetime | None
    facts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Map:
    """The whole page, `at` a moment. `source` tells who was asked, `summary` is its one line, `state` the worst of all.
    `doubts` are sentences that tell what was not looked at, `looked_at` those that tell what was."""

    source: str
    at: datetime
    state: State
    summary: str
    rows: tuple[Row, ...]
    troubles: tuple[Trouble, ...]
    doubts: tuple[str, ...]
    looked_at: tuple[str, ...]
