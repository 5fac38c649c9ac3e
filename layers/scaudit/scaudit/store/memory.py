"""Facts that never change, or not within a day: kept in this process, and in the table for the next one."""

from collections.abc import Callable, Iterable
from contextlib import suppress
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from scaudit.store.codec import Unfamiliar, plain, restored
from scaudit.store.keys import own, text

if TYPE_CHECKING:  # boto3 is slow to import, and `scaudit check` remembers without a table
    from scaudit.store.table import Table

FOR_EVER = timedelta(days=90)
"""A fact that nobody asked for in so long is read anew."""
_SORT = "fact"


class Memory:
    """What was read once. Without a table it lasts as long as the process."""

    def __init__(self, region: str, table: "Table | None", clock: Callable[[], datetime]) -> None:
        self._region, self._table, self._clock = region, table, clock
        self._known: dict[str, tuple[Any, datetime]] = {}
        self._sought: set[str] = set()

    def recall(self, names: Iterable[str]) -> None:
        """Fetch from the table, in few calls, what of these facts is not at hand."""
        wanted = [name for name in dict.fromkeys(names) if name not in self._sought]
        if self._table is None or not wanted:
            return
        self._sought.update(wanted)
        keys = {(own(self._region, name), _SORT): name for name in wanted}
        for item in self._table.fetch(list(keys)):
            with suppress(Unfamiliar, KeyError, TypeError, ValueError):  # of another version, or odd: read anew
                self._known[keys[item["pk"], _SORT]] = restored(item["value"]), datetime.fromisoformat(item["until"])

    def get(self, name: str) -> Any | None:  # noqa: ANN401
        """The fact of this name, None when it is not known (any more)."""
        self.recall([name])
        value, until = self._known.get(name, (None, self._clock()))
        return value if self._clock() < until else None

    def keep(self, name: str, value: object, lasts: timedelta = FOR_EVER) -> None:
        """Remember a fact."""
        until = self._clock() + lasts
        self._known[name] = value, until
        if self._table:
            item = {"pk": own(self._region, name), "sk": _SORT, "value": plain(value), "until": text(until)}
            self._table.put(item | {"expires_at": int(until.timestamp())})

    def forget(self, name: str) -> None:
        """A fact is doubted: it is to be read anew."""
        self._known.pop(name, None)
        if self._table:
            self._table.delete(own(self._region, name), _SORT)
