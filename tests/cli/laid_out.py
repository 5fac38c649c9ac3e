"""What AWS answers to commands that audit: one service, everything around it, and the clusters that it is found in."""

from typing import Any

import pytest

from scaudit.collect.aws.pace import Pace
from scaudit_cli.check import run as running
from tests.builders import ARN, NOW, REGION
from tests.fakes import answers
from tests.fakes.laid_out import describes, finds
from tests.fakes.stubbed import Stubbed

MESH = [{"Name": "NAMESPACE_ID", "Values": ["ns-vdpucf3aztj23ecw"], "Condition": "EQ"}]


def asks(aws: Stubbed, monkeypatch: pytest.MonkeyPatch) -> None:
    """Commands that audit ask these answers, at one moment and without waiting."""
    monkeypatch.setattr(running, "clients", lambda: (REGION, aws.clients))
    monkeypatch.setattr(running, "utc_now", lambda: NOW)
    monkeypatch.setattr(running, "Pace", lambda region, workers: Pace(region, workers, lambda: 0.0, lambda _: None))


def is_described(aws: Stubbed, *names: str, **changes: Any) -> None:
    raw = [answers.service(name, **changes) for name in names]
    aws.answer("ecs", "describe_services", {"services": raw}, cluster="tutorial", services=[*names], include=["TAGS"])


def has_surroundings(aws: Stubbed) -> None:
    aws.answer(
        "ecs",
        "describe_task_definition",
        {"taskDefinition": answers.task_definition()},
        taskDefinition=f"{ARN}:task-definition/web:1",
    )
    aws.answer("servicediscovery", "get_service", answers.cloud_map_service(), Id="srv-nginx")


def has_neighbours(aws: Stubbed, *names: str) -> None:
    aws.answer("servicediscovery", "list_namespaces", {"Namespaces": []}, MaxResults=100)
    aws.answer("servicediscovery", "list_services", {"Services": []}, MaxResults=100, Filters=MESH)
    arns = [f"{ARN}:service/tutorial/{name}" for name in names]
    asked = {"maxResults": 100, "namespace": answers.NAMESPACE}
    aws.answer("ecs", "list_services_by_namespace", {"serviceArns": arns}, **asked)
    is_described(aws, *names)


def is_seen(aws: Stubbed, **registered: str) -> None:
    """One service of one running task, with everything around it."""
    is_described(aws, "web")
    aws.answer("servicediscovery", "get_namespace", answers.namespace(), Id="ns-vdpucf3aztj23ecw")
    finds(aws, 0, **registered)
    describes(aws, answers.task(0))
    has_surroundings(aws)


def has_clusters(aws: Stubbed, *names: str) -> None:
    arns = [f"{ARN}:cluster/{name}" for name in names]
    aws.answer("ecs", "list_clusters", {"clusterArns": arns}, maxResults=100)


def has_services(aws: Stubbed, cluster: str, *names: str, **page: str) -> None:
    arns = [f"{ARN}:service/{cluster}/{name}" for name in names]
    aws.answer("ecs", "list_services", {"serviceArns": arns}, cluster=cluster, maxResults=100, **page)
