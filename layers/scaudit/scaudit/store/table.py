"""One DynamoDB table: reads in pages, writes under a condition that answer whether it held."""

import logging
from collections.abc import Callable, Iterable, Iterator, Sequence
from enum import StrEnum
from typing import Any, TypeVar

from boto3.dynamodb.types import TypeDeserializer, TypeSerializer
from botocore.exceptions import ClientError

KEYS_PER_CALL = 100
"""What BatchGetItem takes; it may leave some unprocessed (AWS: BatchGetItem)."""
PUTS_PER_CALL = 25
"""What BatchWriteItem takes; it may leave some unprocessed, too, and wants them later (AWS: BatchWriteItem)."""
Key = tuple[str, str]
T = TypeVar("T")
logger = logging.getLogger(__name__)  # not Powertools': the command reads the table, too, and is installed without it
STANDING, SPEAKING = "standing", "speaking"
"""The indexes by `standing_in` and by `speaking_in`."""


_serializer, _deserializer = TypeSerializer(), TypeDeserializer()


def encode(values: dict[str, Any]) -> dict[str, Any]:
    """Plain values as DynamoDB attribute values; what is None is left out."""
    plain = {name: str(value) if isinstance(value, StrEnum) else value for name, value in values.items()}
    return {name: _serializer.serialize(value) for name, value in plain.items() if value is not None}


def decode(item: dict[str, Any]) -> dict[str, Any]:
    """DynamoDB attribute values as plain ones. Most are strings, at which boto3's reader arrives after six calls."""
    return {name: value["S"] if "S" in value else _deserializer.deserialize(value) for name, value in item.items()}


