"""Judging one task, its facts in hand: every check that is about a task, and what explains what.

Run with `.venv/bin/python -m benchmarks.judge`. The budget is 100 µs of CPU. Beside it stands the same for a yardstick,
so that a slow machine shows: `json.dumps` of the record that the verdicts become.
"""

import json
import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

PROJECT = Path(__file__).parents[1]
sys.path[:0] = [str(PROJECT), str(PROJECT / "layers" / "scaudit")]

from scaudit.audit.records import task_record  # noqa: E402
from scaudit.judge.rules import Rules  # noqa: E402
from scaudit.judge.tasks import judge_task  # noqa: E402
from scaudit.judge.telling import explain  # noqa: E402
from scaudit.model.seen import LOOKED_AT  # noqa: E402
from tests.builders import DEPLOYMENT, HEALTHY, REGION, SERVICE, with_instance  # noqa: E402

BUDGET = 100
ROUNDS, CALLS = 60, 100
_ONE_ENDPOINT = replace(SERVICE, deployments=(replace(DEPLOYMENT, endpoints=DEPLOYMENT.endpoints[:1]),))
TASKS = {
    "in a quiet sweep, one endpoint": replace(HEALTHY, service=_ONE_ENDPOINT, log=LOOKED_AT),
    "in a quiet sweep, two endpoints": replace(HEALTHY, log=LOOKED_AT),
    "with its log, two endpoints": HEALTHY,
    "with its log, registered with a wrong port": with_instance(port="9999"),
}


def microseconds(work: Callable[[], object]) -> float:
    """CPU of one call, as the median of many rounds."""
    found = []
    for _ in range(ROUNDS):
        began = time.process_time()
        for _ in range(CALLS):
            work()
        found.append((time.process_time() - began) / CALLS * 1e6)
    return statistics.median(found)


def main() -> None:
    rules = Rules()
    record = task_record(REGION, HEALTHY, judge_task(HEALTHY, rules), 0)
    for what, seen in TASKS.items():
        took = microseconds(lambda seen=seen: explain(judge_task(seen, rules)))  # type: ignore[misc]
        print(f"judging a task {what:<45} {took:4.0f} µs (budget {BUDGET})")
    print(f"yardstick: json.dumps of its record {'':<24} {microseconds(lambda: json.dumps(record)):4.0f} µs")


if __name__ == "__main__":
    main()
