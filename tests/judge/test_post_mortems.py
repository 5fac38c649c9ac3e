"""A task that does not run fails only for what Service Connect did to it, and each failure names its cause."""

import pytest

from scaudit.judge.causes import explain
from scaudit.judge.rules import Rules
from scaudit.judge.tasks import judge_unstarted
from scaudit.model import Status
from scaudit.model.seen import Seen
from tests.checks.worlds.starts import CAUSES


@pytest.mark.parametrize(("seen", "causes"), [row[1:] for row in CAUSES], ids=[row[0] for row in CAUSES])
def test_each_failure_of_a_task_that_does_not_run_names_its_cause(seen: Seen, causes: dict[str, str]) -> None:
    found = explain(judge_unstarted(seen, Rules()))
    assert {v.check.id: v.caused_by for v in found if v.status is Status.FAIL} == causes
