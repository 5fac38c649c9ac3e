"""Who is in a namespace: what each service of it last declared, kept so that a sweep need not ask again."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import field
from datetime import datetime, timedelta
from typing import Any

from scaudit.model import Neighbour
from scaudit.model.mentioned_names import digest
from scaudit.store.codec import plain, restored
from scaudit.store.keys import own, text
from scaudit.store.table import Table
from scaudit.values import dataclass

_FRESH = timedelta(days=1)
_EXPIRES = timedelta(days=3)
"""A service that no sweep confirmed for so long is none of the namespace's any more."""
_SORT, _PARENT = "neighbour#", "parent#"


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
    _told: dict[str, tuple[Neighbour, ...]] = field(default_factory=dict, init=False)
    _namespaces: dict[str, set[str]] | None = field(default=None, init=False)
    _indexed: set[str] = field(default_factory=set, init=False)

    def neighbours(self, namespace_name: str) -> tuple[Neighbour, ...]:
        """Every service known in the namespaces of this name."""
        if namespace_name not in self._told:
            self._told[namespace_name] = tuple(kept.neighbour for _, kept in sorted(self._of(namespace_name).items()))
        return self._told[namespace_name]

    def namespaces(self) -> dict[str, set[str]]:
        """The names of all namespaces where something is served, each with the digests of what follows the first dot of
        a name that is served there."""
        if self._namespaces is None:
            self._namespaces = {}
            for item in self.table.query(self._index(), _PARENT):
                namespace, parent = item["sk"].removeprefix(_PARENT).split(" ")
                self._namespaces.setdefault(namespace, set()).add(parent)
        return self._namespaces

    def elsewhere(self, parents: Collection[str], but: str) -> tuple[Neighbour, ...]:
        """Every service known in namespaces of another name than `but`, where one of these digests is of what follows
        the first dot of a name that is served there."""
        meant = [name for name, its in self.namespaces().items() if name != but and not its.isdisjoint(parents)]
        return tuple(neighbour for name in sorted(meant) for neighbour in self.neighbours(name))

    def keep(self, neighbour: Neighbour, at: datetime) -> None:
        """Remember what a service declares now; written only when it is news, or a day old."""
        known, name = self._of(neighbour.namespace_name), _name(neighbour)
        if name in known and known[name].neighbour == neighbour and at < known[name].seen_at + _FRESH:
            return
        known[name] = _Kept(neighbour, at)
        self._told.pop(neighbour.namespace_name, None)
        item = {"pk": self._pk(neighbour.namespace_name), "sk": _SORT + name, "value": plain(neighbour)}
        lasts = {"seen_at": text(at), "expires_at": int((at + _EXPIRES).timestamp())}
        self.table.put(item | lasts)
        parents = {f"{_PARENT}{neighbour.namespace_name} {parent}" for parent in _parents(neighbour)} - self._indexed
        self.table.put_all([{"pk": self._index(), "sk": parent, **lasts} for parent in sorted(parents)])
        self._indexed |= parents

    def forget(self, neighbours: Sequence[Neighbour]) -> None:
        """These are not, or not as they were, in their namespace any more."""
        for neighbour in neighbours:
            self._of(neighbour.namespace_name).pop(_name(neighbour), None)
            self._told.pop(neighbour.namespace_name, None)
            self.table.delete(self._pk(neighbour.namespace_name), _SORT + _name(neighbour))

    def _of(self, namespace_name: str) -> dict[str, _Kept]:
        if namespace_name not in self._known:
            found: dict[str, _Kept] = {}
            for kept in self.table.read(_kept, self.table.query(self._pk(namespace_name), _SORT)):
                found[_name(kept.neighbour)] = kept  # of another version: the next sweep writes it anew
            self._known[namespace_name] = found
        return self._known[namespace_name]

    def _index(self) -> str:
        return own(self.region, "meshes")

    def _pk(self, namespace_name: str) -> str:
        return own(self.region, f"mesh#{namespace_name}")


def _kept(item: dict[str, Any]) -> _Kept:
    return _Kept(restored(item["value"]), datetime.fromisoformat(item["seen_at"]))


def _name(neighbour: Neighbour) -> str:
    return f"{neighbour.cluster}/{neighbour.service}"


def _parents(neighbour: Neighbour) -> Iterator[str]:
    """The digests of what follows the first dot of each name by which somebody may call its endpoints."""
    for endpoint in neighbour.endpoints:
        yield digest(neighbour.namespace_name)
        for name in endpoint.names(neighbour.namespace_name):
            if "." in name:
                yield digest(name.partition(".")[2])
