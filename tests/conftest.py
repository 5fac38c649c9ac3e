"""`pytest --update` rewrites the golden files; `git diff` is then the review."""

import gc
import subprocess
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.loaders import JSONFileLoader
from moto import mock_aws
from moto.core.config import default_user_config

from tests.builders import REGION
from tests.fakes.stubbed import TABLE, Clock, Stubbed

ROOT, EARLIER = Path(__file__).parents[1], "8fc134c232e2"
_read = JSONFileLoader.load_file


@cache
def _once(path: str) -> Any:
    return _read(JSONFileLoader(), path)


JSONFileLoader.load_file = lambda _, path: _once(path)
default_user_config["core"]["reset_boto3_session"] = False
"""moto gives each test a session of its own, and each session looks for botocore's models and reads them anew: most of
a test's time. What differs from test to test is in its clients and in moto's own state, which is reset."""


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update", action="store_true", help="rewrite golden files and generated pages")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Under --update run nothing but what writes files, so that it may be asked for all at once."""
    if config.getoption("--update"):
        writing = [item for item in items if "golden" in getattr(item, "fixturenames", ())]
        config.hook.pytest_deselected(items=[item for item in items if item not in writing])
        items[:] = writing


def pytest_collection_finish() -> None:
    """What stands now stays to the end: to look through it for garbage again and again is a tenth of all the time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 50, 100)


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Callable[[Path, str], None]:
    """Compare a text with the file that holds what users were promised, or rewrite it under --update."""

    def compare(path: Path, text: str) -> None:
        if request.config.getoption("--update"):
            path.write_text(text)
        assert path.exists(), f"{path} is missing: run pytest --update and review it"
        assert path.read_text() == text, f"{path} is stale: run pytest --update and review the difference"

    return compare


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that the first deployment of the project builds in, and every later one deploys."""
    return tmp_path_factory.mktemp("built") / "build"


@pytest.fixture(scope="session")
def earlier(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A checkout of 8fc134c, whose stacks are in use."""
    archive = subprocess.run(["git", "archive", EARLIER], cwd=ROOT, capture_output=True, check=False)
    if archive.returncode:
        pytest.skip(f"this clone does not reach {EARLIER}: {archive.stderr.decode()}")
    tree = tmp_path_factory.mktemp(EARLIER)
    subprocess.run(["tar", "-x", "-C", str(tree)], input=archive.stdout, check=True)
    return tree


@pytest.fixture(autouse=True)
def aws_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "test")
    monkeypatch.setenv("AWS_DEFAULT_REGION", REGION)
    for name in ("AWS_PROFILE", "AWS_ENDPOINT_URL", "AWS_SESSION_TOKEN"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def aws() -> Iterator[Stubbed]:
    with Stubbed() as stubbed:
        yield stubbed


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def dynamodb() -> Iterator[Any]:
    with mock_aws():
        client = boto3.client("dynamodb", region_name=REGION)
        client.create_table(
            TableName=TABLE,
            BillingMode="PAY_PER_REQUEST",
            AttributeDefinitions=[
                {"AttributeName": name, "AttributeType": "S"} for name in ("pk", "sk", "standing_in", "speaking_in")
            ],
            KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
            GlobalSecondaryIndexes=[
                {
                    "IndexName": "standing",
                    "KeySchema": [{"AttributeName": "standing_in", "KeyType": "HASH"}],
                    "Projection": {"ProjectionType": "KEYS_ONLY"},
                },
                {
                    "IndexName": "speaking",
                    "KeySchema": [{"AttributeName": "speaking_in", "KeyType": "HASH"}],
                    "Projection": {
                        "ProjectionType": "INCLUDE",
                        "NonKeyAttributes": ["opened_at", "noticed_at", "told_at", "severity", "baseline"],
                    },
                },
            ],
        )
        yield client
