"""`pytest --update` rewrites the golden files; `git diff` is then the review."""

from collections.abc import Callable
from pathlib import Path

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update", action="store_true", help="rewrite golden files and generated pages")


@pytest.hookimpl(tryfirst=True)  # pytest-xdist reads the mark in a hook of the same name
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A local AWS needs a core to itself: tests on one never run beside one another."""
    for item in items:
        if {"e2e", "local"} & set(item.path.relative_to(item.config.rootpath).parts[:2]):
            item.add_marker(pytest.mark.xdist_group("local AWS"))


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Callable[[Path, str], None]:
    """Compare a text with the file that holds what users were promised, or rewrite it under --update."""

    def compare(path: Path, text: str) -> None:
        if request.config.getoption("--update"):
            path.write_text(text)
        assert path.exists(), f"{path} is missing: run pytest --update and review it"
        assert path.read_text() == text, f"{path} is stale: run pytest --update and review the difference"

    return compare
