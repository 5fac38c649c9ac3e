"""One account with scaudit deployed in it: the real handlers, loaded as Lambda loads them, on simulated AWS."""

import importlib.util
import json
import os
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import Any, TypeVar
from unittest.mock import patch

from benchmarks.quota.audit_log import looked_at
from benchmarks.quota.cloudmap import CloudMap
from benchmarks.quota.ecs import ECS
from benchmarks.quota.estate import Estate
from benchmarks.quota.logs import Logs
from benchmarks.quota.regions import There
from benchmarks.quota.sns import SNS
from benchmarks.quota.virtual import Time
from benchmarks.quota.wire import Wire, ends, measured
from scaudit.collect.aws.pace import Pace
from tests.builders import NOW, REGION
from tests.contracts.deployed import properties
from tests.fakes.client import clients
from tests.simulation import template
from tests.simulation.clock import Clock
from tests.simulation.dynamodb import DynamoDB
from tests.simulation.runs import Killed
from tests.simulation.sqs import SQS, Letter

FUNCTIONS = Path(__file__).parents[2] / "functions"
_SOURCE = properties("VerifyFunctionQueue")
WORKERS = int(_SOURCE["ScalingConfig"]["MaximumConcurrency"])
WINDOW = float(_SOURCE["MaximumBatchingWindowInSeconds"])
RECEIVED = 10
"""Messages that one ReceiveMessage brings (AWS: SQS)."""
POLL = 0.25
"""Seconds between two looks at the queue."""
LONGEST = 3600.0
"""Seconds after which whatever still goes on is left alone."""
T = TypeVar("T")
Handler = Callable[[Mapping[str, Any], object], Any]


def named(region: str, task: str) -> str:
    """A task; estates of other Regions may have the same ids."""
    return task if region == REGION else f"{region}/{task}"


class Context:
    """What Lambda tells a function about its run."""

    def __init__(self, virtual: Time, seconds: float) -> None:
        self.ends = virtual.seconds() + seconds
        self._virtual = virtual

    def get_remaining_time_in_millis(self) -> int:
        return int((self.ends - self._virtual.seconds()) * 1000)


