"""Many items are written in few calls, and none is lost."""

from typing import Any

from scaudit.store.table import PUTS_PER_CALL, Table, encode


class Client:
    """A table of which each batch leaves some items, as DynamoDB may."""

    def __init__(self, left: int) -> None:
        self.left, self.calls, self.there = left, list[int](), list[dict[str, Any]]()

    def batch_write_item(self, *, RequestItems: dict[str, Any]) -> dict[str, Any]:
        puts = RequestItems["ledger"]
        self.calls.append(len(puts))
        taken = len(puts) - self.left
        self.there += [put["PutRequest"]["Item"] for put in puts[:taken]]
        return {"UnprocessedItems": {"ledger": puts[taken:]} if self.left else {}}

    def put_item(self, *, TableName: str, Item: dict[str, Any]) -> None:
        assert TableName == "ledger"
        self.there.append(Item)


def test_as_many_items_in_a_call_as_dynamodb_takes_and_those_it_leaves_one_by_one() -> None:
    items = [{"pk": "a", "sk": str(n)} for n in range(2 * PUTS_PER_CALL + 3)]
    for left in (0, 2):
        client = Client(left)
        Table(client, "ledger").put_all(items)
        assert client.calls == [PUTS_PER_CALL, PUTS_PER_CALL, 3]
        assert sorted(map(str, client.there)) == sorted(str(encode(item)) for item in items)


def test_nothing_is_no_call() -> None:
    client = Client(0)
    Table(client, "ledger").put_all([])
    assert client.calls == []


def test_what_was_mended_by_another_is_no_longer_replaced_in_any_case() -> None:
    table, item = Table(Client(0), "ledger"), {"pk": "a", "sk": "b"}
    assert list(table.read(lambda each: each["c"], [item])) == [] and table.odd
    assert list(table.read(lambda each: each["c"], [item | {"c": 1}])) == [1] and not table.odd
