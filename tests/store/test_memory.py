"""Facts that never change are read once, by whichever process; facts in another version's words are read anew."""

import json
from datetime import timedelta
from typing import Any

import pytest

from scaudit.store.codec import Unfamiliar, plain, restored
from scaudit.store.memory import FOR_EVER, Memory
from scaudit.store.table import Table, encode
from tests.builders import DEFINITION, DEPLOYMENT, NOW, ORDERS, REGION, SERVICE, TASK
from tests.fakes.stubbed import TABLE, Clock

ARN = DEFINITION.arn


@pytest.fixture
def table(dynamodb: Any) -> Table:
    return Table(dynamodb, TABLE)


class Counted:
    """A table's client that counts its batch reads."""

    def __init__(self, client: Any) -> None:
        self._client, self.reads = client, 0

    def __getattr__(self, name: str) -> Any:
        self.reads += name == "batch_get_item"
        return getattr(self._client, name)


@pytest.mark.parametrize("value", [DEFINITION, DEPLOYMENT, SERVICE, TASK, "text", None, NOW, (DEFINITION, 1)])
def test_what_is_kept_comes_back_as_it_was(value: object) -> None:
    assert restored(plain(value)) == value


def test_a_value_of_other_fields_is_not_taken_for_one_of_ours() -> None:
    written = json.loads(plain(DEFINITION))
    written["with"].pop("network_mode")
    with pytest.raises(Unfamiliar):
        restored(json.dumps(written))
    with pytest.raises(Unfamiliar):
        restored(plain(DEFINITION).replace("TaskDefinition", "Sequence"))


def test_a_task_definition_of_before_its_udp_ports_were_kept_is_read_anew() -> None:
    """What is not known of it must not stand as none: SC102 would say nothing of it for as long as it is remembered."""
    before = json.loads(plain(DEFINITION))
    del before["with"]["udp"]
    with pytest.raises(Unfamiliar):
        restored(json.dumps(before))


def test_a_field_that_an_earlier_version_did_not_know_has_its_default() -> None:
    written = json.loads(plain(ORDERS))
    written["with"].pop("in_dns")
    assert restored(json.dumps(written)) == ORDERS


def test_the_next_process_knows_it_too(table: Table, clock: Clock) -> None:
    Memory(REGION, table, clock).keep(ARN, DEFINITION)
    assert Memory(REGION, table, clock).get(ARN) == DEFINITION
    assert Memory("eu-west-1", table, clock).get(ARN) is None


def test_without_a_table_it_lasts_as_long_as_the_process(clock: Clock) -> None:
    memory = Memory(REGION, None, clock)
    memory.keep(ARN, DEFINITION)
    assert memory.get(ARN) == DEFINITION and Memory(REGION, None, clock).get(ARN) is None


@pytest.mark.parametrize("process", ["the same", "the next"])
def test_a_fact_ends_with_its_time(table: Table, clock: Clock, process: str) -> None:
    memory = Memory(REGION, table, clock)
    memory.keep("a", DEFINITION, timedelta(days=1))
    memory.keep("b", DEFINITION)
    memory = memory if process == "the same" else Memory(REGION, table, clock)
    clock.forward(86399)
    assert memory.get("a") == DEFINITION
    clock.forward(2)
    assert memory.get("a") is None and memory.get("b") == DEFINITION
    clock.forward(FOR_EVER.total_seconds())
    assert memory.get("b") is None


def test_many_facts_are_fetched_in_few_calls_and_asked_for_once(dynamodb: Any, clock: Clock) -> None:
    names = [f"fact {n}" for n in range(150)]
    writer = Memory(REGION, Table(dynamodb, TABLE), clock)
    for name in names[:101]:
        writer.keep(name, name)
    counted = Counted(dynamodb)
    memory = Memory(REGION, Table(counted, TABLE), clock)
    memory.recall(names)
    assert counted.reads == 2
    assert [memory.get(name) for name in names] == [*names[:101], *[None] * 49] and counted.reads == 2


def test_what_another_version_wrote_is_read_anew(dynamodb: Any, table: Table, clock: Clock) -> None:
    Memory(REGION, table, clock).keep(ARN, DEFINITION)
    (item,) = dynamodb.scan(TableName=TABLE)["Items"]
    other = item | encode({"value": plain(DEFINITION).replace('"ports"', '"gates"')})
    dynamodb.put_item(TableName=TABLE, Item=other)
    memory = Memory(REGION, table, clock)
    assert memory.get(ARN) is None
    memory.keep(ARN, DEFINITION)
    assert Memory(REGION, table, clock).get(ARN) == DEFINITION
