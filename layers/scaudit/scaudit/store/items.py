"""Items of the table from and to model values; their keys are in `keys`."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from boto3.dynamodb.types import TypeDeserializer, TypeSerializer

from scaudit.model import Severity
from scaudit.model.incidents import Incident, Member, MemberState, Open, Phase, Share
from scaudit.model.places import Place, Subject
from scaudit.store import keys
from scaudit.store.keys import INCIDENT, SWEPT, estate, standing_in, text

_serializer, _deserializer = TypeSerializer(), TypeDeserializer()


@dataclass(frozen=True, slots=True)
class Kept:
    """An incident as the table keeps it. `outbox` is an announcement that may not have been published yet, and
    `outbox_at` when it was put there."""

    incident: Incident = field(default_factory=Incident)
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


def encode(values: dict[str, Any]) -> dict[str, Any]:
    """Plain values as DynamoDB attribute values; what is None is left out."""
    plain = {name: str(value) if isinstance(value, StrEnum) else value for name, value in values.items()}
    return {name: _serializer.serialize(value) for name, value in plain.items() if value is not None}


def decode(item: dict[str, Any]) -> dict[str, Any]:
    """DynamoDB attribute values as plain ones."""
    return {name: _deserializer.deserialize(value) for name, value in item.items()}


def member_of(item: dict[str, Any]) -> Member:
    """A decoded member item."""
    return Member(
        id=keys.member_of(item["sk"])[1],
        state=MemberState(item["state"]),
        observed_at=datetime.fromisoformat(item["observed_at"]),
        severity=Severity[item["severity"].upper()],
        sentence=item["sentence"],
        caused_by=item["caused_by"],
        suppressed=item["suppressed"],
        baseline=item.get("baseline", False),
        since=_moment(item.get("since")),
        task_created_at=_moment(item.get("task_created_at")),
        running=int(item.get("running", 0)),
    )


def kept_of(item: dict[str, Any]) -> Kept:
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
    return Kept(incident, int(item["revision"]), item.get("outbox", ""), _moment(item.get("outbox_at")))


def incident_item(place: Place, subject: Subject | str, kept: Kept) -> dict[str, Any]:
    """The item of an incident, plain."""
    incident = kept.incident
    at_rest = incident.phase is Phase.QUIET and not kept.outbox
    return {
        "pk": place.key,
        "sk": INCIDENT + keys.text_of(subject),
        "phase": incident.phase,
        "episode": incident.episode,
        "opened_at": _optional(incident.opened_at),
        "clear_since": _optional(incident.clear_since),
        "told": incident.told,
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
        "revision": kept.revision,
        "outbox": kept.outbox or None,
        "outbox_at": _optional(kept.outbox_at),
        "standing_in": None if at_rest else standing_in(place.region, place.cluster),
        "speaking_in": place.region if incident.phase is Phase.OPEN and incident.noticed_at else None,
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
