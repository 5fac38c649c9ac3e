"""One local AWS for each module of tests, quick enough that a task runs within a quarter of a second."""

from collections.abc import Iterator

import pytest

from local.stack import LocalStack, running_stack

TASK_DELAY = 0.05


@pytest.fixture(scope="module")
def stack() -> Iterator[LocalStack]:
    with running_stack(task_delay=TASK_DELAY) as running:
        yield running


@pytest.fixture(autouse=True)
def aws_settings() -> None:
    """Here the settings are those of the local AWS."""
