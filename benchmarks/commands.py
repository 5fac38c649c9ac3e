"""How long the two commands take that a newcomer runs: `make demo` once everything is installed, and `make test`.

Run with `.venv/bin/python -m benchmarks.commands`; it takes some ten minutes, on a machine that does nothing else. Both
are wall, since that is what somebody waits for: the one figure here that is not a ratio, and says nothing elsewhere
than on two cores.
"""

import os
import subprocess
import sys
import time
from pathlib import Path

PROJECT = Path(__file__).parents[1]
BUDGETS = {"demo": 45, "test": 360}
"""Seconds."""


def seconds(target: str) -> float:
    """What one target of the Makefile takes. Raises RuntimeError with its last lines when it fails."""
    began = time.monotonic()
    ran = subprocess.run(["make", target], cwd=PROJECT, capture_output=True, text=True)
    if ran.returncode:
        raise RuntimeError(f"make {target}: {(ran.stdout + ran.stderr)[-2000:]}")
    return time.monotonic() - began


def main() -> None:
    print(f"whole commands, wall on {os.cpu_count()} cores")
    for target, budget in BUDGETS.items():
        print(f"  make {target} ...", file=sys.stderr, flush=True)
        took = seconds(target)
        kept = "kept" if took <= budget else "NOT KEPT"
        print(f"  make {target:<6} {took:5.0f} s (budget {budget})  {kept}", flush=True)


if __name__ == "__main__":
    main()
