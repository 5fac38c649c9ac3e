"""What cannot be read of what sweeps remember is as if it were not there, and holds up nothing else."""

from typing import Any

import pytest

from scaudit.model.places import Place
from scaudit.model.service_states import GONE, EndpointState, ServiceState, Told, Worst
from scaudit.store.service_states import ServiceStates
from scaudit.store.table import Table, decode, encode
from tests.builders import NOW, REGION
from tests.fakes.stubbed import TABLE

ENDPOINT = EndpointState("nginx", 2, Worst("SC203", "fail", "critical", 1), NOW)
TOLD = {"a": Told("pass", "d", NOW, GONE), "b": Told("pending", "d", NOW, because=("SC201", "SC302"))}
TOLD["-"] = Told("fail", "d", NOW, because=("SC105",), beside="unknown")
STATE = ServiceState(2, 2, (ENDPOINT,), TOLD, "f")
ONE, OTHER = Place(REGION, "tutorial", "one"), Place(REGION, "tutorial", "other")
_SINCE = "2026-11-30T00:00:00+00:00"
WRONG = {"check": "SC203", "status": "fail", "severity": "error", "members": 1}
ODD: list[dict[str, Any]] = [
    {"told": None},
    {"told": [5]},
    {"told": [""]},
    {"told": {"a": 1}},
    {"told": ["pass abc 2026-11-"]},
    {"told": ["pass abc 2026-11-30T00:00:00 + - x"]},
    {"told": [f"pass abc {_SINCE} ! - x"]},
    {"running": None},
    {"running": "many"},
    {"endpoints": None},
    {"endpoints": ["x"]},
    {"endpoints": [{"name": "a", "since": 5}]},
    {"endpoints": [{"name": "a", "since": "2026-11-30T00:00:00"}]},
    {"endpoints": [{"name": "a", "since": _SINCE, **WRONG, "members": None}]},
    {"endpoints": [{"name": "a", "since": _SINCE, **WRONG, "severity": "grave"}]},
    {"endpoints": [{"name": "a", "since": _SINCE, **WRONG, "status": "odd"}]},
    {"written_at": 5},
    {"written_at": "2026-11-30"},
]


@pytest.mark.parametrize("odd", ODD, ids=str)
def test_an_odd_item_is_as_if_it_were_not_there(dynamodb: Any, odd: dict[str, Any]) -> None:
    states = ServiceStates(Table(dynamodb, TABLE))
    for place in (ONE, OTHER):
        assert states.keep(place, STATE, NOW)
    assert states.of([ONE, OTHER]) == {ONE: STATE, OTHER: STATE}
    (raw,) = [i for i in dynamodb.scan(TableName=TABLE)["Items"] if i["sk"]["S"] == "one"]
    dynamodb.put_item(TableName=TABLE, Item=encode(decode(raw)) | {k: _attribute(v) for k, v in odd.items()})
    assert states.of([ONE, OTHER]) == {OTHER: STATE}
    shown = {place for place, _, _ in states.of_cluster(REGION, "tutorial")}
    assert shown == ({ONE, OTHER} if "told" in odd else {OTHER})


def _attribute(value: Any) -> dict[str, Any]:
    """As DynamoDB has it: `encode` leaves out what is None."""
    return {"NULL": True} if value is None else encode({"it": value})["it"]
