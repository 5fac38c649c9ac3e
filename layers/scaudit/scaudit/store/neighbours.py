"""Who is in a namespace: what each service of it last declared, kept so that a sweep need not ask again."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from scaudit.model import Neighbour
from scaudit.store.codec import Unfamiliar, plain, restored
from scaudit.store.keys import own, text
from scaudit.store.table import Table

_FRESH = timedelta(days=1)
_EXPIRES = timedelta(days=3)
"""A service that no sweep confirmed for so long is none of the namespace's any more."""
_SORT = "neighbour#"


@dataclass(slots=True)
class _Kept:
    neighbour: Neighbour
    seen_at: datetime


@dataclass(slots=True)
class Mesh:
    """The services of the namespaces of one Region, as one batch sees them: what is known of each namespace by now."""

    region: str
    table: Table
    _known: dict[str, dict[str, _Kept]] = field(default_factory=dict, init=False)

    def neighbours(self, namespace_name: str) -> tuple[Neighbour, ...]:
        """Every service known in the namespaces of this name."""
        return tuple(kept.neighbour for _, kept in sorted(self._of(namespace_name).items()))

    def keep(self, neighbour: Neighbour, at: datetime) -> None:
        """Remember what a service declares now; written only when it is news, or a day old."""
        known, name = self._of(neighbour.namespace_name), _name(neighbour)
        if name in known and known[name].neighbour == neighbour and at < known[name].seen_at + _FRESH:
            return
        known[name] = _Kept(neighbour, at)
        item = {"pk": self._pk(neighbour.namespace_name), "sk": _SORT + name, "value": plain(neighbour)}
        self.table.put(item | {"seen_at": text(at), "expires_at": int((at + _EXPIRES).timestamp())})

    def forget(self, neighbours: Sequence[Neighbour]) -> None:
        """These are not, or not as they were, in their namespace any more."""
        for neighbour in neighbours:
            self._of(neighbour.namespace_name).pop(_name(neighbour), None)
            self.table.delete(self._pk(neighbour.namespace_name), _SORT + _name(neighbour))

    def _of(self, namespace_name: str) -> dict[str, _Kept]:
        if namespace_name not in self._known:
            found: dict[str, _Kept] = {}
            for item in self.table.query(self._pk(namespace_name), _SORT):
                try:
                    kept = _Kept(restored(item["value"]), datetime.fromisoformat(item["seen_at"]))
                except Unfamiliar:
                    continue  # another version of scaudit wrote it: the next sweep writes it anew
                found[_name(kept.neighbour)] = kept
            self._known[namespace_name] = found
        return self._known[namespace_name]

    def _pk(self, namespace_name: str) -> str:
        return own(self.region, f"mesh#{namespace_name}")


def _name(neighbour: Neighbour) -> str:
    return f"{neighbour.cluster}/{neighbour.service}"