class Table:
    """Items as plain values, keyed by pk and sk. `client` is the boto3 client. `odd` are the items met that could not
    be read, and why: somebody changed them by hand, or they are of another version."""

    def __init__(self, client: Any, name: str) -> None:  # noqa: ANN401
        self._client = client
        self._name = name
        self.odd: dict[Key, str] = {}

    def read(
        self,
        meaning: Callable[[dict[str, Any]], T],
        items: Iterable[dict[str, Any]],
        unreadable: Callable[[dict[str, Any], str], T] | None = None,
    ) -> Iterator[T]:
        """What these items mean. One that cannot be read blinds nobody to the others: it is left out, or is taken for
        what `unreadable` makes of it and of the reason, and whatever is put in its place replaces it."""
        for item in items:
            try:
                found = meaning(item)
                if self.odd:  # another worker may have mended it: it is no longer to be replaced in any case
                    self.odd.pop((item.get("pk", ""), item.get("sk", "")), None)
            except Exception as error:
                key, why = (item["pk"], item["sk"]), f"{type(error).__name__}: {error}"
                self.odd[key] = why
                logger.warning("item %s cannot be read: %s", " ".join(key), why)
                if unreadable is None:
                    continue
                found = unreadable(item, why)
            yield found

    def clear_odd(self, pk: str, sk: str) -> bool:
        """Delete an item that could not be read. False for any other."""
        if self.odd.pop((pk, sk), None) is None:
            return False
        self.delete(pk, sk)
        return True

    def get(self, pk: str, sk: str) -> dict[str, Any] | None:
        """One item as of now."""
        key = encode({"pk": pk, "sk": sk})
        item = self._client.get_item(TableName=self._name, Key=key, ConsistentRead=True).get("Item")
        return decode(item) if item else None

    def fetch(self, keys: Sequence[Key]) -> Iterator[dict[str, Any]]:
        """Those of these items (pk, sk) that there are, as of now."""
        return self._batches(keys)

    def query(self, pk: str, prefix: str) -> Iterator[dict[str, Any]]:
        """Every item of a partition whose sk begins so, as of now."""
        return self._pages(
            KeyConditionExpression="pk = :pk AND begins_with(sk, :prefix)",
            ExpressionAttributeValues=encode({":pk": pk, ":prefix": prefix}),
            ConsistentRead=True,
        )

    def attributes(self, pk: str, names: Sequence[str]) -> Iterator[dict[str, Any]]:
        """Of every item of a partition these attributes, as of now."""
        return self._pages(
            KeyConditionExpression="pk = :pk",
            ExpressionAttributeValues=encode({":pk": pk}),
            ProjectionExpression=", ".join(f"#{name}" for name in names),
            ExpressionAttributeNames={f"#{name}": name for name in names},  # any of them may be a reserved word
            ConsistentRead=True,
        )

    def standing(self, place: str) -> Iterator[dict[str, Any]]:
        """Every item that is not at rest in a Region and cluster; the index may be seconds behind."""
        return self._pages(
            IndexName=STANDING,
            KeyConditionExpression="standing_in = :place",
            ExpressionAttributeValues=encode({":place": place}),
        )

    def speaking(self, region: str) -> Iterator[dict[str, Any]]:
        """Every incident of a Region that is open and worth telling, as far as the index shows it; it may be seconds
        behind."""
        return self._pages(
            IndexName=SPEAKING,
            KeyConditionExpression="speaking_in = :region",
            ExpressionAttributeValues=encode({":region": region}),
        )

    def put(self, item: dict[str, Any], condition: str = "", values: dict[str, Any] | None = None) -> bool:
        """Write a whole item; False when the condition did not hold. What could not be read is replaced in any case."""
        odd = self.odd.pop((item["pk"], item["sk"]), None)
        guard = {"ConditionExpression": condition} if condition and odd is None else {}
        if values and odd is None:
            guard["ExpressionAttributeValues"] = encode(values)  # type: ignore[assignment]
        return _held(lambda: self._client.put_item(TableName=self._name, Item=encode(item), **guard))

    def put_all(self, items: Sequence[dict[str, Any]]) -> None:
        """Write whole items of different keys, in few calls. What DynamoDB leaves is put by itself, so that botocore
        waits where it is asked to. When this raises, any of them may be written."""
        for start in range(0, len(items), PUTS_PER_CALL):
            puts = [{"PutRequest": {"Item": encode(item)}} for item in items[start : start + PUTS_PER_CALL]]
            answer = self._client.batch_write_item(RequestItems={self._name: puts})
            for left in answer.get("UnprocessedItems", {}).get(self._name, ()):
                self._client.put_item(TableName=self._name, Item=left["PutRequest"]["Item"])

    def update(self, pk: str, sk: str, update: str, condition: str, values: dict[str, Any]) -> bool:
        """Change an item; False when the condition did not hold."""
        names = {"ExpressionAttributeNames": {"#state": "state"}} if "#state" in update else {}  # a reserved word
        return _held(
            lambda: self._client.update_item(
                TableName=self._name,
                Key=encode({"pk": pk, "sk": sk}),
                UpdateExpression=update,
                ConditionExpression=condition,
                ExpressionAttributeValues=encode(values),
                **names,
            )
        )

    def delete(self, pk: str, sk: str) -> None:
        """Remove an item, if it is there."""
        self._client.delete_item(TableName=self._name, Key=encode({"pk": pk, "sk": sk}))

    def _batches(self, keys: Sequence[Key]) -> Iterator[dict[str, Any]]:
        wanted = [encode({"pk": pk, "sk": sk}) for pk, sk in dict.fromkeys(keys)]
        while wanted:
            request = {self._name: {"Keys": wanted[:KEYS_PER_CALL], "ConsistentRead": True}}
            answer = self._client.batch_get_item(RequestItems=request)
            yield from map(decode, answer["Responses"].get(self._name, ()))
            wanted = [*answer.get("UnprocessedKeys", {}).get(self._name, {}).get("Keys", ()), *wanted[KEYS_PER_CALL:]]

    def _pages(self, **request: Any) -> Iterator[dict[str, Any]]:  # noqa: ANN401
        while True:
            answer = self._client.query(TableName=self._name, **request)
            yield from map(decode, answer["Items"])
            if "LastEvaluatedKey" not in answer:
                return
            request["ExclusiveStartKey"] = answer["LastEvaluatedKey"]


def _held(write: Callable[[], object]) -> bool:
    try:
        write()
    except ClientError as error:
        if error.response["Error"].get("Code") == "ConditionalCheckFailedException":
            return False
        raise
    return True
