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
from benchmarks.quota.generate import Members, generate, plant, roll_some
from benchmarks.report import print_regions, print_sweep, print_table
from tests.builders import REGION
from tests.simulation.template import SWEEP_EVERY


@dataclass(frozen=True, slots=True)
class Scenario:
    """An estate: clusters, services in each, tasks of each; the same in each of so many linked Regions."""

    clusters: int
    services: int
    tasks: int
    linked: int = 0

    def __str__(self) -> str:
        region = f"{self.clusters} x {self.services} x {self.tasks}"
        return f"{self.linked + 1} Regions of {region}" if self.linked else region

    def account(self) -> Account:
        """One with this in it."""
        estates = [generate(self.clusters, self.services, self.tasks) for _ in range(self.linked + 1)]
        return Account(estates[0], dict(zip(("eu-west-1", "us-west-2"), estates[1:], strict=False)))


WHOLE = Scenario(50, 40, 10)
ONE, THREE = Scenario(20, 40, 10), Scenario(20, 40, 10, linked=2)
SCENARIOS = (WHOLE, Scenario(1, 1000, 10), Scenario(1, 1, 1000), ONE, THREE)


def measure(scenario: Scenario) -> tuple[float, list[Figures]]:
    """Memory in MB before any sweep; then the first sweep, a quiet one, and one that has faults to find."""
    account = scenario.account()
    before, found = peak_mb(), list[Figures]()
    for name in ("first", "quiet", "faults"):
        began = account.clock.now
        planted: Members = set()
        for region, estate in account.estates.items():
            roll_some(estate, began)
            if name == "faults" and scenario.services > 1:
                planted |= {(f"{region}{pk.removeprefix(REGION)}", sk) for pk, sk in plant(estate, began)}
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
    named = {sweep.name: sweep for _, sweeps in all for sweep in sweeps}
    print_table(named, str(WHOLE))
    print_regions(named[f"{ONE}, quiet"], named[f"{THREE}, quiet"])


if __name__ == "__main__":
    main()
