"""How members and incidents lie in the table: keys, and items from and to model values.

pk = region/cluster/service. sk = check#endpoint#member for a member, incident#check#endpoint for an incident,
touch#check#endpoint to have notify look at one again.
"""

from datetime import UTC, datetime
from typing import Any

from boto3.dynamodb.types import TypeDeserializer, TypeSerializer

from scaudit.incidents import Incident, Member, MemberState, Phase
from scaudit.model import Severity

MEMBER = "SC"
INCIDENT = "incident#"
TOUCH = "touch#"
_serializer, _deserializer = TypeSerializer(), TypeDeserializer()


def partition(region: str, cluster: str, service: str) -> str:
    """The partition key of one ECS service."""
    return f"{region}/{cluster}/{service}"


def itself(region: str) -> str:
    """The partition key of what scaudit finds wrong with itself: the cluster that no cluster can be, an empty one."""
    return partition(region, "", "scaudit")


def encode(values: dict[str, Any]) -> dict[str, Any]:
    """Plain values as DynamoDB attribute values."""
    plain = {name: str(value) if isinstance(value, MemberState | Phase) else value for name, value in values.items()}
    return {name: _serializer.serialize(value) for name, value in plain.items()}


def decode(item: dict[str, Any]) -> dict[str, Any]:
    """DynamoDB attribute values as plain ones."""
    return {name: _deserializer.deserialize(value) for name, value in item.items()}


def text(moment: datetime) -> str:
    """A moment so that order of text is order of time: UTC, always six decimals."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


def member_of(item: dict[str, Any]) -> Member:
    """A decoded member item."""
    return Member(
        id=item["sk"].rsplit("#", 1)[-1],
        state=MemberState(item["state"]),
        observed_at=datetime.fromisoformat(item["observed_at"]),
        severity=Severity[item["severity"].upper()],
        sentence=item["sentence"],
        caused_by=item["caused_by"],
        since=_moment(item.get("since")),
        task_created_at=_moment(item.get("task_created_at")),
    )


def incident_of(item: dict[str, Any]) -> Incident:
    """A decoded incident item."""
    return Incident(
        phase=Phase(item["phase"]),
        episode=int(item["episode"]),
        announced=item["announced"],
        opened_at=_moment(item["opened_at"]),
        clear_since=_moment(item["clear_since"]),
    )


def incident_item(pk: str, subject: str, incident: Incident, revision: int) -> dict[str, Any]:
    """The item of an incident, plain."""
    return {
        "pk": pk,
        "sk": INCIDENT + subject,
        "phase": incident.phase,
        "episode": incident.episode,
        "announced": incident.announced,
        "opened_at": text(incident.opened_at) if incident.opened_at else None,
        "clear_since": text(incident.clear_since) if incident.clear_since else None,
        "revision": revision,
    }


def _moment(told: str | None) -> datetime | None:
    return datetime.fromisoformat(told) if told else None
