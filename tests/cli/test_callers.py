"""Who names an endpoint, of what is kept of task definitions."""

from dataclasses import replace

import pytest

from scaudit.model import Alias, NeighbourEndpoint
from scaudit.model.mentioned_names import digests
from scaudit_cli.map.callers import callers
from tests.builders import NOW, ORDERS

OWNER = replace(ORDERS, endpoints=(NeighbourEndpoint("orders", (Alias("orders", 80),), NOW),), task_definition="o:1")
CLIENT = replace(ORDERS, arn="arn:c", service="shop", endpoints=(), task_definition="shop:1")


@pytest.mark.parametrize(
    ("said", "certain"), [("http://orders", True), ("orders:80", True), ("orders", False), ("https://orders", False)]
)
def test_a_short_name_is_certain_with_the_port_that_is_dialled(said: str, certain: bool) -> None:
    words = {"shop:1": digests([("URL", said)]), "o:1": {}}
    [caller] = callers([OWNER, CLIENT], words)["tutorial", "orders", "orders"].known
    assert (caller.name, caller.certain) == ("tutorial/shop", certain)
