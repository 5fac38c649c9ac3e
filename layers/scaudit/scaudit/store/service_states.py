"""The one item that sweeps keep of a service, written only when it changes; and once a day, since records tell then.

pk = region//services#CLUSTER, sk = the service's name: one query has a cluster. Attributes:

    running, desired   numbers, as ECS counts the service's tasks
    endpoints          a list of maps: name (empty for a service that serves nothing), since (ISO 8601, UTC),
                       registered (how many instances Cloud Map has; absent when that could not be read) and,
                       where something stands against it, check, status (fail, unknown, pending), severity (info,
                       warning, error, critical) and members (how many tasks are so; 1 where it is about the service)
    told               a list of texts "VERDICT DIGEST AT + ID ID ID", of tasks of which the same was told at the same
                       time; a verdict of pending or unknown has its checks ("pending,SC201,SC302"), and so has a
                       service that fails beside that ("fail,unknown,SC105"); "+" where the
                       logs of their proxies are judged, with the ids of the checks that they do not tell
                       ("+SC303,SC305"), "-" no longer kept, else "."; the id "-" is the service itself. Of a task
                       that is named twice the last counts
    fingerprint        of all that was read when it was last judged and nothing was left to settle; else absent
    unmet              how many running tasks ECS counted beyond those that were met; absent when none
    written_at         when; one that is older than two days is of a service that no sweep meets any more
    marked_at          when the look of an event last added to what was told; absent when none did since
    expires_at         seconds since 1970: the item goes by itself
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from botocore.exceptions import ClientError

from scaudit.model import Severity, Status
from scaudit.model.places import Place
from scaudit.model.service_states import NOTHING, RETOLD, UNDECIDED, EndpointState, LogMark, ServiceState, Told, Worst
from scaudit.store.keys import own, text
from scaudit.store.table import Key, Table

_LASTS = timedelta(days=7)
_SHOWN = ("pk", "sk", "running", "desired", "endpoints", "written_at")
MOST_MERGES = 5
"""Events may tell of tasks while a sweep's state is written: so often it is merged anew, else the next sweep writes."""
MOST_TOLD = 300_000
"""Bytes of what is remembered of tasks: an item has at most 400 KB (AWS: DynamoDB quotas). A task takes 33 bytes, and
70 more if it is alone in what was told of it; one for which there is no room is told of at every sweep."""


