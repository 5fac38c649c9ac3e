"""`scaudit check` beside the build of 8fc134c: what a slow AWS costs, reads, and CPU; and a whole account.

Run with `.venv/bin/python -m benchmarks.check`. Both builds are whole processes, by their commands alone, against one
simulated AWS (benchmarks/quota/served.py); 8fc134c is made of this repository's history. They take turns; of the
rounds the least counts. The wall with time added to each call, minus the wall with none, is what waiting costs;
everything else is in both. It is told for 40 ms a call, and measured with 200: 40 drown in what a busy machine adds.
"""

import json
import os
import resource
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.request import urlopen

from benchmarks.neighbours import NEIGHBOURS
from benchmarks.yardsticks import PROJECT, before

ADDED, TOLD_FOR = 0.2, 0.04
"""Seconds that are added to each call, and for how many it is told."""
ROUNDS = {0.0: 5, ADDED: 2}
READS = {"shared": 45, "own": 85}
WAITING, CPU = 1 / 4, 1 / 2
WHAT = {
    "shared": "20 services x 10 tasks, one task definition and log group",
    "own": "20 services x 10 tasks, a task definition and log group each",
}


@dataclass(frozen=True, slots=True)
class Ran:
    """One run: seconds of wall and of CPU, reads by IAM action."""

    wall: float
    cpu: float
    reads: dict[str, int]


class AWS:
    """A served estate."""

    def __init__(self, address: str) -> None:
        self.address = address

    def delayed(self, seconds: float) -> None:
        """From now on every call takes so much longer."""
        urlopen(f"{self.address}/delay/{seconds}").close()

    def run(self, command: Sequence[str], codes: Sequence[int] = (0,)) -> Ran:
        """Run a command against it. Raises RuntimeError when it exits with another code."""
        urlopen(f"{self.address}/calls").close()
        # As most people's: no AWS settings but these.
        settings = {"AWS_ENDPOINT_URL": self.address, "AWS_ACCESS_KEY_ID": "none", "AWS_SECRET_ACCESS_KEY": "none"}
        settings |= {"AWS_DEFAULT_REGION": "ap-northeast-1", "AWS_CONFIG_FILE": os.devnull, "PATH": os.environ["PATH"]}
        used, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
        ran = subprocess.run(command, env=settings, capture_output=True, text=True)
        wall, now = time.monotonic() - began, resource.getrusage(resource.RUSAGE_CHILDREN)
        if ran.returncode not in codes:
            raise RuntimeError(f"{' '.join(command)}: {ran.returncode} {ran.stdout[-2000:]} {ran.stderr[-2000:]}")
        with urlopen(f"{self.address}/calls") as told:
            reads = json.load(told)
        return Ran(wall, now.ru_utime + now.ru_stime - used.ru_utime - used.ru_stime, reads)


@contextmanager
def served(estate: str) -> Iterator[AWS]:
    """A process of its own, so that its CPU is not the command's."""
    command = [sys.executable, "-m", "benchmarks.quota.served", estate]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=PROJECT) as process:
        assert process.stdout and process.stdin
        try:
            yield AWS(process.stdout.readline().strip())
        finally:
            process.stdin.close()


def compare(estate: str, ours: Sequence[str], theirs: Sequence[str]) -> None:
    """Print the figures of one estate."""
    runs: dict[tuple[str, float], list[Ran]] = {}
    with served(estate) as aws:
        for command in (ours, theirs):
            aws.run(command)  # fills the caches of AWS and of bytecode
        for delay, rounds in ROUNDS.items():
            aws.delayed(delay)
            for name, command in (("now", ours), ("before", theirs)) * rounds:
                runs.setdefault((name, delay), []).append(aws.run(command))
    names = ("now", "before")
    fastest = {key: min(run.wall for run in found) for key, found in runs.items()}  # a busy machine only adds
    waiting = {name: (fastest[name, ADDED] - fastest[name, 0.0]) * TOLD_FOR / ADDED for name in names}
    cpu = {name: min(run.cpu for run in runs[name, 0.0]) for name in names}
    reads = {name: sum(runs[name, 0.0][0].reads.values()) for name in names}
    print(f"  {WHAT[estate]}")
    for what, found, most in (("waiting for AWS, s", waiting, WAITING), ("CPU, s", cpu, CPU)):
        ratio = found["now"] / found["before"]
        kept = "kept" if ratio <= most else "NOT KEPT"
        print(f"    {what:<20} {found['now']:6.2f} beside {found['before']:6.2f}: {ratio:.2f} (budget {most})  {kept}")
    kept = "kept" if reads["now"] <= READS[estate] else "NOT KEPT"
    print(f"    {'reads':<20} {reads['now']:6} beside {reads['before']:6} (budget {READS[estate]})  {kept}")
    print("      " + ", ".join(f"{name.split(':')[1]} {n}" for name, n in sorted(runs["now", 0.0][0].reads.items())))


def whole(ours: Sequence[str]) -> None:
    """Print the figures of 50 clusters, beside the neighbours'."""
    with served("whole") as aws:
        ran = aws.run(ours, codes=(0, 1, 2))
    reads = sum(ran.reads.values())
    print(f"  50 clusters x 40 services x 10 tasks: {reads:,} reads, {ran.wall:.0f} s, {ran.cpu:.0f} s of CPU")
    for each in NEIGHBOURS:
        if each.name.split()[0] in ("ecs-doctor", "prowler"):
            print(f"    {each.name}: {each.calls} calls by its measured slope; {each.remark}")


def main() -> None:
    print("scaudit check, whole processes")
    arguments = ["check", "--cluster", "cluster-00", "--output", "json"]
    scaudit = [str(PROJECT / ".venv" / "bin" / "scaudit")]
    with before() as theirs:
        for estate in sys.argv[1:] or ("shared", "own"):
            if estate in WHAT:
                compare(estate, [*scaudit, *arguments], [*theirs, *arguments])
    if not sys.argv[1:] or "whole" in sys.argv:
        whole([*scaudit, "check", "--all", "--output", "json"])


if __name__ == "__main__":
    main()
