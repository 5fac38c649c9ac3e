"""Reads of AWS when much breaks at once, beside the build at 8fc134c in the same run.

Run with `.venv/bin/python -m benchmarks.outbreaks`. Each build is driven through its Lambda handlers by the simulated
account of its own tree; that of 8fc134c is laid out from this repository's history. AWS and time are simulated, so that
every figure is the same on every machine.
"""

import json
import subprocess
import sys
import tarfile
from collections.abc import Callable
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

PROJECT = Path(__file__).parents[1]
BEFORE = "8fc134c"
HALF_AN_HOUR = 1800
MOST = 150
"""Reads of each in half an hour, the sweep that finds it included (J25, J26)."""


def ghosts() -> tuple[Any, Callable[[Any], None]]:
    """Of 500 tasks in 50 services 40 were stopped and replaced, and are still registered (J25)."""
    from benchmarks.quota.generate import everyone, generate

    estate = generate(1, 50, 10)

    def breaks(account: Any) -> None:  # noqa: ANN401
        at = account.clock.now - timedelta(minutes=20)
        for service in [each for each in everyone(estate) if len(each.endpoints) == 1][:40]:
            estate.stop(service.tasks[0], at, forgotten=True)
            estate.start(service.deployments[0], service, at)

    return estate, breaks


def one_service(fault: str) -> tuple[Any, Callable[[Any], None]]:
    """1,200 tasks of one service are registered wrongly, or not at all (J26)."""
    from benchmarks.quota.estate import Estate
    from tests.builders import NOW

    estate = Estate()
    steady = NOW - timedelta(days=1)
    service = estate.create("cluster-00", "web", steady, endpoints=("web",), desired=1200, namespace="shop")

    def breaks(account: Any) -> None:  # noqa: ANN401
        for task in service.tasks:
            task.fault = fault

    return estate, breaks


SCENARIOS = {
    "40 ghosts among 500 tasks": (ghosts, (), "SC206", 40),
    "1,200 tasks on a wrong port": (one_service, ("SC203",), "SC203", 1200),
    "1,200 tasks not registered": (one_service, ("SC201",), "SC201", 1200),
}


def measure(name: str) -> tuple[int, int]:
    """How many reads the half hour takes that begins with the sweep which finds it, and how much is on record then."""
    from benchmarks.quota.account import Account

    make, arguments, check, _ = SCENARIOS[name]
    estate, breaks = make(*arguments)
    account = Account(estate)
    account.sweep()
    account.clock.reach(account.clock.now.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1))
    account.forget()
    breaks(account)
    account.sweep(HALF_AN_HOUR)
    failing = [key for key, item in account.table.items.items() if item.get("state") == {"S": "fail"}]
    return sum(account.wire.reads().values()), sum(key[1].startswith(check) for key in failing)


def _in(tree: Path) -> dict[str, tuple[int, int]]:
    """What this module measures in a tree of the project, in a process of its own."""
    command = [sys.executable, __file__, "measure"]
    found = subprocess.run(command, cwd=tree, check=True, capture_output=True, text=True)
    measured: dict[str, tuple[int, int]] = json.loads(found.stdout)
    return measured


def main() -> None:
    with TemporaryDirectory() as before:
        archive = subprocess.run(["git", "archive", BEFORE], cwd=PROJECT, check=True, capture_output=True).stdout
        with tarfile.open(fileobj=BytesIO(archive)) as tree:
            tree.extractall(before, filter="data")
        now, then = _in(PROJECT), _in(Path(before))
    print(f"{'reads in half an hour':<32} {'now':>6} {BEFORE:>8} {'at most':>8}")
    for name, (_, _, _, expected) in SCENARIOS.items():
        (reads, found), (reads_then, _) = now[name], then[name]
        kept = reads <= MOST and found == expected
        print(f"{name:<32} {reads:>6} {reads_then:>8} {MOST:>8}  {'' if kept else f'NOT KEPT ({found} found)'}")


if __name__ == "__main__":
    if sys.argv[1:] == ["measure"]:
        sys.path[:0] = [".", "layers/scaudit"]  # of the tree that this runs in
        print(json.dumps({name: measure(name) for name in SCENARIOS}))
    else:
        main()