class Account:
    """Everything of it: an estate, and those of the Regions that are linked. What scaudit writes to its audit log is in
    `judged`, by task, and `records`; `apart` are the tasks that have a record of their own."""

    def __init__(self, estate: Estate, linked: Mapping[str, Estate] | None = None) -> None:
        self.clock, self.estate = Clock(NOW), estate
        self.estates = {REGION: estate, **(linked or {})}
        self.time = Time(self.clock)
        self.wires = {region: Wire(self.time, region) for region in self.estates}
        self.wire = self.wires[REGION]
        self.queue, self.table = SQS(self.wire), DynamoDB(self.wire, lambda change: None)
        self._clients = self._of(REGION) | {"sqs": self.queue, "dynamodb": self.table}
        self._there = {region: self._of(region) for region in self.estates.keys() - {REGION}}
        self._sweep_handler = self._load("sweep")
        self.forget()

    def _of(self, region: str) -> dict[str, object]:
        """The clients of a Region."""
        estate = self.estates[region]
        answers: dict[str, object] = {
            "ecs": ECS(estate, self.clock),
            "servicediscovery": CloudMap(estate, self.clock),
            "logs": Logs(estate, self.clock),
            "sns": SNS(),
        }
        if region != REGION:
            answers = {name: There(its, region) for name, its in answers.items()}
        return {**clients(answers, self.wires[region])}

    def forget(self) -> None:
        """Count from nothing. The table keeps what it has, the processes of the functions do not."""
        for wire in self.wires.values():
            wire.forget()
        self.began = self.time.seconds()
        self.judged: Counter[str] = Counter()
        self.records: Counter[str] = Counter()
        self.apart: set[str] = set()
        self.written = self.returned = self.killed = 0
        self.cpu = 0.0

    def sweep(self, most: float = LONGEST) -> None:
        """The schedule fires, and the queue's workers live until nothing is left to do, or for `most` seconds."""
        until = self.time.seconds() + most
        self._under_way = False
        self.time.start(self._fire)
        for _ in range(WORKERS):
            self.time.start(partial(self._work, self._load("verify"), until))
        with patch("scaudit.audit.batch.side_by_side", self._side_by_side):
            self.time.run()

    def _fire(self) -> None:
        self._invoke(self._sweep_handler, {}, "SweepFunction")
        self._under_way = True

    def _over(self) -> bool:
        """Whether the sweep has come to its end: a message is in the queue until it is dealt with."""
        return self._under_way and not self.queue.letters

    def _work(self, handler: Handler, until: float) -> None:
        """One worker: batch after batch."""
        while batch := self._batch(until):
            answer = self._invoke(
                handler, {"Records": [letter.as_lambda_gets_it() for letter in batch]}, "VerifyFunction"
            )
            if answer is None:
                self.killed += 1
                handler = self._load("verify")
            failed = [each["itemIdentifier"] for each in answer["batchItemFailures"]] if answer else None
            self.returned += len(failed or ())
            self.queue.acknowledge(batch, failed)

    def _batch(self, until: float) -> list[Letter]:
        """As many messages as the event source gathers within its window."""
        batch: list[Letter] = []
        ends = until
        while self.time.seconds() < ends and len(batch) < template.QUEUE_BATCH and not self._over():
            room = min(RECEIVED, template.QUEUE_BATCH - len(batch))
            batch += self.queue.receive(self.queue.due()[:room])
            if batch and ends == until:
                ends = min(until, self.time.seconds() + WINDOW)
            self.time.sleep(POLL)
        return batch

    def _invoke(self, handler: Handler, event: Mapping[str, Any], function: str) -> Any:  # noqa: ANN401
        context = Context(self.time, float(properties(function)["Timeout"]))
        answer, cpu = measured(partial(handler, event, context), context.ends)
        self.cpu += cpu
        return answer

    def _side_by_side(self, works: Sequence[Callable[[], T]]) -> list[T]:
        """What product code does in threads, in virtual time: they die with the worker whose they are."""
        until = ends()

        def alone(work: Callable[[], T]) -> T:
            answer, cpu = measured(work, until)
            self.cpu += cpu
            if answer is None:
                raise Killed("a thread of it")
            return answer

        return self.time.side_by_side([partial(alone, work) for work in works] if len(works) > 1 else works)

    def _load(self, name: str) -> Handler:
        """A fresh process of a function: its module with this account's clients, clock and patience."""
        environment = template.environment(f"{name.title()}Function")
        environment["LINKED_REGIONS"] = ",".join(self.estates.keys() - {REGION})
        spec = importlib.util.spec_from_file_location(f"{name}_in_a_process", FUNCTIONS / name / f"{name}.py")
        assert spec and spec.loader
        module = importlib.util.module_from_spec(spec)
        with ExitStack() as told:
            told.enter_context(patch.dict(os.environ, environment))
            told.enter_context(
                patch(
                    "boto3.client",
                    lambda name, region_name=REGION, **_: self._there.get(region_name, self._clients)[name],
                )
            )
            told.enter_context(patch("scaudit.clock.utc_now", self.clock))
            told.enter_context(patch("scaudit.record.write", self._write))
            told.enter_context(
                patch("scaudit.collect.aws.pace.Pace", partial(Pace, now=self.time.seconds, sleep=self.time.sleep))
            )
            spec.loader.exec_module(module)
        handler: Handler = module.handler
        return handler

    def _write(self, record: Mapping[str, Any]) -> None:
        self.written += len(json.dumps(record, separators=(",", ":"))) + 1
        self.records[record["record"]] += 1
        self.judged.update(named(record["region"], task) for task in looked_at(record))
        if record["record"] == "task":
            self.apart.add(named(record["region"], record["task_id"]))
