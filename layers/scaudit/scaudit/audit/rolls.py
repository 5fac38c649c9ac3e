"""What looks at whole services verified, and which of it has a record of its own: what is new, what changed, and all of
it once a day."""

import json
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import field, replace
from datetime import datetime, timedelta
from hashlib import blake2b
from typing import Any

from scaudit.audit.records import verified_records
from scaudit.audit.worst import is_same, is_settled, worst
from scaudit.checks.check import Verdict
from scaudit.collect.services import Whole
from scaudit.model import Service, Status, Unread
from scaudit.model.places import Place
from scaudit.model.service_states import (
    NOTHING,
    OPEN,
    RETOLD,
    SERVICE,
    UNDECIDED,
    EndpointState,
    LogMark,
    ServiceState,
    Told,
)
from scaudit.store.service_states import ServiceStates
from scaudit.values import dataclass

TOLD_EVERY = timedelta(days=1)
_ANSWERS = ("verdict", "reason", "failed", "unknown", "pending", "findings")
"""The fields of a record that make it news. Between passed and skipped a check goes once a proxy's log was judged."""


@dataclass(eq=False)
class Remembered(dict[Place, ServiceState]):
    """One batch's view of what is remembered of services, by their places, each read once."""

    states: ServiceStates

    def recall(self, places: Sequence[Place]) -> None:
        """Fetch these in few calls."""
        wanted = [place for place in places if place not in self]
        self.update(dict.fromkeys(wanted, NOTHING) | self.states.of(wanted))

    def __missing__(self, place: Place) -> ServiceState:
        self.recall([place])
        return self[place]


@dataclass(slots=True)
class Roll:
    """One look at a whole service `at` a moment: what it told, or found to be as it was told, of each task by its id
    and of the service itself, and the `whole` that it saw, by its `fingerprint` where it may be recognised; `unchanged`
    is one that was. `before` is what was remembered."""

    before: ServiceState
    at: datetime
    told: dict[str, Told] = field(default_factory=dict)
    whole: Whole | None = None
    fingerprint: str = ""
    unchanged: bool = False

    @property
    def unmet(self) -> int:
        """How many running tasks ECS counts beyond those that were met, at this look and at the last: a task may have
        stopped or started between two reads. Where the list was refused that is why."""
        if self.whole is None:
            return 0
        return self.whole.unmet if self.whole.unlisted else min(self.whole.unmet, self.before.unmet)

    def is_news(self, member: str, record: Mapping[str, Any]) -> bool:
        """Whether a record is to be written: nothing was told before, or something else, or a day ago."""
        digest, known = _digest(record), self.before.told.get(member)
        if known and known.digest == digest and not self.is_due(known):
            self.told[member] = known
            return False
        log = known.log if known else OPEN
        self.told[member] = _told(record, digest, self.at, log, beside=member == SERVICE)
        return True

    def is_due(self, known: Told) -> bool:
        """Whether what was told is to be told again, however it is now."""
        return self.at >= known.at + TOLD_EVERY

    def same(self, whole: Whole) -> Counter[str]:
        """Everything is as it was told; counts the tasks by their verdicts."""
        self.whole, self.unchanged = whole, True
        self.told = {member: self.before.told[member] for member in (SERVICE, *whole.tasks)}
        return Counter(self.before.told[task].verdict for task in whole.tasks)

    def verified(self) -> dict[str, list[str]]:
        """The tasks, by their verdicts."""
        found: dict[str, list[str]] = {}
        for member, told in sorted(self.told.items()):
            if member != SERVICE:
                found.setdefault(told.verdict, []).append(member)
        return found

    def after(
        self, service: Service, verdicts: Sequence[Verdict], logs: Mapping[str, LogMark], *, complete: bool
    ) -> ServiceState:
        """What is to be remembered now: `verdicts` are everything that was found, of every running task if the look was
        `complete`, and `logs` marks the tasks whose proxies' logs need not be read."""
        before = {endpoint.name: endpoint for endpoint in self.before.endpoints}
        registered = self.whole.registered if self.whole else {}
        rows = []
        for name in [endpoint.name for endpoint in service.endpoints] or [""]:
            found = registered.get(name)
            count = None if found is None or isinstance(found, Unread) else len(found)
            against, known = worst([v for v in verdicts if v.endpoint in ("", name)]), before.get(name)
            since = known.since if known and is_same(known.worst, against) else self.at
            rows.append(EndpointState(name, count, against, since))
        told = {member: replace(each, log=logs.get(member, OPEN)) for member, each in self.told.items()}
        settled = complete and all(map(is_settled, verdicts))
        return ServiceState(
            service.running,
            service.desired,
            tuple(rows),
            told,
            self.fingerprint if settled else "",
            unmet=self.whole.unmet if self.whole else 0,
        )


