"""What a month of scaudit costs: this tree beside 8fc134c, from what each used in the same simulated account.

Run with `.venv/bin/python -m benchmarks.bill`. Requests, bytes, units and runs are counted, CPU is this machine's; a
call of AWS is taken to last 30 ms, and a function to have the share of a CPU that AWS gives its memory (a whole one at
1,769 MB). Idle polls of the queue are Lambda's (five pollers that wait 20 s each). Prices are in prices.json.
"""

import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

PROJECT, EARLIER = Path(__file__).parents[1], "8fc134c232e2"
PRICES = json.loads((PROJECT / "benchmarks" / "prices.json").read_text())["prices"]
RECORD = json.loads((PROJECT / "tests" / "data" / "upgrade" / "records-8fc134c.json").read_text())[0]
DAYS, SWEEPS = 30, 96
CALL, BENCH_CALL = 0.030, 0.005
WHOLE_CPU = 1769
IDLE_POLLS = 5 * 3 * 60 * 24 * DAYS
METRICS, COMPRESSED, RUN_LINES, NOTIFY_SECONDS = 8, 7, 300, 0.1
RETAINED = 3
"""Months: AuditRetentionDays is 90."""


def build(tree: Path, most: int) -> dict[str, Any]:
    """What a build used (benchmarks/beside.py), in a process of its own."""
    ran = subprocess.run(
        [sys.executable, str(PROJECT / "benchmarks" / "beside.py"), str(tree), str(most)],
        cwd=tree,
        check=True,
        capture_output=True,
        text=True,
    )
    told: dict[str, Any] = json.loads(ran.stdout)
    return told


def earlier(folder: str) -> Path | None:
    """A checkout of 8fc134c, if this clone reaches it."""
    archive = subprocess.run(["git", "archive", EARLIER], cwd=PROJECT, capture_output=True, check=False)
    if archive.returncode:
        return None
    subprocess.run(["tar", "-x", "-C", folder], input=archive.stdout, check=True)
    return Path(folder)


def month(used: Mapping[str, Counter[str]], alarms: int, services: int, *, deployed: bool, linked: bool = False) -> Any:  # noqa: ANN401
    """Dollars of a month by line: 95 quiet sweeps a day and one that tells of everything, and, where each service is
    `deployed` once a day, what its deployment adds. `linked`: events come from another Region."""
    total: Counter[str] = Counter()
    for name in {*used["quiet"], *used["day"], *used["deployment"]}:
        daily = (SWEEPS - 1) * used["quiet"].get(name, 0) + used["day"].get(name, 0)
        daily += services * used["deployment"].get(name, 0) if deployed else 0
        total[name] = max(0, round(DAYS * daily))
    notified = total["changes that wake notify"]
    bytes_ = total["log bytes"] + RUN_LINES * (total["runs"] + notified)
    quantities = {
        "log bytes": bytes_,
        "log bytes kept a month": bytes_ * RETAINED / COMPRESSED,
        "read units": total["read units"],
        "write units": total["write units"],
        "discoveries": total["discoveries"],
        "GB-s": seconds_of(total) + notified * NOTIFY_SECONDS * 0.25,
        "runs": total["runs"] + notified,
        "queue requests": IDLE_POLLS + 3 * (total["messages"] + total["events"]),
        "schedules": DAYS * SWEEPS,
        "events from other Regions": total["events"] if linked else 0,
        "alarms": alarms,
        "metrics": METRICS,
    }
    return {name: n / PRICES[name]["per"] * PRICES[name]["dollars"] for name, n in quantities.items()}


def seconds_of(total: Mapping[str, float]) -> float:
    """GB-seconds of the functions: waiting, calls that really take longer, and CPU at their share of one."""
    found = 0.0
    for name in total:
        if name.startswith("ms waited at "):
            megabytes = int(name.split()[3])
            cpu = total[f"us of cpu at {megabytes} MB"] / 1e6 * WHOLE_CPU / megabytes
            slower = total["calls"] * (CALL - BENCH_CALL) if megabytes == 512 else 0.0
            found += (total[name] / 1e3 + cpu + slower) * megabytes / 1024
    return found


def yardstick() -> float:
    """Microseconds of CPU for `json.dumps` of the record that 8fc134c wrote of a healthy task."""
    found = []
    for _ in range(60):
        began = time.process_time()
        for _ in range(200):
            json.dumps(RECORD)
        found.append((time.process_time() - began) / 200 * 1e6)
    return statistics.median(found)


def lines(builds: Mapping[str, dict[str, Any]]) -> None:
    """The bills, line by line, of every build and size."""
    bills = {
        (name, int(tasks), deployed): month(used, found["alarms"], int(tasks) // 10, deployed=deployed)
        for name, found in builds.items()
        for tasks, used in found["sizes"].items()
        for deployed in (False, True)
    }
    print("\ndollars a month, quiet / with one deployment of each service a day")
    sizes = sorted({tasks for _, tasks, _ in bills})
    for name in builds:
        print(f"{name:<26}" + "".join(f"{tasks:>15,} tasks" for tasks in sizes))
        for line in PRICES:
            shown = "".join(
                f"{bills[name, tasks, False][line]:>11.2f} /{bills[name, tasks, True][line]:>8.2f}" for tasks in sizes
            )
            print(f"  {line:<24}{shown}")
        totals = "".join(
            f"{sum(bills[name, t, False].values()):>11.2f} /{sum(bills[name, t, True].values()):>8.2f}" for t in sizes
        )
        print(f"  {'all':<24}{totals}")
    if len(builds) > 1:
        most = max(sizes)
        mine, theirs = (sum(bills[name, most, False].values()) for name in builds)
        kept(f"the bill of {most:,} quiet tasks, dollars", mine, theirs / 2, f"half of 8fc134c's {theirs:.2f}")


def kept(what: str, is_: float, most: float, yardstick: str) -> None:
    """One row: the figure beside its target."""
    print(f"{what:<52} {is_:>9.2f}, at most {most:>9.2f} ({yardstick})  {'kept' if is_ <= most else 'NOT KEPT'}")


def main() -> None:
    most = int(sys.argv[1]) if len(sys.argv) > 1 else 20000
    with tempfile.TemporaryDirectory() as folder:
        trees = {"this tree": PROJECT, "8fc134c": earlier(folder)}
        builds = {name: build(tree, most) for name, tree in trees.items() if tree}
    stick = yardstick()
    print(f"a quiet task of {most:,}, beside json.dumps of 8fc134c's record of it ({stick:.1f} µs)")
    for name, found in builds.items():
        quiet = found["sizes"][str(most)]["quiet"]
        cpu, log = quiet["cpu us"] / quiet["verified"], quiet["log bytes"] / quiet["verified"]
        if name == "this tree":
            kept("  CPU of a quiet task, µs", cpu, 25 * stick, "25 yardsticks")
            kept("  audit log of a quiet task, bytes", log, 100, "issue 16")
            kept("  AWS reads of the sweep", quiet["reads"], 2700, "issue 16")
        else:
            print(f"  {name}: {cpu:.0f} µs ({cpu / stick:.0f} yardsticks), {log:.0f} bytes, {quiet['reads']} reads")
    lines(builds)


if __name__ == "__main__":
    main()
