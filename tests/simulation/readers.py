"""ECS and Cloud Map over the estate, behind boto3's calls."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from botocore.exceptions import ClientError

from tests.builders import ARN, MAP
from tests.edges import answers
from tests.simulation.estate import CLUSTER, Deployment, Estate, Registered, Service, Task
from tests.simulation.runs import Line

KEPT = timedelta(hours=1)
"""So long ECS describes a stopped task (AWS: DescribeTasks)."""


class ECS:
    """What ECS says of the estate."""

    def __init__(self, line: Line, estate: Estate) -> None:
        self._line, self._estate = line, estate

    def get_paginator(self, operation: str) -> Any:
        assert operation == "list_clusters"
        return self

    def paginate(self) -> list[dict[str, Any]]:
        return [self._line("ecs:ListClusters", lambda: {"clusterArns": [f"{ARN}:cluster/{CLUSTER}"]})]

    def list_tasks(self, *, cluster: str, maxResults: int, serviceName: str = "") -> dict[str, Any]:
        def read() -> dict[str, Any]:
            names = [serviceName] if serviceName else list(self._estate.services)
            if serviceName and self._estate.services[serviceName].status == "INACTIVE":
                raise ClientError({"Error": {"Code": "ServiceNotActiveException"}}, "ListTasks")
            found = [task for name in names for task in self._estate.running(name)]
            return {"taskArns": [f"{ARN}:task/{CLUSTER}/{task.id}" for task in found]}

        return self._line("ecs:ListTasks", read)

    def describe_tasks(self, *, cluster: str, tasks: Sequence[str]) -> dict[str, Any]:
        def read() -> dict[str, Any]:
            known = [self._estate.tasks[id] for id in tasks if id in self._estate.tasks]
            now = self._line.clock.now
            return {"tasks": [_task(each) for each in known if not each.stopped_at or now < each.stopped_at + KEPT]}

        return self._line("ecs:DescribeTasks", read)

    def describe_services(self, *, cluster: str, services: Sequence[str], include: Sequence[str]) -> dict[str, Any]:
        def read() -> dict[str, Any]:
            found = [self._estate.services[name] for name in services if name in self._estate.services]
            return {"services": [_service(each, len(self._estate.running(each.name))) for each in found]}

        return self._line("ecs:DescribeServices", read)

    def describe_task_definition(self, *, taskDefinition: str) -> dict[str, Any]:
        raw = answers.task_definition() | {"taskDefinitionArn": taskDefinition}
        return self._line("ecs:DescribeTaskDefinition", lambda: {"taskDefinition": raw})


class CloudMap:
    """What Cloud Map says of the estate. Every ECS service has one Cloud Map service, `srv-` and its name."""

    def __init__(self, line: Line, estate: Estate) -> None:
        self._line, self._estate = line, estate

    def get_instance(self, *, ServiceId: str, InstanceId: str) -> dict[str, Any]:
        def read() -> dict[str, Any]:
            task = self._estate.tasks.get(InstanceId)
            if task is None or f"srv-{task.service}" != ServiceId or task.stands is Registered.MISSING:
                raise ClientError({"Error": {"Code": "InstanceNotFound", "Message": InstanceId}}, "GetInstance")
            return {"Instance": {"Id": InstanceId, "Attributes": self._estate.attributes(task)}}

        return self._line("servicediscovery:GetInstance", read)

    def list_instances(self, *, ServiceId: str, MaxResults: int) -> dict[str, Any]:
        return self._line("servicediscovery:ListInstances", lambda: {"Instances": self._instances("Id", ServiceId)})

    def discover_instances(
        self, *, NamespaceName: str, ServiceName: str, MaxResults: int, HealthStatus: str
    ) -> dict[str, Any]:
        def read() -> dict[str, Any]:
            return {"Instances": self._instances("InstanceId", f"srv-{ServiceName}")}

        return self._line("servicediscovery:DiscoverInstances", read)

    def get_namespace(self, *, Id: str) -> dict[str, Any]:
        return self._line("servicediscovery:GetNamespace", answers.namespace)

    def _instances(self, id: str, service: str) -> list[dict[str, Any]]:
        found = [task for task in self._estate.tasks.values() if f"srv-{task.service}" == service]
        there = [task for task in found if task.stands is not Registered.MISSING]
        return [{id: task.id, "Attributes": self._estate.attributes(task)} for task in there]


def _task(task: Task) -> dict[str, Any]:
    ended = {"stoppedAt": task.stopped_at} if task.stopped_at else {}
    return answers.task(
        task.number,
        group=f"service:{task.service}",
        startedBy=task.deployment,
        taskDefinitionArn=f"{ARN}:task-definition/web:1",
        lastStatus=task.last,
        desiredStatus="RUNNING" if task.last == "RUNNING" else "STOPPED",
        version=task.version,
        createdAt=task.created_at,
        startedAt=task.created_at,
        **ended,
    )


def _service(service: Service, running: int) -> dict[str, Any]:
    raw = answers.service(service.name) | {"desiredCount": service.desired, "runningCount": running}
    tags = [{"key": key, "value": value} for key, value in service.tags.items()]
    listed = [_deployment(service.name, each, primary=not n) for n, each in enumerate(service.deployments)]
    return raw | {"status": service.status, "tags": tags, "deployments": listed}


def _deployment(service: str, deployment: Deployment, *, primary: bool) -> dict[str, Any]:
    ports = [{"portName": "ngnix" if deployment.mistyped else "nginx", "discoveryName": service}]
    return {
        "id": deployment.id,
        "status": "PRIMARY" if primary else "ACTIVE",
        "taskDefinition": f"{ARN}:task-definition/web:1",
        "createdAt": deployment.created_at,
        "serviceConnectConfiguration": {"enabled": True, "namespace": answers.NAMESPACE, "services": ports},
        "serviceConnectResources": [{"discoveryName": service, "discoveryArn": f"{MAP}:service/srv-{service}"}],
    }
