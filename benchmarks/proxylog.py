"""Reading a proxy log, beside `json.loads` of the GetLogEvents answer that carries the same log.

Run with `.venv/bin/python -m benchmarks.proxylog`. Both take turns in one process, so that the ratio means something on
a noisy machine; the microseconds do not. The budget is 1.
"""

import json
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

PROJECT = Path(__file__).parents[1]
sys.path.insert(0, str(PROJECT / "layers" / "scaudit"))

from scaudit.proxylog import read_proxy_log  # noqa: E402

LOGS = PROJECT / "tests" / "data" / "proxy-logs"
ROUNDS = 200
CALLS = 4


def answer(lines: list[str]) -> str:
    """What GetLogEvents sends for these lines."""
    token = "1" * 56
    events = [{"ingestionTime": 1795353020000, "timestamp": 1795353019084, "message": line} for line in lines]
    return json.dumps({"nextForwardToken": f"f/{token}", "nextBackwardToken": f"b/{token}", "events": events})


def seconds(call: Callable[[], object]) -> float:
    began = time.perf_counter()
    for _ in range(CALLS):
        call()
    return (time.perf_counter() - began) / CALLS


def compare(log: Path) -> tuple[float, float, float]:
    """The median of the ratios, and the best times of both."""
    lines = log.read_text().split("\n")[:-1]
    carried = answer(lines)
    rounds = [(seconds(lambda: read_proxy_log(lines)), seconds(lambda: json.loads(carried))) for _ in range(ROUNDS)]
    ratio = statistics.median(read / loaded for read, loaded in rounds)
    return ratio, min(read for read, _ in rounds), min(loaded for _, loaded in rounds)


def main() -> None:
    logs = sorted(LOGS.glob("*.log"), key=lambda log: log.stat().st_size)
    chosen = {
        "biggest": logs[-1],
        "median": logs[len(logs) // 2],
        "most lines of a start": LOGS / "07-crash-loop-sigkill.log",
    }
    for what, log in chosen.items():
        ratio, read, loaded = compare(log)
        times = f"{read * 1e6:5.0f} µs beside {loaded * 1e6:5.0f} µs"
        print(f"{what:<22} {log.name:<34} {log.stat().st_size // 1024:4} KiB  {times}  ratio {ratio:.2f} (budget 1)")


if __name__ == "__main__":
    main()