@dataclass(eq=False)
class Rolls(dict[Place, Roll]):
    """The services of one batch that are being looked at as a whole."""

    region: str
    states: ServiceStates
    remembered: Remembered
    write: Callable[[Mapping[str, Any]], None]
    retold: dict[Place, dict[str, Told]] = field(default_factory=dict)

    def apart(self, place: Place, task: str, record: Mapping[str, Any], at: datetime) -> None:
        """An event's look tells this of a task. One that has stopped is met by no sweep again."""
        if record.get("task_status") == "STOPPED":
            return
        known = self.remembered[place].told.get(task)
        if known and known.digest != _digest(record):
            self.retold.setdefault(place, {})[task] = _told(record, RETOLD, at, known.log)

    def mark(self, at: datetime) -> None:
        """Remember of which tasks something else was told than by the last sweep: one write for each service."""
        for place, told in self.retold.items():
            self.states.mark(place, told, at)
            del self.remembered[place]
        self.retold.clear()

    def begin(self, cluster: str, found: Mapping[str, Service | Unread | None], at: datetime) -> list[Service]:
        """Those of these services that take part in Service Connect, each with a roll. The others are forgotten."""
        places = {name: Place(self.region, cluster, name) for name in found}
        self.remembered.recall(list(places.values()))
        meshed = []
        for name, service in found.items():
            if isinstance(service, Service) and service.meshed:
                self[places[name]] = Roll(self.remembered[places[name]], at)
                meshed.append(service)
            elif not isinstance(service, Unread) and self.remembered[places[name]] != NOTHING:
                self.states.forget(places[name])
        return meshed

    def end(
        self,
        service: Service,
        verdicts: Sequence[Verdict],
        logs: Mapping[tuple[Place, str], LogMark],
        *,
        complete: bool,
    ) -> None:
        """Write what was verified of a service, and remember it where it changed (`Roll.after`)."""
        place = Place(self.region, service.cluster, service.name)
        roll = self.pop(place, None)
        if roll is None or SERVICE not in roll.told:
            return  # it says it is of another cluster, or the look at it broke: SC901 tells
        own = roll.told[SERVICE].verdict
        for record in verified_records(self.region, service, own, roll.verified(), roll.at, roll.unmet):
            self.write(record)
        if roll.unchanged:
            return
        mine = {task: mark for (home, task), mark in logs.items() if home == place}
        after = roll.after(service, verdicts, mine, complete=complete)
        if after != roll.before and (kept := self.states.keep(place, after, roll.at, roll.before)):
            self.remembered[place] = kept


def _told(record: Mapping[str, Any], digest: str, at: datetime, log: LogMark, *, beside: bool = False) -> Told:
    verdict = record["verdict"]
    if beside and verdict == Status.FAIL:
        hidden: str = next((status for status in UNDECIDED if status in record), "")
        return Told(verdict, digest, at, log, tuple(record[hidden]) if hidden else (), hidden)
    return Told(verdict, digest, at, log, tuple(record.get(verdict, ())) if verdict in UNDECIDED else ())


def _digest(record: Mapping[str, Any]) -> str:
    found = json.dumps([record.get(name) for name in _ANSWERS], separators=(",", ":"))
    return blake2b(found.encode(), digest_size=6).hexdigest()
