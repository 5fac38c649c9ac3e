"""The fixture that most tests of verify stand on."""

from typing import Any

import pytest

from tests.fakes.stubbed import Clock, Stubbed
from tests.fakes.verify_desk import Desk


@pytest.fixture
def desk(aws: Stubbed, dynamodb: Any, clock: Clock) -> Desk:
    return Desk(aws, dynamodb, clock)
