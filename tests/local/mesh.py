"""Clusters, services and tasks for the tests, in a word or two each."""

import time
from collections.abc import Callable
from typing import Any, TypeVar

from local.stack import LocalStack

T = TypeVar("T")
SUBNETS = ["subnet-1", "subnet-2"]
NGINX = {"portName": "nginx", "clientAliases": [{"port": 8080}]}
LOG = {
    "logDriver": "awslogs",
    "options": {"awslogs-group": "/ecs/proxy", "awslogs-stream-prefix": "proxy", "awslogs-region": "ap-northeast-1"},
}


def eventually(read: Callable[[], T], seconds: float = 5.0) -> T:
    """What `read` gives as soon as that is something; the last nothing fails the test."""
    deadline = time.monotonic() + seconds
    while True:
        if found := read():
            return found
        assert time.monotonic() < deadline, f"still {found!r} after {seconds} s"
        time.sleep(0.02)


class Mesh:
    """One cluster with a namespace of its own, in the home Region unless another is named."""

    def __init__(self, stack: LocalStack, name: str, region: str = "") -> None:
        self.name = name
        self.ecs = stack.client("ecs", region)
        self.cloud_map = stack.client("servicediscovery", region)
        self.ecs.create_cluster(clusterName=name, serviceConnectDefaults={"namespace": f"{name}-space"})
        port = {"containerPort": 80, "name": "nginx"}
        containers = [
            {"name": "web", "image": "nginx", "portMappings": [port, {"containerPort": 9090, "name": "admin"}]}
        ]
        self.ecs.register_task_definition(
            family="web", networkMode="awsvpc", cpu="256", memory="512", containerDefinitions=containers
        )

    def create(self, service: str, count: int = 1, endpoints: Any = (NGINX,), **more: Any) -> dict[str, Any]:
        created = self.ecs.create_service(
            **{
                "cluster": self.name,
                "serviceName": service,
                "desiredCount": count,
                "taskDefinition": "web",
                "launchType": "FARGATE",
                "networkConfiguration": {"awsvpcConfiguration": {"subnets": SUBNETS}},
                "serviceConnectConfiguration": {
                    "enabled": True,
                    "services": list(endpoints),
                    "logConfiguration": LOG,
                },
                **more,
            }
        )
        return created["service"]

    def steady(self, service: str, count: int = 1, **more: Any) -> list[dict[str, Any]]:
        """Creates the service and returns its tasks once they run."""
        self.create(service, count, **more)
        return self.running(service, count)

    def running(self, service: str, count: int) -> list[dict[str, Any]]:
        def read() -> list[dict[str, Any]]:
            shown = self.service(service)
            alone = len(shown["deployments"]) == 1 and shown["deployments"][0]["rolloutState"] == "COMPLETED"
            tasks = [task for task in self.tasks(service) if task["lastStatus"] == "RUNNING"]
            return tasks if alone and len(tasks) == count else []

        return eventually(read)

    def service(self, name: str) -> dict[str, Any]:
        return self.ecs.describe_services(cluster=self.name, services=[name])["services"][0]

    def tasks(self, service: str, status: str = "RUNNING") -> list[dict[str, Any]]:
        arns = self.ecs.list_tasks(cluster=self.name, serviceName=service, desiredStatus=status)["taskArns"]
        return self.ecs.describe_tasks(cluster=self.name, tasks=arns)["tasks"] if arns else []

    def task(self, arn: str) -> dict[str, Any]:
        return self.ecs.describe_tasks(cluster=self.name, tasks=[arn])["tasks"][0]

    def endpoint(self, service: str, number: int = 0) -> str:
        """The ARN of the Cloud Map service of one of the endpoints."""
        return self.service(service)["deployments"][0]["serviceConnectResources"][number]["discoveryArn"]

    def registered(self, service: str) -> dict[str, dict[str, str]]:
        """The attributes of each instance of the first endpoint, by id."""
        found = self.cloud_map.list_instances(ServiceId=self.endpoint(service))["Instances"]
        return {instance["Id"]: instance["Attributes"] for instance in found}


def task_id(task: dict[str, Any]) -> str:
    return task["taskArn"].rsplit("/", 1)[-1]


def address(task: dict[str, Any]) -> str:
    [interface] = [found for found in task["attachments"] if found["type"] == "ElasticNetworkInterface"]
    return next(detail["value"] for detail in interface["details"] if detail["name"] == "privateIPv4Address")
