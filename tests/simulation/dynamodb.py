"""A table of DynamoDB behind boto3's calls: conditional writes, pages, indexes that lag, a stream of what changed."""

import re
from bisect import bisect_left
from collections import defaultdict, deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from itertools import islice, takewhile
from typing import Any

from botocore.exceptions import ClientError

from tests.contracts.deployed import properties
from tests.simulation.expressions import Request, holds, updated
from tests.simulation.runs import Line, NotFaked

PAGE = 100
LAG = timedelta(seconds=2)
"""By so much the indexes are behind the table."""
INDEXES = {each["IndexName"]: each for each in properties("Table")["GlobalSecondaryIndexes"]}
INDEXED = {each["KeySchema"][0]["AttributeName"] for each in INDEXES.values()}
KEYS = ("pk", "sk")
Key = tuple[str, str]
Raw = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Change:
    """One change of an item, as the stream gets it; an image is None where there is no item."""

    key: Key
    before: Raw | None
    after: Raw | None


class DynamoDB:
    """One table with the keys and the indexes of the template; every change goes to `changed`."""

    def __init__(self, line: Line, changed: Callable[[Change], None]) -> None:
        self.items: dict[Key, Raw] = {}
        self._order: dict[str, list[str]] = defaultdict(list)
        self._line, self._changed = line, changed
        self._indexed: dict[Key, Raw] = {}
        self._to_index: deque[tuple[datetime, Key, Raw | None]] = deque()

    def put_item(
        self, *, TableName: str, Item: Raw, ConditionExpression: str = "", ExpressionAttributeValues: Raw | None = None
    ) -> dict[str, Any]:
        request = Request(None, ExpressionAttributeValues)
        change = partial(self._put, dict(Item), ConditionExpression, request)
        return self._line("dynamodb:PutItem", change)

    def batch_write_item(self, *, RequestItems: Mapping[str, Any]) -> dict[str, Any]:
        """Puts of different keys; the last of several is left unprocessed, as DynamoDB may do."""
        ((table, asked),) = RequestItems.items()
        items = [each["PutRequest"]["Item"] for each in asked]
        if len(items) > 25 or len({_key(item) for item in items}) < len(items):  # AWS: BatchWriteItem
            raise NotFaked(f"BatchWriteItem of {len(items)} items")
        taken, left = (items[:-1], asked[-1:]) if len(items) > 1 else (items, [])

        def write() -> dict[str, Any]:
            for item in taken:
                self._write(_key(item), dict(item))
            return {"UnprocessedItems": {table: left}} if left else {}

        return self._line("dynamodb:BatchWriteItem", write)

    def update_item(
        self,
        *,
        TableName: str,
        Key: Raw,
        UpdateExpression: str,
        ConditionExpression: str,
        ExpressionAttributeValues: Raw,
        ExpressionAttributeNames: Mapping[str, str] | None = None,
    ) -> dict[str, Any]:
        request = Request(ExpressionAttributeNames, ExpressionAttributeValues)
        change = partial(self._update, Key, UpdateExpression, ConditionExpression, request)
        return self._line("dynamodb:UpdateItem", change)

    def delete_item(self, *, TableName: str, Key: Raw) -> dict[str, Any]:
        return self._line("dynamodb:DeleteItem", lambda: self._write(_key(Key), None))

    def get_item(self, *, TableName: str, Key: Raw, ConsistentRead: bool) -> dict[str, Any]:
        def read() -> dict[str, Any]:
            item = self.items.get(_key(Key))
            return {"Item": item} if item else {}

        return self._line("dynamodb:GetItem", read)

    def batch_get_item(self, *, RequestItems: Mapping[str, Any]) -> dict[str, Any]:
        """What is there, or its keys; the last of several keys is left unprocessed, as DynamoDB may do."""
        ((table, asked),) = RequestItems.items()
        only_keys = asked.get("ProjectionExpression") == "pk, sk"
        if asked.keys() - {"ProjectionExpression"} != {"Keys", "ConsistentRead"}:
            raise NotFaked(f"BatchGetItem {asked.keys()}")
        taken, left = (asked["Keys"][:-1], asked["Keys"][-1:]) if len(asked["Keys"]) > 1 else (asked["Keys"], [])

        def read() -> dict[str, Any]:
            there = [self.items[_key(key)] for key in taken if _key(key) in self.items]
            found = [{"pk": item["pk"], "sk": item["sk"]} for item in there] if only_keys else there
            return {"Responses": {table: found}} | ({"UnprocessedKeys": {table: {"Keys": left}}} if left else {})

        return self._line("dynamodb:BatchGetItem", read)

    def query(
        self,
        *,
        TableName: str,
        KeyConditionExpression: str,
        ExpressionAttributeValues: Mapping[str, Any],
        IndexName: str = "",
        ConsistentRead: bool = False,
        ExclusiveStartKey: Raw | None = None,
        ProjectionExpression: str = "",
        ExpressionAttributeNames: Mapping[str, str] | None = None,
    ) -> dict[str, Any]:
        values = {name: value["S"] for name, value in ExpressionAttributeValues.items()}

        def read() -> dict[str, Any]:
            key = re.fullmatch(r"(\w+) = :\w+", KeyConditionExpression)
            if IndexName and key and not ConsistentRead:
                found = self._index(IndexName, key[1], *ExpressionAttributeValues.values())
            elif (IndexName, KeyConditionExpression) == ("", "pk = :pk AND begins_with(sk, :prefix)"):
                found = self._partition(values[":pk"], values[":prefix"])
            elif (IndexName, KeyConditionExpression) == ("", "pk = :pk"):
                found = self._partition(values[":pk"], "")
            else:
                raise NotFaked(f"query {KeyConditionExpression!r} of index {IndexName!r}")
            start = sum(_key(item) <= _key(ExclusiveStartKey) for item in found) if ExclusiveStartKey else 0
            if self._line.running:
                self._line.running.memory[tuple(values.values())] = found
            page = found[start : start + PAGE]
            last = {name: page[-1][name] for name in KEYS} if len(found) > start + PAGE else None
            if ProjectionExpression:
                shown = {(ExpressionAttributeNames or {})[name] for name in ProjectionExpression.split(", ")}
                page = [{name: value for name, value in item.items() if name in shown} for item in page]
            return {"Items": page} | ({"LastEvaluatedKey": last} if last else {})

        return self._line("dynamodb:Query", read)

    def _put(self, item: Raw, condition: str, request: Request) -> dict[str, Any]:
        self._check(_key(item), condition, request)
        return self._write(_key(item), item)

    def _update(self, raw: Raw, update: str, condition: str, request: Request) -> dict[str, Any]:
        item = self.items.get(_key(raw), {})
        after = updated(update, item, request)
        self._check(_key(raw), condition, request)
        return self._write(_key(raw), {**raw, **after})

    def _check(self, key: Key, condition: str, request: Request) -> None:
        held = holds(condition, self.items.get(key, {}), request) if condition else True
        request.all_used()
        if not held:
            error = {"Code": "ConditionalCheckFailedException", "Message": "The conditional request failed"}
            raise ClientError({"Error": error}, "Write")

    def _write(self, key: Key, item: Raw | None) -> dict[str, Any]:
        before = self.items.pop(key, None)
        if item is not None:
            self.items[key] = item
        self._keep_order(key, was=before is not None, is_there=item is not None)
        if before != item:  # a write that changes nothing is not on the stream (AWS: DynamoDB Streams)
            self._to_index.append((self._line.clock.now + LAG, key, item))
            self._changed(Change(key, before, item))
        return {}

    def _keep_order(self, key: Key, *, was: bool, is_there: bool) -> None:
        order = self._order[key[0]]
        place = bisect_left(order, key[1])
        if is_there and not was:
            order.insert(place, key[1])
        elif was and not is_there:
            del order[place]

    def _partition(self, pk: str, prefix: str) -> list[Raw]:
        order = self._order[pk]
        begin = bisect_left(order, prefix)
        found = takewhile(lambda sk: sk.startswith(prefix), islice(order, begin, None))
        return [self.items[pk, sk] for sk in found]

    def _index(self, index: str, key: str, value: Raw) -> list[Raw]:
        """What an index shows of the items that have this value of its key."""
        while self._to_index and self._to_index[0][0] <= self._line.clock.now:
            _, where, item = self._to_index.popleft()
            self._indexed.pop(where, None)
            if item and INDEXED & item.keys():
                self._indexed[where] = item
        if INDEXES[index]["KeySchema"] != [{"AttributeName": key, "KeyType": "HASH"}]:
            raise NotFaked(f"query of index {index!r} by {key}")
        shown = {*KEYS, key, *INDEXES[index]["Projection"].get("NonKeyAttributes", ())}
        found = [self._indexed[where] for where in sorted(self._indexed) if self._indexed[where].get(key) == value]
        return [{name: item[name] for name in item if name in shown} for item in found]


def _key(item: Raw) -> Key:
    return item["pk"]["S"], item["sk"]["S"]
