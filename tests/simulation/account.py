"""One AWS account with scaudit in it: the real verify, notify and sweep on these fakes, driven by one clock."""

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from scaudit.announce import notify
from scaudit.announce.pool import BUDGET, WINDOW, Pool
from scaudit.audit.batch import verify
from scaudit.audit.context import Edges
from scaudit.audit.sweep import sweep
from scaudit.checks import BY_ID
from scaudit.collect.aws.pace import Pace
from scaudit.collect.aws.reads import Reads
from scaudit.queue.queue import Queue
from scaudit.settings import NotifySettings, SweepSettings, VerifySettings
from scaudit.store.items import Swept
from scaudit.store.keys import digests
from scaudit.store.ledger import Ledger
from scaudit.store.memory import Memory
from scaudit.store.table import Table, encode
from tests.builders import NOW, REGION
from tests.fakes.client import clients
from tests.simulation import template
from tests.simulation.clock import Clock
from tests.simulation.dynamodb import Change, DynamoDB
from tests.simulation.estate import CLUSTER, Estate
from tests.simulation.logs import Logs
from tests.simulation.oracle import Oracle
from tests.simulation.readers import ECS, CloudMap
from tests.simulation.runs import Fate, Line, Plan, Run, smoothly
from tests.simulation.sns import SNS, Published
from tests.simulation.sqs import DEAD_URL, SQS, URL, Letter
from tests.simulation.stream import Record, Stream


