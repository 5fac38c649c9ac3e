"""What one build of scaudit uses in a month, driven by its handlers in the simulated account that its own tree brings.

Run with `python benchmarks/beside.py TREE`; benchmarks/bill.py runs it for this tree and for 8fc134c. It prints JSON:
for each size of an estate what a quiet sweep used, one that comes a day after, and what the deployment of one service
adds, with its events.
"""

import json
import math
import sys
import time
from collections import Counter
from collections.abc import Callable, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

if __name__ == "__main__":
    TREE = Path(sys.argv[1])
    sys.path[:] = [str(TREE), str(TREE / "layers" / "scaudit"), *(p for p in sys.path if p not in ("", str(TREE)))]

from benchmarks.quota.account import Account
from benchmarks.quota.estate import Service, Task
from benchmarks.quota.generate import everyone, generate
from tests.builders import ACCOUNT, REGION
from tests.contracts.deployed import of_type, properties

SIZES = {100: (1, 10, 10), 2000: (5, 40, 10), 20000: (50, 40, 10)}
"""Tasks: clusters, services in each, tasks of each."""
SWEEP_EVERY = timedelta(minutes=15)
INDEXES = ("standing_in", "speaking_in")
WAKES = ("SC", "touch#")
"""How the keys begin of the items whose changes wake notify (the filter of the stream in template.yaml)."""
Used = Counter[str]


