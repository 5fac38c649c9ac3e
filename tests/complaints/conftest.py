"""The account that the complaints are about."""

import pytest

from tests.complaints.watched import SWEPT, Watched


@pytest.fixture
def account() -> Watched:
    """One service of two tasks, which the first sweep saw well."""
    account = Watched()
    account.estate.create("web", 2)
    account.wait(SWEPT)
    assert account.told == []
    return account
