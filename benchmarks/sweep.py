"""Sweeps of whole estates under AWS's quotas: reads, rates, memory, and whether what was broken was found.

Run with `.venv/bin/python -m benchmarks.sweep`. The functions are the real ones, AWS and time are simulated
(benchmarks/quota), so that every figure but CPU and memory is the same on every machine. A call is throttled as soon as
a bucket is empty, without the retries that the SDK would make. Unpublished rates are assumed: 50 a second for Cloud
Map's reads but DiscoverInstances.
"""

import sys
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from multiprocessing import get_context
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "layers" / "scaudit"))

from benchmarks.quota.account import LONGEST, WORKERS, Account
from benchmarks.quota.figures import Figures, figures, peak_mb
from benchmarks.quota.generate import generate, plant, roll_some
from benchmarks.report import print_sweep, print_table
from tests.simulation.template import SWEEP_EVERY


@dataclass(frozen=True, slots=True)
class Scenario:
    """An estate: clusters, services in each, tasks of each."""

    clusters: int
    services: int
    tasks: int

    def __str__(self) -> str:
        return f"{self.clusters} x {self.services} x {self.tasks}"


WHOLE = Scenario(50, 40, 10)
SCENARIOS = (WHOLE, Scenario(1, 1000, 10), Scenario(1, 1, 1000))


def measure(scenario: Scenario) -> tuple[float, list[Figures]]:
    """Memory in MB before any sweep; then the first sweep, a quiet one, and one that has faults to find."""
    account = Account(generate(scenario.clusters, scenario.services, scenario.tasks))
    before, found = peak_mb(), list[Figures]()
    for name in ("first", "quiet", "faults"):
        began = account.clock.now
        roll_some(account.estate, began)
        planted = plant(account.estate, began) if name == "faults" and scenario.services > 1 else set()
        account.forget()
        account.sweep(SWEEP_EVERY if planted else LONGEST)  # what is broken is looked at for hours
        found.append(figures(f"{scenario}, {name}", account, began, planted))
        while account.clock.now > began:
            began += timedelta(seconds=SWEEP_EVERY)
        account.clock.reach(began)
    return before, found


def main() -> None:
    print(f"{WORKERS} workers of verify; {__doc__.split('Run with')[0].strip()}")
    # A process of its own for each: peak memory cannot be reset.
    with ProcessPoolExecutor(1, mp_context=get_context("spawn"), max_tasks_per_child=1) as fresh:
        all = list(fresh.map(measure, SCENARIOS))
    for before, sweeps in all:
        for each in sweeps:
            print_sweep(each, before)
    print_table({sweep.name: sweep for _, sweeps in all for sweep in sweeps}, str(WHOLE))


if __name__ == "__main__":
    main()
