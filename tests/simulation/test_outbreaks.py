"""Much that breaks at once costs few reads, and all of it is found (J25, J26)."""

import pytest

from benchmarks.outbreaks import MOST, SCENARIOS, measure


@pytest.mark.parametrize("name", SCENARIOS)
def test_J25_J26_what_breaks_at_once_is_found_with_few_reads(name: str) -> None:
    reads, found = measure(name)
    assert reads <= MOST and found == SCENARIOS[name][-1]
