"""A task that does not run fails only for what Service Connect did to it, and each failure names its cause."""

from pathlib import Path

import pytest

from scaudit.judge.causes import explain
from scaudit.judge.rules import Rules
from scaudit.judge.tasks import judge_unstarted
from scaudit.model import Status
from scaudit.model.seen import Seen
from scaudit.proxylog import read_proxy_log
from tests.builders import unstarted
from tests.checks.worlds.starts import CAUSES


@pytest.mark.parametrize(("seen", "causes"), [row[1:] for row in CAUSES], ids=[row[0] for row in CAUSES])
def test_each_failure_of_a_task_that_does_not_run_names_its_cause(seen: Seen, causes: dict[str, str]) -> None:
    found = explain(judge_unstarted(seen, Rules()))
    assert {v.check.id: v.caused_by for v in found if v.status is Status.FAIL} == causes


LOGS = Path(__file__).parents[1] / "data" / "proxy-logs"
CRASHES = (LOGS / "07-crash-loop-sigkill.log").read_text().split("\n")
READY = [n for n, line in enumerate(CRASHES) if line.endswith("starting workers")]


def told(lines: list[str]) -> dict[str, str]:
    seen = unstarted(read_proxy_log(lines), proxy_health="UNHEALTHY", stop_code="TaskFailedToStart")
    return {v.check.id: v.sentence for v in judge_unstarted(seen, Rules()) if v.status is Status.FAIL}


@pytest.mark.parametrize(("run", "times"), [(1, "once"), (2, "2 times"), (3, "3 times")])
def test_where_envoy_exits_again_and_again_that_is_what_is_told_of_an_unhealthy_proxy(run: int, times: str) -> None:
    """Whenever the task is cut off: once the next Envoy is up, and while it starts."""
    up = told(CRASHES[: READY[run] + 1])
    assert up["SC209"].endswith(f"its proxy is UNHEALTHY: Envoy ended {times}, the last time by signal killed")
    assert "SC303" not in up
    starting = told(CRASHES[: READY[run] - 5])
    assert starting["SC303"].startswith(f"Envoy is not ready (Envoy ended {times}, the last time by signal killed): ")
