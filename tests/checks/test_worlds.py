"""Every row of the table of worlds: which checks fail in it, and only these."""

import pytest

from scaudit.checks import CATALOGUE
from scaudit.model import Status
from tests.checks.worlds import FAILING, HEALTHY_ALL_THE_SAME, SUBJECTS
from tests.checks.worlds.rows import Row


@pytest.mark.parametrize("row", FAILING, ids=lambda row: row.name)
def test_this_world_fails(row: Row) -> None:
    assert row.are(Status.FAIL) == row.failing


@pytest.mark.parametrize("row", HEALTHY_ALL_THE_SAME, ids=lambda row: row.name)
def test_this_world_does_not(row: Row) -> None:
    assert row.are(Status.FAIL) == row.failing == set()
    assert {v.check.id: v.sentence for v in row.verdicts if v.status is Status.UNKNOWN} == {}, (
        "what was not collected wants a healthy value in tests/builders.py (WEB, HEALTHY)"
    )


def test_worlds_stand_in_modules_named_after_those_of_the_checks() -> None:
    modules = {check.judge.__module__.rpartition(".")[2] for check in CATALOGUE}
    assert SUBJECTS.keys() - {"rows"} <= modules


def test_every_check_fails_in_a_row_and_passes_in_another() -> None:
    every = {check.id for check in CATALOGUE}
    failing = {id.split()[0] for row in FAILING for id in row.failing}
    assert every - failing == set(), "add a row to FAILING, in the module of tests/checks/worlds/ named as the check's"
    assert failing <= every
    rows = [*FAILING, *HEALTHY_ALL_THE_SAME]
    passing = {v.check.id for row in rows for v in row.verdicts if v.status is Status.PASS}
    assert passing == every, "add a row to HEALTHY_ALL_THE_SAME there"
