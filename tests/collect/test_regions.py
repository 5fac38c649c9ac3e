"""What Regions are read with: made once for each, also by threads, and of no Region that nobody asks for."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import boto3
import pytest

from scaudit.collect.aws.account import LIST_REGIONS
from scaudit.collect.aws.ecs import LIST_CLUSTERS
from scaudit.collect.aws.pace import Pace
from scaudit.collect.aws.regions import Regions
from scaudit.model import Unread
from scaudit.store.memory import Memory
from tests.builders import NOW, REGION
from tests.fakes.stubbed import Stubbed, reads


class Made:
    """Says who made what."""

    def __init__(self) -> None:
        self.clients: list[tuple[str, str]] = []
        self.paces: list[str] = []
        self.regions = Regions(self.client, self.pace, lambda region: Memory(region, None, lambda: NOW))

    def client(self, name: str, *, region_name: str) -> Any:
        self.clients.append((name, region_name))
        return boto3.client(name, region_name=region_name)  # type: ignore[call-overload]

    def pace(self, region: str) -> Pace:
        self.paces.append(region)
        return Pace(region, 5)


def asks(made: Made, region: str, elsewhere: str = "") -> None:
    """One batch that asks once; nobody answers."""
    client = made.regions.reads(region, lambda: 60.0)
    client._elsewhere(elsewhere or region).clients["ecs"]  # type: ignore[misc]


def test_nothing_is_made_before_it_is_asked_for_and_everything_once() -> None:
    made = Made()
    made.regions.reads(REGION, lambda: 60.0)
    assert made.clients == [] and made.paces == [REGION]
    for region in (REGION, "eu-west-1", REGION, "eu-west-1"):
        asks(made, region)
    asks(made, REGION, "us-east-1")
    assert made.clients == [("ecs", REGION), ("ecs", "eu-west-1"), ("ecs", "us-east-1")]
    assert made.paces == [REGION, "eu-west-1", "us-east-1"]


def test_threads_that_ask_at_once_share_what_is_made() -> None:
    made, together = Made(), Barrier(8)

    def ask(_: int) -> None:
        together.wait(10)
        asks(made, REGION, "eu-west-1")

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(ask, range(8)))
    assert made.clients == [("ecs", "eu-west-1")] and sorted(made.paces) == sorted([REGION, "eu-west-1"])


def test_a_region_remembers_for_itself() -> None:
    made = Made()
    made.regions.reads(REGION, lambda: 60.0).memory.keep("a fact", "here")
    assert made.regions.reads("eu-west-1", lambda: 60.0).memory.get("a fact") is None
    assert made.regions.reads(REGION, lambda: 60.0).memory.get("a fact") == "here"


def test_reads_aside_count_and_tell_nobody_of_a_refusal(aws: Stubbed) -> None:
    aws.refuse("account", "list_regions", "AccessDeniedException")
    whole = reads(aws.clients)
    aside = whole.aside(lambda: 60.0)
    assert isinstance(aside.ask(LIST_REGIONS, ""), Unread)
    assert dict(whole.calls) == {"account:ListRegions": 1} and whole.permissions == {}


@pytest.mark.parametrize("region", ["eu-west-1", REGION])
def test_without_a_way_there_another_region_is_unread(aws: Stubbed, region: str) -> None:
    answer = reads(aws.clients).ask(LIST_CLUSTERS, "", region=region)
    assert isinstance(answer, Unread) and region in answer.reason and not answer.transient
