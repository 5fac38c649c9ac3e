"""A minute's share of the soak, always of the same seeds."""

import re
import subprocess
import sys

from tests.simulation.day import FAULTS
from tests.simulation.soak import PROJECT

SECONDS, SEED = 60, 1
LINE = re.compile(
    r"soak: (\d+) events, (\d+) planted, found (\d+), missed 0, false 0, lost 0, messages per incident (\d+\.\d\d)"
)


def test_nothing_is_missed_false_or_lost() -> None:
    command = [sys.executable, "-m", "tests.simulation.soak", "--seconds", str(SECONDS), "--seed", str(SEED)]
    done = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=False)
    last = LINE.fullmatch(done.stdout.splitlines()[-1]) if done.stdout else None
    assert done.returncode == 0 and last, done.stdout[-3000:] + done.stderr[-3000:]
    events, planted, found = map(int, last.groups()[:3])
    rounds = planted // FAULTS
    assert rounds >= 1 and events >= rounds * 2000 and planted == found == rounds * FAULTS
    # One opens, one resolves; some become critical, reach half or all, or are an effect that is read before its cause.
    assert float(last[4]) <= 2.8
