"""The account that the cases are played in: J1 to J30, found by a hostile review, and R1 to R17, by public reports. Two
are played where their like are: J9 in tests/simulation/test_shifts.py, J23 in tests/simulation/test_unwatched.py.

Every test of a case fails by its own assertion on the judging that this project had before the first of them was
mended; so none of them imports what was made later."""

import pytest

from tests.complaints.cases.played import Played
from tests.complaints.watched import SWEPT


@pytest.fixture
def new(monkeypatch: pytest.MonkeyPatch) -> Played:
    """One in which nothing is yet, and whose first sweep is long over."""
    account = Played(monkeypatch)
    account.was_watched_before()
    return account


@pytest.fixture
def account(new: Played) -> Played:
    """One service of two tasks, which a sweep saw well."""
    new.estate.create("web", 2)
    new.wait(SWEPT)
    assert new.told == []
    return new