def measured(tasks: int) -> dict[str, Used]:
    """What sweeps of one estate used: a quiet one, one a day later, and what a deployment adds."""
    account = Metered(generate(*SIZES[tasks]))
    for _ in range(3):
        account.passes(SWEEP_EVERY)
    quiet = account.passes(SWEEP_EVERY)
    quiet["tasks"] = tasks
    day = account.passes(timedelta(days=1))
    account.passes(SWEEP_EVERY)
    deployed = everyone(account.estate)[: max(2, len(everyone(account.estate)) // 96)]
    account.deploys(deployed)
    both = account.passes(timedelta(0)) + account.passes(SWEEP_EVERY)
    more = {name: (both[name] - 2 * quiet[name]) / len(deployed) for name in both}
    return {"quiet": quiet, "day": day, "deployment": Counter({name: round(n, 3) for name, n in more.items()})}


class Metered(Account):
    """An account whose functions and table are billed."""

    def __init__(self, estate: Any) -> None:  # noqa: ANN401
        self.used: Used = Counter()
        self._posted: Used = Counter()
        super().__init__(estate)
        for name in ("put_item", "update_item", "delete_item", "get_item", "batch_get_item", "query"):
            setattr(self.table, name, self._billed(name, getattr(self.table, name)))
        if hasattr(self.table, "batch_write_item"):  # 8fc134c's has none
            self.table.batch_write_item = self._billed_each(self.table.batch_write_item)
        self.table._changed = self._wakes

    def passes(self, after: timedelta) -> Used:
        """What the next sweep uses, so long after the last, with all that is in the queue."""
        self.clock.reach(self.clock.now + after)
        self.forget()
        self.used, sent = self._posted, self.queue._sent
        self._posted = Counter()
        self.sweep()
        self.used["reads"] = sum(self.wire.reads().values())
        self.used["discoveries"] = self.wire.calls["servicediscovery:DiscoverInstances"]
        self.used["messages"] = self.queue._sent - sent
        self.used["log bytes"] = self.written
        self.used["verified"] = len(self.judged)
        self.used["cpu us"] = round(self.cpu * 1e6)
        return self.used

    def deploys(self, services: list[Service]) -> None:
        """Each is rolled, task by task; what ECS says of that is on its way to the queue."""
        now = self.clock.now
        for service in services:
            known = {task.id for task in service.tasks}
            leaving = [task for task in service.tasks if task.status(now) == "RUNNING"]
            self.estate.roll(service, now, timedelta(seconds=20))
            coming = [task for task in service.tasks if task.id not in known]
            for task in coming:
                self._tells(event_of(task, "RUNNING"), (task.started_at - now).total_seconds())
            for task in leaving:
                self._tells(event_of(task, "STOPPED"), (task.stopped_at - now).total_seconds())
            ends = max((task.stopped_at - now).total_seconds() for task in leaving)
            for name, after in (("IN_PROGRESS", 0.0), ("COMPLETED", ends)):
                self._tells(deployment_of(service, name), after)

    def _tells(self, event: dict[str, Any], after: float) -> None:
        self.queue.post(json.dumps(event), after)
        self._posted["events"] += 1

    def _invoke(self, handler: Any, event: Any, function: str) -> Any:  # noqa: ANN401
        before, cpu, calls = self.time.seconds(), self.cpu, self.wire.calls.total()
        answer = super()._invoke(handler, event, function)
        megabytes = properties(function)["MemorySize"]
        self.used["runs"] += 1
        self.used["calls"] += self.wire.calls.total() - calls
        self.used[f"ms waited at {megabytes} MB"] += round((self.time.seconds() - before) * 1000)
        self.used[f"us of cpu at {megabytes} MB"] += round((self.cpu - cpu) * 1e6)
        return answer

    def _billed(self, name: str, call: Callable[..., dict[str, Any]]) -> Callable[..., dict[str, Any]]:
        def billed(**request: Any) -> dict[str, Any]:  # noqa: ANN401
            key = _key(request)
            kept = self.table.items.get(key)
            answer = call(**request)
            self._bill(name, request, answer, kept, self.table.items.get(key))
            return answer

        return billed

    def _billed_each(self, call: Callable[..., dict[str, Any]]) -> Callable[..., dict[str, Any]]:
        """A batch is billed as so many puts (AWS: DynamoDB, read and write operations)."""

        def billed(**request: Any) -> dict[str, Any]:  # noqa: ANN401
            before = dict(self.table.items)
            answer = call(**request)
            ((name, asked),) = request["RequestItems"].items()
            left = answer.get("UnprocessedItems", {}).get(name, ())
            for put in (each["PutRequest"] for each in asked if each not in left):
                self._bill("put_item", put, answer, before.get(_key(put)), self.table.items.get(_key(put)))
            return answer

        return billed

    def _bill(self, name: str, request: Any, answer: Any, before: Any, after: Any) -> None:  # noqa: ANN401
        """Units as AWS counts them (DynamoDB: read and write operations): reads by 4 KB, half of it unless consistent,
        a query's items together; writes by the larger of the item before and after, and once more for each index."""
        if name == "batch_get_item":
            (asked,) = request["RequestItems"].values()
            sizes = [_size(self.table.items.get(_key({"Key": key}))) for key in asked["Keys"]]
            self.used["read units"] += sum(map(_units, sizes))
        elif name in ("get_item", "query"):
            found = answer["Items"] if name == "query" else [answer.get("Item")]
            units = _units(sum(map(_size, found)))
            self.used["read units"] += units if request.get("ConsistentRead") else units / 2
        else:
            self.used["write units"] += max(_units(_size(before), 1024), _units(_size(after), 1024))
            for index in INDEXES:
                if index in (before or {}) or index in (after or {}):
                    self.used["write units"] += 1

    def _wakes(self, change: Any) -> None:  # noqa: ANN401
        self.used["changes that wake notify"] += change.after is not None and change.key[1].startswith(WAKES)


def _key(request: Mapping[str, Any]) -> tuple[str, str]:
    raw = request.get("Key") or request.get("Item") or {"pk": {"S": ""}, "sk": {"S": ""}}
    return raw["pk"]["S"], raw["sk"]["S"]


def _size(item: Mapping[str, Any] | None) -> int:
    """Bytes, nearly: names and values (AWS: DynamoDB item sizes)."""
    return sum(len(name) + len(json.dumps(value)) - 7 for name, value in (item or {}).items())


def _units(size: int, of: int = 4096) -> int:
    return max(1, math.ceil(size / of))


def event_of(task: Task, status: str) -> dict[str, Any]:
    """ECS's event that a task has this status."""
    service, moment = task.service, task.started_at if status == "RUNNING" else task.stopped_at
    detail = {
        "clusterArn": service.cluster.arn,
        "taskArn": task.arn,
        "group": f"service:{service.name}",
        "lastStatus": status,
        "version": 0,
    }
    return _event("ECS Task State Change", task.arn, detail, moment.isoformat())


def deployment_of(service: Service, state: str) -> dict[str, Any]:
    """ECS's event that the deployment of a service is in this state."""
    return _event("ECS Deployment State Change", service.arn, {"eventName": f"SERVICE_DEPLOYMENT_{state}"}, "")


def _event(kind: str, arn: str, detail: dict[str, Any], moment: str) -> dict[str, Any]:
    head = {"version": "0", "source": "aws.ecs", "account": ACCOUNT, "region": REGION, "time": moment}
    return head | {"detail-type": kind, "resources": [arn], "detail": detail}


def main() -> None:
    began = time.monotonic()
    found = {tasks: measured(tasks) for tasks in SIZES if tasks <= int(sys.argv[2] if len(sys.argv) > 2 else 20000)}
    kinds = ("AWS::CloudWatch::Alarm", "AWS::CloudWatch::CompositeAlarm")
    alarms = sum(len(of_type(kind)) for kind in kinds)
    json.dump({"sizes": found, "alarms": alarms, "seconds": round(time.monotonic() - began)}, sys.stdout)


if __name__ == "__main__":
    main()
