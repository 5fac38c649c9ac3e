"""An upgrade from 8fc134c, whose stacks are in use, and back: nothing is lost, told twice, or told as the baseline
again.

What 8fc134c left in table and queue is kept in tests/data/upgrade; the way back runs its own code, if the clone has it.
"""

import json
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from tests.simulation import handover

ROOT = Path(__file__).parents[2]
LEFT = ROOT / "tests" / "data" / "upgrade" / "8fc134c.json"
Told = Counter[tuple[str, str, str]]
ONCE = {
    ("baseline: open", "SC203", "before"): 1,
    **{("open", "SC203", name): 1 for name in ("opened", "clearing", "lost", "suspected", "withheld", "well")},
    **{("resolved", "SC203", name): 1 for name in handover.SERVICES},
}


def lives(tree: Path, stage: int, left: dict[str, Any] | None, tmp_path: Path) -> dict[str, Any]:
    """One stage under the version in this tree, in a process of its own."""
    source, target = tmp_path / f"before-{stage}.json", tmp_path / f"after-{stage}.json"
    source.write_text(json.dumps(left))
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    command = [sys.executable, handover.__file__, str(tree), str(stage), str(source) if left else "-", str(target)]
    done = subprocess.run(
        command, cwd=tree, env=environment | {"PYTHONHASHSEED": "0"}, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return json.loads(target.read_text())


def told(left: dict[str, Any]) -> Told:
    """What was told so often; a digest tells each of its parts."""
    each = [(state.removeprefix("digest: "), check, service) for _, (state, check, service) in left["told"]]
    return Counter(each)


def test_what_8fc134c_left_open_goes_on_and_nothing_is_told_again() -> None:
    left = json.loads(LEFT.read_text())
    open_then = {service for _, (state, _, service) in left["told"]}
    assert open_then == {"before", "opened", "clearing", "lost"}, "suspected and withheld are still to be told"
    second = handover.lives(1, left)
    assert told(second) == {key: n for key, n in ONCE.items() if key != ("resolved", "SC203", "well")}
    third = handover.lives(2, json.loads(json.dumps(second)))
    assert told(third) == ONCE and third["lost"] == []


@pytest.mark.parametrize("order", [(0, 1, 0), (1, 0, 1)], ids=["upgraded and back", "back and upgraded"])
def test_a_stack_may_change_its_version_twice(earlier: Path, order: tuple[int, ...], tmp_path: Path) -> None:
    left = None
    for stage, version in enumerate(order):
        left = lives((earlier, ROOT)[version], stage, left, tmp_path)
    assert left and told(left) == ONCE and left["lost"] == []
