"""An account with a linked Region: a second estate, whose ids and names are those of the first, and its own truth."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

from benchmarks.quota.regions import There
from scaudit.checks import BY_ID
from scaudit.collect.aws.pace import Pace
from scaudit.collect.aws.reads import Reads
from scaudit.store.items import Swept
from scaudit.store.memory import Memory
from scaudit.store.table import Table
from tests.builders import NOW, REGION
from tests.fakes.client import clients
from tests.simulation import template
from tests.simulation.account import Account
from tests.simulation.estate import CLUSTER, Estate
from tests.simulation.logs import Logs
from tests.simulation.oracle import Oracle
from tests.simulation.readers import ECS, CloudMap

LINKED = "eu-west-1"


class Regions(Account):
    """`there` is the estate of the linked Region, `judge` knows what is true in it."""

    def __init__(self) -> None:
        super().__init__()
        self.there = Estate(self.clock, self._forward)
        self.judge = Oracle(self.line, self.there)
        kinds = {"ecs": ECS, "servicediscovery": CloudMap, "logs": Logs}
        answers = {name: There(kind(self.clock, self.there), LINKED) for name, kind in kinds.items()}
        self._theirs = clients(answers, self.line)
        self._remembered = Memory(LINKED, Table(self.table, "ledger"), self.clock)
        self._paced = Pace(LINKED, self._settings.concurrency, lambda: self.clock.now.timestamp(), self.clock.forward)
        self._settings = replace(self._settings, linked_regions=(LINKED,))
        self.ledger.swept(LINKED, Swept(CLUSTER, 0, 0, 0, tuple(BY_ID), NOW - timedelta(days=1)))

    def unlink(self) -> None:
        """The stack is updated: the Region is not linked any more."""
        self._settings = replace(self._settings, linked_regions=())

    def _forward(self, event: dict[str, Any]) -> None:
        """The rules there send an event to the bus, and the bus's to the queue."""
        told = json.loads(json.dumps(event).replace(REGION, LINKED))
        if template.forwarded(told, self._settings.linked_regions):
            self.events += 1
            self.queue.post(json.dumps(told), template.QUEUE_DELAY)

    def _oracle_of(self, region: str) -> Oracle:
        return self.judge if region == LINKED else self.oracle

    def _reads(self, region: str, left: Callable[[], float]) -> Reads:
        if region == LINKED:
            return Reads(self._theirs, self._remembered, self._paced, left)
        return super()._reads(region, left)
