"""What AWS answers to commands that audit: one service, everything around it, and the clusters that it is found in."""

from collections.abc import Mapping
from typing import Any

import pytest

from scaudit.collect.aws.pace import Pace
from scaudit.collect.aws.reads import Way
from scaudit_cli.check import region as looking
from scaudit_cli.check import start
from tests.builders import ARN, NOW, REGION
from tests.fakes import answers
from tests.fakes.laid_out import describes, finds
from tests.fakes.stubbed import Stubbed

MESH = [{"Name": "NAMESPACE_ID", "Values": ["ns-vdpucf3aztj23ecw"], "Condition": "EQ"}]


def way(clients: Mapping[str, Any]) -> Way:
    """To a Region, without waiting."""
    return Way(clients, Pace(REGION, 1, lambda: 0.0, lambda _: None))


def asks(aws: Stubbed, monkeypatch: pytest.MonkeyPatch) -> None:
    """Commands that audit ask these answers, at one moment and without waiting."""
    monkeypatch.setattr(start, "ways_of", lambda session: lambda region: way(aws.clients))
    monkeypatch.setattr(start, "utc_now", lambda: NOW)
    monkeypatch.setattr(looking, "SideBySide", lambda most: map)  # answers are laid out in order


def is_described(aws: Stubbed, *names: str, **changes: Any) -> None:
    raw = [answers.service(name, **changes) for name in names]
    aws.answer("ecs", "describe_services", {"services": raw}, cluster="tutorial", services=[*names], include=["TAGS"])


def has_surroundings(aws: Stubbed, *listed: dict[str, Any]) -> None:
    """Of these the namespace's list tells, and not of the service's own endpoint."""
    aws.answer("servicediscovery", "list_namespaces", {"Namespaces": []}, MaxResults=100)
    aws.answer("servicediscovery", "get_namespace", answers.namespace(), Id="ns-vdpucf3aztj23ecw")
    stands_around(aws, *listed)


def stands_around(aws: Stubbed, *listed: dict[str, Any]) -> None:
    aws.answer(
        "ecs",
        "describe_task_definition",
        {"taskDefinition": answers.task_definition()},
        taskDefinition=f"{ARN}:task-definition/web:1",
    )
    aws.answer("servicediscovery", "list_services", {"Services": [*listed]}, MaxResults=100, Filters=MESH)
    aws.answer("servicediscovery", "get_service", answers.cloud_map_service(), Id="srv-nginx")


def has_neighbours(aws: Stubbed, *names: str) -> None:
    """Beside the service web itself."""
    arns = [f"{ARN}:service/tutorial/{name}" for name in (*names, "web")]
    asked = {"maxResults": 100, "namespace": answers.NAMESPACE}
    aws.answer("ecs", "list_services_by_namespace", {"serviceArns": arns}, **asked)
    if names:
        is_described(aws, *names)


def is_seen(aws: Stubbed, *listed: dict[str, Any], **registered: str) -> None:
    """One service of one running task, with everything around it."""
    is_described(aws, "web")
    has_surroundings(aws, *listed)
    finds(aws, 0, **registered)
    describes(aws, answers.task(0))


def has_clusters(aws: Stubbed, *names: str) -> None:
    arns = [f"{ARN}:cluster/{name}" for name in names]
    aws.answer("ecs", "list_clusters", {"clusterArns": arns}, maxResults=100)


def has_services(aws: Stubbed, cluster: str, *names: str, **page: str) -> None:
    arns = [f"{ARN}:service/{cluster}/{name}" for name in names]
    aws.answer("ecs", "list_services", {"serviceArns": arns}, cluster=cluster, maxResults=100, **page)