class Account:
    """Everything of it, and what happens as time passes."""

    def __init__(self, *, stalls: bool = False) -> None:
        self.clock = Clock(NOW)
        self.line = Line(self.clock)
        self.stream, self.queue = Stream(), SQS(self.line)
        self.estate = Estate(self.clock, self._event)
        self.oracle = Oracle(self.line, self.estate)
        self.table = DynamoDB(self.line, self._changed)
        self.topic = SNS(self.line, self._published)
        kinds = {"ecs": ECS, "servicediscovery": CloudMap, "logs": Logs}
        answers = {name: kind(self.clock, self.estate) for name, kind in kinds.items()}
        self._readers: dict[str, Any] = {**clients(answers, self.line), "sns": self.topic}
        self.stalls, self.stalled = stalls, list[Run]()
        self.queue_batch, self.backwards = template.QUEUE_BATCH, False
        self.plan_for: Callable[[str], Plan] = lambda function: smoothly
        self.delays: Callable[[], Sequence[float]] = lambda: [0]
        self.events = 0
        self.recorded = set[str]()
        self.sweep_at, self.sweep_every = NOW + timedelta(seconds=template.SWEEP_EVERY), template.SWEEP_EVERY
        table, queue = Table(self.table, "ledger"), Queue(self.queue, URL, DEAD_URL)
        self.ledger, self.pool = Ledger(table), Pool(table)
        self._edges = Edges(table, self.ledger, queue, self.clock, self._record)
        self._settings = VerifySettings.read(template.environment("VerifyFunction"))
        self._memory = Memory(REGION, table, self.clock)
        self._pace = Pace(REGION, self._settings.concurrency, lambda: self.clock.now.timestamp(), self.clock.forward)
        self._notify_settings = NotifySettings.read(template.environment("NotifyFunction"))
        self._notify_edges = notify.Edges(self.ledger, self.pool, queue, self.topic, None, self.clock, self._record)

    def _event(self, event: dict[str, Any]) -> None:
        """The rules send an event to the queue, as often and as late as `delays` says."""
        for late in self.delays() if template.heard(event) else ():
            self.events += 1
            self.queue.post(json.dumps(event), template.QUEUE_DELAY + late)

    def _record(self, record: Mapping[str, Any]) -> None:
        """The audit log; what is kept of it is which tasks it ever told of."""
        if record["record"] == "task":
            self.recorded.add(record["task_id"])

    def _changed(self, change: Change) -> None:
        self.stream.take(change)
        self._oracle_of(change.key[0].split("/")[0]).changed(change)

    def _published(self, told: Published) -> None:
        self._oracle_of(told.data["region"]).published(told)

    def _oracle_of(self, region: str) -> Oracle:
        """Who knows what is true in a Region."""
        return self.oracle

    def _reads(self, region: str, left: Callable[[], float]) -> Reads:
        """One worker's reads of a Region."""
        return Reads(self._readers, self._memory, self._pace, left)

    def verify(self, letters: Sequence[Letter], plan: Plan | None = None) -> Run:
        """One verify worker gets these messages."""
        records = [letter.as_lambda_gets_it() for letter in letters]
        ends = self.clock.now + timedelta(seconds=template.TIMEOUT)
        reads = partial(self._reads, left=lambda: (ends - self.clock.now).total_seconds())
        work = partial(verify, records, reads, self._edges, self._settings)
        return self._run("verify", work, partial(self.queue.acknowledge, letters), plan)

    def notify(self, batch: Sequence[Record], plan: Plan | None = None) -> Run:
        """One copy of notify gets these records."""
        records = [record.as_lambda_gets_it() for record in batch]
        work = partial(notify.notify, records, self._notify_edges, self._notify_settings)
        return self._run("notify", work, partial(self.stream.acknowledge, batch), plan)

    def sweep(self, plan: Plan | None = None) -> Run:
        """The schedule runs the sweep, and once more when it fails."""
        environment = template.environment("SweepFunction")
        environment["LINKED_REGIONS"] = ",".join(self._settings.linked_regions)
        settings = SweepSettings.read(environment)

        def work() -> bool:
            sweep(Queue(self.queue, URL), settings)
            return True

        return self._run("sweep", work, lambda answer: None if answer else self.sweep(), plan)

    def _run(self, name: str, work: Any, ended: Any, plan: Plan | None) -> Run:
        plan = plan or self.plan_for(name)
        run = Run(self.line, name, work, ended, stalls=self.stalls and plan is not smoothly).go(plan)
        if run.stalled:
            self.stalled.append(run)
        return run

    def was_watched_before(self) -> None:
        """The first sweep is long over: what is found from now on is news."""
        self.ledger.swept(REGION, Swept(CLUSTER, 0, 0, 0, tuple(BY_ID), NOW - timedelta(days=1)))

    def storm_elsewhere(self, left: int, windows: int = 1) -> None:
        """Other incidents leave so many announcements of the budget of this window, and of those after it."""
        for n in range(windows):
            window = int(self.clock.now.timestamp()) // WINDOW + n
            item = {"pk": digests(REGION).key, "sk": f"budget#{window}", "used": BUDGET - left}
            self.table.put_item(TableName="ledger", Item=encode(item))

    def resume(self, run: Run, plan: Plan = smoothly) -> None:
        """A stalled run goes on."""
        self.stalled.remove(run)
        if run.go(plan).stalled:
            self.stalled.append(run)

    def work_off(self) -> None:
        """Everything that waits now is worked on, until nothing waits: what changed first, then the queue."""
        while True:
            if batch := self.stream.batch():
                self.notify(batch)
            elif due := self.queue.due():
                chosen = due[::-1] if self.backwards else due
                self.verify(self.queue.receive(chosen[: self.queue_batch]))
            else:
                return

    def wait(self, seconds: float) -> None:
        """Time passes: messages come due, the schedule sweeps, what stalls too long is killed, all is worked on."""
        end = self.clock.now + timedelta(seconds=seconds)
        while True:
            self.work_off()
            soonest = min(filter(None, (self.queue.next_due(), self.sweep_at, *map(_deadline, self.stalled))))
            if soonest > end:
                self.clock.reach(end)
                return
            self.clock.reach(soonest)
            for run in [each for each in self.stalled if _deadline(each) <= self.clock.now]:
                self.resume(run, lambda _number, _name: Fate.KILL_BEFORE)
            if self.sweep_at <= self.clock.now:
                self.sweep_at += timedelta(seconds=self.sweep_every)
                self.sweep()


def _deadline(run: Run) -> datetime:
    """When Lambda ends a run that has not ended."""
    return run.began + timedelta(seconds=template.TIMEOUT)
