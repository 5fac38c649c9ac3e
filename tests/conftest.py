"""`pytest --update` rewrites the golden files; `git diff` is then the review."""

from collections.abc import Callable
from pathlib import Path

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update", action="store_true", help="rewrite golden files and generated pages")


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Callable[[Path, str], None]:
    """Compare a text with the file that holds what users were promised, or rewrite it under --update."""

    def compare(path: Path, text: str) -> None:
        if request.config.getoption("--update"):
            path.write_text(text)
        assert path.exists(), f"{path} is missing: run pytest --update and review it"
        assert path.read_text() == text, f"{path} is stale: run pytest --update and review the difference"

    return compare
