"""The table: every write conditional, so that older knowledge never undoes newer."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from botocore.exceptions import ClientError

from scaudit.incidents import Incident, Member, MemberState
from scaudit.items import INCIDENT, MEMBER, TOUCH, decode, encode, incident_item, incident_of, member_of, text

TOMBSTONE_DAYS = 30
_SEEN = (
    "SET #state = :state, observed_at = :observed_at, task_created_at = :task_created_at, "
    "severity = :severity, sentence = :sentence, caused_by = :caused_by"
)
_BEGAN = "since = if_not_exists(since, :observed_at)"


class Ledger:
    """The items of one table."""

    def __init__(self, client: Any, table: str) -> None:  # noqa: ANN401
        self._client = client
        self._table = table

    def standing(self, pk: str) -> dict[str, dict[str, MemberState]]:
        """The members of a service that are failing or lost, by subject (check#endpoint); healthy ones cost nothing."""
        found: dict[str, dict[str, MemberState]] = {}
        for item in self._query(pk, MEMBER):
            if item["state"] != MemberState.PASS:
                subject, member = item["sk"].rsplit("#", 1)
                found.setdefault(subject, {})[member] = MemberState(item["state"])
        return found

    def members(self, pk: str, subject: str) -> list[Member]:
        """All members of one incident, tombstones included."""
        return [member_of(item) for item in self._query(pk, f"{subject}#")]

    def record(self, pk: str, subject: str, member: Member) -> bool:
        """Write what was seen of one member, unless something newer is on record (then False)."""
        healthy = member.state is MemberState.PASS
        expires = {":expires_at": _tombstone(member.observed_at)} if healthy else {}
        return self._update(
            pk,
            f"{subject}#{member.id}",
            f"{_SEEN}, expires_at = :expires_at REMOVE since" if healthy else f"{_SEEN}, {_BEGAN} REMOVE expires_at",
            "attribute_not_exists(observed_at) OR observed_at < :observed_at",
            {
                ":state": member.state,
                ":observed_at": text(member.observed_at),
                ":task_created_at": text(member.task_created_at) if member.task_created_at else None,
                ":severity": member.severity.word,
                ":sentence": member.sentence,
                ":caused_by": member.caused_by,
                **expires,
            },
        )

    def lose(self, pk: str, subject: str, member: str, at: datetime) -> bool:
        """A failing member's task stopped: it is lost, unless something newer is on record or it was not failing."""
        return self._turn(pk, f"{subject}#{member}", MemberState.FAIL, MemberState.LOST, at)

    def settle(self, pk: str, subject: str, member: Member, at: datetime) -> bool:
        """A lost member's incident is over: it is a tombstone now."""
        return self._turn(pk, f"{subject}#{member.id}", MemberState.LOST, MemberState.PASS, at)

    def _turn(self, pk: str, sk: str, before: MemberState, after: MemberState, at: datetime) -> bool:
        return self._update(
            pk,
            sk,
            "SET #state = :after, observed_at = :at, expires_at = :expires_at",
            "#state = :before AND observed_at < :at",
            {":after": after, ":before": before, ":at": text(at), ":expires_at": _tombstone(at)},
        )

    def touch(self, pk: str, subject: str, at: datetime) -> None:
        """Have notify look at an incident again, through the table's stream."""
        item = {"pk": pk, "sk": TOUCH + subject, "touched_at": text(at), "expires_at": int(at.timestamp()) + 86400}
        self._client.put_item(TableName=self._table, Item=encode(item))

    def incident(self, pk: str, subject: str) -> tuple[Incident, int]:
        """The incident on record and its revision (0 when there is none yet)."""
        key = encode({"pk": pk, "sk": INCIDENT + subject})
        item = self._client.get_item(TableName=self._table, Key=key, ConsistentRead=True).get("Item")
        return (incident_of(decode(item)), int(decode(item)["revision"])) if item else (Incident(), 0)

    def save(self, pk: str, subject: str, incident: Incident, revision: int) -> bool:
        """Write the incident unless another copy of notify was faster (then False). `revision` is the one read."""
        try:
            self._client.put_item(
                TableName=self._table,
                Item=encode(incident_item(pk, subject, incident, revision + 1)),
                ConditionExpression="attribute_not_exists(revision) OR revision = :revision",
                ExpressionAttributeValues=encode({":revision": revision}),
            )
        except ClientError as error:
            return _lost_the_race(error)
        return True

    def _query(self, pk: str, prefix: str) -> Iterator[dict[str, Any]]:
        more: dict[str, Any] = {}
        while True:
            answer = self._client.query(
                TableName=self._table,
                KeyConditionExpression="pk = :pk AND begins_with(sk, :prefix)",
                ExpressionAttributeValues=encode({":pk": pk, ":prefix": prefix}),
                ConsistentRead=True,
                **more,
            )
            yield from map(decode, answer["Items"])
            if "LastEvaluatedKey" not in answer:
                return
            more = {"ExclusiveStartKey": answer["LastEvaluatedKey"]}

    def _update(self, pk: str, sk: str, update: str, condition: str, values: dict[str, object]) -> bool:
        try:
            self._client.update_item(
                TableName=self._table,
                Key=encode({"pk": pk, "sk": sk}),
                UpdateExpression=update,
                ConditionExpression=condition,
                ExpressionAttributeNames={"#state": "state"},  # a reserved word of DynamoDB
                ExpressionAttributeValues=encode(values),
            )
        except ClientError as error:
            return _lost_the_race(error)
        return True


def _tombstone(at: datetime) -> int:
    return int((at + timedelta(days=TOMBSTONE_DAYS)).timestamp())


def _lost_the_race(error: ClientError) -> bool:
    if error.response["Error"].get("Code") == "ConditionalCheckFailedException":
        return False
    raise error
