"""Odd answers about clusters (J21): none of them makes a cluster gone, or its tags readable."""

from typing import Any

import pytest

from scaudit.collect.aws.clusters import clusters
from scaudit.model import Unread
from tests.fakes.stubbed import Stubbed

EAST = {"clusterName": "east", "status": "ACTIVE", "tags": [{"key": "a", "value": "b"}]}


@pytest.mark.parametrize(
    "answer",
    [
        {},
        {"clusters": []},
        {"clusters": [{}]},
        {"clusters": [{**EAST, "clusterName": "west"}], "failures": []},
        {"clusters": [{"clusterName": "east"}]},
        {"clusters": [{**EAST, "tags": [{"value": "b"}]}]},
        {"clusters": [], "failures": [{}]},
        {"clusters": [], "failures": [{"arn": "cluster/east", "reason": "NEVER_HEARD_OF"}]},
    ],
    ids=str,
)
def test_J21_what_is_not_said_of_a_cluster_is_not_known(aws: Stubbed, answer: dict[str, Any]) -> None:
    aws.answer("ecs", "describe_clusters", answer, clusters=["east"], include=["TAGS"])
    assert isinstance(clusters(aws.reads, ["east"])["east"], Unread)
