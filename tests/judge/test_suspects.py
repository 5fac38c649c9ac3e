"""Whom a failing check of the namespace rests on, and what it costs to find them among many."""

from dataclasses import replace
from datetime import timedelta

import pytest

from scaudit.checks import BY_ID
from scaudit.judge import services
from scaudit.judge.rules import Rules
from scaudit.judge.services import suspects
from scaudit.model import Alias, NeighbourEndpoint
from scaudit.model.mentioned_names import digests
from tests.builders import DEFINITION, NOW, ORDERS, WEB

NAMES = [f"svc-{n:02d}.shop" for n in range(40)]
OLD, NEW = NOW - timedelta(days=2), NOW + timedelta(days=1)
NEIGHBOURS = tuple(
    replace(ORDERS, arn=ORDERS.arn + str(n), endpoints=(NeighbourEndpoint(name, (Alias(name, 8080),), OLD),))
    for n, name in enumerate(NAMES)
)
CALLS = digests([("environment variable PEERS", " ".join(f"http://{name}:8080" for name in NAMES))])
KNOWN = replace(WEB, neighbours=NEIGHBOURS, task_definition=replace(DEFINITION, words=CALLS))


@pytest.mark.parametrize("which", [[], [0], [17, 39], range(40)])
def test_those_are_suspected_without_whom_nothing_would_fail(which: list[int], monkeypatch: pytest.MonkeyPatch) -> None:
    asked = list[str]()
    run = services.run
    monkeypatch.setattr(services, "run", lambda check, *a, **k: asked.append(check.id) or run(check, *a, **k))
    young = [replace(n, endpoints=(replace(n.endpoints[0], created_at=NEW),)) for n in NEIGHBOURS]
    around = tuple(young[n] if n in which else old for n, old in enumerate(NEIGHBOURS))
    assert suspects(replace(KNOWN, neighbours=around), NOW, Rules()) == [young[n] for n in which]
    assert all(BY_ID[check].of_neighbours for check in asked), "no other check is asked for each of them"
