"""Sentences of bounded length."""

import pytest

from scaudit.model.sentences import LONGEST, remarked


@pytest.mark.parametrize("length", [10, LONGEST, 2 * LONGEST])
def test_a_remark_is_not_cut_off(length: int) -> None:
    said = remarked("x" * length, "not known")
    assert said.endswith("; not known") and said.startswith("xxxxxxxxxx") and len(said) <= LONGEST