class ServiceStates:
    """The items of one table."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def of(self, places: Iterable[Place]) -> dict[Place, ServiceState]:
        """What is remembered of these services, without those of which nothing is that this version can read."""
        keys = {_key(place): place for place in places}
        items = self._table.fetch(list(keys))
        return dict(self._table.read(lambda item: (keys[item["pk"], item["sk"]], _state(item)), items))

    def of_cluster(
        self, region: str, cluster: str, *, whole: bool = False
    ) -> Iterator[tuple[Place, ServiceState, datetime]]:
        """What is remembered of the services of a cluster, and when each was written; its `whole` only if asked."""
        shown = (*_SHOWN, "told", "fingerprint", "unmet", "marked_at") if whole else _SHOWN

        def known(item: dict[str, Any]) -> tuple[Place, ServiceState, datetime]:
            return Place(region, cluster, item["sk"]), _state({"told": (), **item}), _moment(item["written_at"])

        yield from self._table.read(known, self._table.attributes(own(region, f"services#{cluster}"), shown))

    def keep(
        self, place: Place, state: ServiceState, at: datetime, before: ServiceState = NOTHING
    ) -> ServiceState | None:
        """Remember how a service stood `at` a moment; what looks of events have told since `before` was read is added
        (`mark`), so that it is judged anew. Returns what is remembered, or None when a later look is on record."""
        if self._put(place, state, at, before.marked_at):
            return state
        for _ in range(MOST_MERGES):
            item = next(self._table.fetch([_key(place)]), None)
            if item is None or not str(item["written_at"]) <= text(at):
                break
            merged = _with_marks(state, item, next(self._table.read(_state, [item]), NOTHING), before)
            if self._put(place, merged, at, merged.marked_at):
                return merged
        return None

    def _put(self, place: Place, state: ServiceState, at: datetime, marked_at: str) -> bool:
        """Write it, unless there is a later one, or a look of an event told something after `marked_at`. Not by the
        time: what an event tells is written a while after it was found."""
        pk, sk = _key(place)
        item = {
            "pk": pk,
            "sk": sk,
            "running": state.running,
            "desired": state.desired,
            "endpoints": [_endpoint_item(each) for each in state.endpoints],
            "told": list(_told_item(state.told)),
            "fingerprint": state.fingerprint or None,
            "unmet": state.unmet or None,
            "written_at": text(at),
            "marked_at": state.marked_at or None,
            "expires_at": int((at + _LASTS).timestamp()),
        }
        earlier = "written_at <= :at AND attribute_not_exists(marked_at) OR written_at <= :at AND marked_at = :marked"
        condition = f"attribute_not_exists(written_at) OR {earlier}"
        return self._table.put(item, condition, {":at": text(at), ":marked": marked_at})

    def mark(self, place: Place, told: Mapping[str, Told], at: datetime) -> None:
        """Add what was told of tasks meanwhile. Nothing is read before: looks of many batches may write at once, and a
        sweep that began before does not undo it (`keep`)."""
        update = "SET told = list_append(told, :told), marked_at = :at REMOVE fingerprint"
        values = {":told": list(_told_item(told)), ":at": text(at), ":list": "L"}
        try:
            self._table.update(*_key(place), update, "attribute_type(told, :list)", values)
        except ClientError as error:
            if error.response["Error"].get("Code") != "ValidationException":
                raise
            self.forget(place)  # it would be larger than an item may be: the next sweep tells everything anew

    def forget(self, place: Place) -> None:
        """The service is gone, or takes no part in Service Connect any more."""
        self._table.delete(*_key(place))


def _key(place: Place) -> Key:
    return own(place.region, f"services#{place.cluster}"), place.service


def _endpoint_item(endpoint: EndpointState) -> dict[str, Any]:
    registered = {} if endpoint.registered is None else {"registered": endpoint.registered}
    worst = endpoint.worst
    against = {name: getattr(worst, name) for name in Worst.__slots__} if worst else {}
    return {"name": endpoint.name, "since": text(endpoint.since), **registered, **against}


def _told_item(members: Mapping[str, Told]) -> Iterator[str]:
    alike: dict[Told, str] = {}
    for member, told in sorted(members.items()):
        found = ",".join(filter(None, (told.verdict, told.beside, *told.because)))
        head = f"{found} {told.digest} {told.at.isoformat()} {told.log}"
        alike[told] = f"{alike.get(told, head)} {member}"
    room = MOST_TOLD
    for group in sorted(alike.values(), key=len, reverse=True):
        room -= len(group)
        if room >= 0:
            yield group


def _with_marks(state: ServiceState, item: dict[str, Any], kept: ServiceState, before: ServiceState) -> ServiceState:
    """A state with what events have told since `before` was read; what is known of the logs is the state's."""
    later = {task: each for task, each in kept.told.items() if each.digest == RETOLD and each != before.told.get(task)}
    marked = {task: replace(each, log=state.told[task].log) for task, each in later.items() if task in state.told}
    return replace(state, told={**state.told, **marked}, fingerprint="", marked_at=str(item.get("marked_at") or ""))


def _state(item: dict[str, Any]) -> ServiceState:
    _moment(item["written_at"])
    return ServiceState(
        running=int(item["running"]),
        desired=int(item["desired"]),
        endpoints=tuple(map(_endpoint, item["endpoints"])),
        told=dict(told for group in item["told"] for told in _told(group)),
        fingerprint=str(item.get("fingerprint") or ""),
        marked_at=str(item.get("marked_at") or ""),
        unmet=int(item.get("unmet") or 0),
    )


def _endpoint(item: dict[str, Any]) -> EndpointState:
    return EndpointState(
        name=str(item["name"]),
        registered=int(item["registered"]) if "registered" in item else None,
        worst=_worst(item) if "check" in item else None,
        since=_moment(item["since"]),
    )


def _worst(item: dict[str, Any]) -> Worst:
    severity = Severity[item["severity"].upper()].word
    return Worst(str(item["check"]), Status(item["status"]), severity, int(item["members"]))


def _moment(told: str) -> datetime:
    at = datetime.fromisoformat(told)
    if at.tzinfo is None:
        raise ValueError(f"{told} does not say in which zone")
    return at


def _told(group: str) -> Iterator[tuple[str, Told]]:
    found, digest, at, log, *members = group.split(" ")
    verdict, *because = found.split(",")
    beside = because.pop(0) if because and because[0] in UNDECIDED else ""
    told = Told(verdict, digest, _moment(at), LogMark.of(log), tuple(because), beside)
    return ((member, told) for member in members)
