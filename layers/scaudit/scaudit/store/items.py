"""Items of the table from and to model values; their keys are in `keys`."""

import json
from datetime import datetime, timedelta
from typing import Any, Generic, TypeVar

from scaudit.model import Severity
from scaudit.model.incidents import Incident, Open, Phase, Share
from scaudit.model.places import Place, Subject
from scaudit.store.changes import DigestDue, IncidentChanged
from scaudit.store.keys import INCIDENT, SWEPT, digests, estate, standing_in, text
from scaudit.values import dataclass


@dataclass(frozen=True, slots=True)
class DigestState:
    """What is remembered of a digest: whether a look at it is `on_its_way`, whether something `waits` in it that every
    sweep looks at, and when it was last told, as far as that matters."""

    on_its_way: bool = False
    waits: bool = False
    told_at: datetime | None = None


S = TypeVar("S", Incident, DigestState)


@dataclass(frozen=True, slots=True)
class Kept(Generic[S]):
    """An incident or a digest as the table keeps it. `outbox` is an announcement that may not have been published yet,
    and `outbox_at` when it was put there."""

    state: S
    revision: int = 0
    outbox: str = ""
    outbox_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Swept:
    """What the last sweep of a cluster went through: meshed services, their running tasks and how many of these were
    verified, and the ids of the checks."""

    cluster: str
    services: int
    tasks: int
    verified: int
    checks: tuple[str, ...]
    at: datetime


def incident_of(item: dict[str, Any]) -> Kept[Incident]:
    """A decoded incident item. Earlier versions did not keep how bad users know it to be: as bad as it is then, so that
    an update tells nothing twice."""
    severity = Severity[item.get("severity", "info").upper()]
    told = int(item["told"])
    incident = Incident(
        phase=Phase(item["phase"]),
        episode=int(item["episode"]),
        opened_at=_moment(item.get("opened_at")),
        clear_since=_moment(item.get("clear_since")),
        told=told,
        told_at_once=int(item.get("told_at_once", 0)),
        told_at=_moment(item.get("told_at")),
        growths=int(item["growths"]),
        noticed_at=_moment(item.get("noticed_at")),
        severity=severity,
        baseline=item.get("baseline", False),
        told_severity=Severity[item["told_severity"].upper()] if "told_severity" in item else severity,
        share=Share(int(item.get("share", Share.ALL if told else Share.SOME))),
        resolved_at=_moment(item.get("resolved_at")),
        returns=int(item.get("returns", 0)),
        calm=timedelta(seconds=int(item.get("calm", 0))),
    )
    return Kept(incident, **_outbox_of(item))


def entry_of(item: dict[str, Any]) -> tuple[IncidentChanged, Incident]:
    """A decoded incident item, and which incident it is."""
    of = IncidentChanged(Place.of(item["pk"]), Subject.of(item["sk"].removeprefix(INCIDENT)))
    return of, incident_of(item).state


def incident_item(of: IncidentChanged, kept: Kept[Incident]) -> dict[str, Any]:
    """The item of an incident, plain."""
    incident = kept.state
    return _item(of.place, of.key, kept, at_rest=incident.phase is Phase.QUIET) | {
        "phase": incident.phase,
        "episode": incident.episode,
        "opened_at": _optional(incident.opened_at),
        "clear_since": _optional(incident.clear_since),
        "told": incident.told,
        "told_at_once": incident.told_at_once,
        "told_at": _optional(incident.told_at),
        "growths": incident.growths,
        "noticed_at": _optional(incident.noticed_at),
        "severity": incident.severity.word,
        "baseline": incident.baseline,
        "told_severity": incident.told_severity.word,
        "share": incident.share.value,
        "resolved_at": _optional(incident.resolved_at),
        "returns": incident.returns,
        "calm": int(incident.calm.total_seconds()),
        "speaking_in": of.place.region if incident.phase is Phase.OPEN and incident.noticed_at else None,
    }


def digest_of(item: dict[str, Any]) -> Kept[DigestState]:
    """A decoded digest item."""
    on_its_way = bool(item["told"])
    waits = not on_its_way and Phase(item["phase"]) is Phase.OPEN
    return Kept(DigestState(on_its_way, waits, _moment(item.get("told_at"))), **_outbox_of(item))


def digest_item(of: DigestDue, kept: Kept[DigestState]) -> dict[str, Any]:
    """The item of a digest, plain: with the attributes that an incident has, which earlier versions want to find."""
    state = kept.state
    return _item(digests(of.region), of.key, kept, at_rest=not (state.on_its_way or state.waits)) | {
        "phase": Phase.OPEN if state.on_its_way or state.waits else Phase.QUIET,
        "episode": 0,
        "told": int(state.on_its_way),
        "told_at": _optional(state.told_at),
        "growths": 0,
    }


def _item(place: Place, key: tuple[str, str], kept: Kept[Any], *, at_rest: bool) -> dict[str, Any]:
    pk, name = key
    return {
        "pk": pk,
        "sk": INCIDENT + name,
        "revision": kept.revision,
        "outbox": kept.outbox or None,
        "outbox_at": _optional(kept.outbox_at),
        "standing_in": None if at_rest and not kept.outbox else standing_in(place.region, place.cluster),
    }


def _outbox_of(item: dict[str, Any]) -> dict[str, Any]:
    if outbox := item.get("outbox"):
        json.loads(outbox)
    return {
        "revision": int(item["revision"]),
        "outbox": item.get("outbox", ""),
        "outbox_at": _moment(item.get("outbox_at")),
    }


def open_of(item: dict[str, Any]) -> Open:
    """A decoded item of the index `speaking`."""
    return Open(
        place=Place.of(item["pk"]),
        subject=Subject.of(item["sk"].removeprefix(INCIDENT)),
        severity=Severity[item["severity"].upper()],
        opened_at=datetime.fromisoformat(item["opened_at"]),
        noticed_at=datetime.fromisoformat(item["noticed_at"]),
        told_at=_moment(item.get("told_at")),
        baseline=item["baseline"],
    )


def swept_item(region: str, swept: Swept) -> dict[str, Any]:
    """The item of what a sweep went through, plain."""
    return {
        "pk": estate(region).key,
        "sk": SWEPT + swept.cluster,
        "services": swept.services,
        "tasks": swept.tasks,
        "verified": swept.verified,
        "checks": list(swept.checks),
        "swept_at": text(swept.at),
    }


def swept_of(item: dict[str, Any]) -> Swept:
    """A decoded item of what a sweep went through."""
    if not isinstance(item["checks"], list):
        raise ValueError("checks is no list")
    return Swept(
        cluster=item["sk"].removeprefix(SWEPT),
        services=int(item["services"]),
        tasks=int(item["tasks"]),
        verified=int(item["verified"]),
        checks=tuple(item["checks"]),
        at=datetime.fromisoformat(item["swept_at"]),
    )


def _optional(moment: datetime | None) -> str | None:
    return text(moment) if moment else None


def _moment(told: str | None) -> datetime | None:
    return datetime.fromisoformat(told) if told else None
