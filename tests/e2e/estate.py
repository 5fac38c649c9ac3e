"""Clusters of the local AWS, built and spoiled by nothing but AWS APIs."""

import time
from collections.abc import Callable
from typing import Any

from local.stack import LocalStack

GROUP = "/ecs/worlds"
LOG = {"logDriver": "awslogs", "options": {"awslogs-group": GROUP, "awslogs-stream-prefix": "proxy"}}
SUBNETS = {"awsvpcConfiguration": {"subnets": ["subnet-1", "subnet-2"]}}
NGINX, ADMIN = {"name": "nginx", "containerPort": 80}, {"name": "admin", "containerPort": 9090}
ON_EC2 = {"launchType": "EC2", "networkConfiguration": None}


def eventually(read: Callable[[], Any], seconds: float = 30) -> Any:
    """What `read` gives as soon as that is something; the last nothing fails the test."""
    deadline = time.monotonic() + seconds
    while not (found := read()):
        assert time.monotonic() < deadline, f"still {found!r} after {seconds} s"
        time.sleep(0.05)
    return found


def endpoint(name: str, port_name: str = "nginx", **more: Any) -> dict[str, Any]:
    return {"portName": port_name, "discoveryName": name, "clientAliases": [{"port": 80}], **more}


class Cluster:
    """A cluster with a namespace of its own, and the services of one world in it."""

    def __init__(self, stack: LocalStack, name: str, namespace: str = "") -> None:
        self.name, self.namespace = name, namespace or f"{name}.mesh"
        self.ecs, self.logs, self.cloud_map = (stack.client(each) for each in ("ecs", "logs", "servicediscovery"))
        self.ecs.create_cluster(clusterName=name, serviceConnectDefaults={"namespace": self.namespace})
        self.defines("web")

    def defines(self, family: str, mode: str = "awsvpc", environment: dict[str, str] | None = None, **more: Any) -> str:
        """Register a task definition and return what services call it."""
        variables = [{"name": name, "value": value} for name, value in (environment or {}).items()]
        container = {"name": "web", "image": "nginx", "environment": variables, "portMappings": [NGINX, ADMIN]}
        sizes = {"cpu": "512", "memory": "1024", **more}
        full = f"{self.name}-{family}"
        self.ecs.register_task_definition(family=full, networkMode=mode, containerDefinitions=[container], **sizes)
        return full

    def service(self, name: str = "web", count: int = 1, *, connect: dict[str, Any] | None = None, **more: Any) -> None:
        """Create a service; `connect` changes its Service Connect configuration. What is None is left out."""
        connected = {"enabled": True, "services": [endpoint(name)], "logConfiguration": LOG, **(connect or {})}
        request = {
            "cluster": self.name,
            "serviceName": name,
            "taskDefinition": f"{self.name}-web",
            "desiredCount": count,
            "networkConfiguration": SUBNETS,
            "serviceConnectConfiguration": {key: value for key, value in connected.items() if value is not None},
            **({} if "capacityProviderStrategy" in more else {"launchType": "FARGATE"}),
            **more,
        }
        self.ecs.create_service(**{key: value for key, value in request.items() if value is not None})

    def client(self, name: str = "shop", environment: dict[str, str] | None = None, **connect: Any) -> None:
        """Create a service that calls others and serves nothing."""
        family = self.defines(name, environment=environment)
        self.service(name, taskDefinition=family, connect={"services": None, **connect})

    def update(self, name: str = "web", **change: Any) -> None:
        self.ecs.update_service(cluster=self.name, service=name, **change)

    def steady(self) -> None:
        """Wait until every service has what it shall have, and nothing else."""
        eventually(lambda: all(map(_steady, self.services())))

    def services(self) -> list[dict[str, Any]]:
        arns = self.ecs.list_services(cluster=self.name, maxResults=100)["serviceArns"]
        return self.ecs.describe_services(cluster=self.name, services=arns)["services"] if arns else []

    def deployment(self, name: str = "web") -> dict[str, Any]:
        [service] = self.ecs.describe_services(cluster=self.name, services=[name])["services"]
        return service["deployments"][0]

    def cloud_map_service(self, name: str = "web", number: int = 0) -> str:
        return self.deployment(name)["serviceConnectResources"][number]["discoveryArn"].rsplit("/", 1)[1]

    def tasks(self, name: str = "web") -> list[dict[str, Any]]:
        arns = self.ecs.list_tasks(cluster=self.name, serviceName=name)["taskArns"]
        return self.ecs.describe_tasks(cluster=self.name, tasks=arns)["tasks"] if arns else []

    def stop(self, task: str) -> None:
        """Stop a task and wait until it is gone and replaced."""
        self.ecs.stop_task(cluster=self.name, task=task)
        asked = {"cluster": self.name, "tasks": [task]}
        eventually(lambda: self.ecs.describe_tasks(**asked)["tasks"][0]["lastStatus"] == "STOPPED")
        self.steady()

    def registered(self, name: str = "web", number: int = 0) -> dict[str, dict[str, str]]:
        """The attributes of each instance, by id."""
        found = self.cloud_map.list_instances(ServiceId=self.cloud_map_service(name, number))["Instances"]
        return {each["Id"]: each["Attributes"] for each in found}

    def register(self, id: str, attributes: dict[str, str], name: str = "web") -> None:
        service = self.cloud_map_service(name)
        self.cloud_map.register_instance(ServiceId=service, InstanceId=id, Attributes=attributes)

    def alter(self, name: str = "web", **attributes: str | None) -> None:
        """Change the registration of one task by hand; None takes an attribute away."""
        id, before = next(iter(self.registered(name).items()))
        self.register(id, {key: value for key, value in {**before, **attributes}.items() if value is not None}, name)

    def deregister(self, name: str = "web", number: int = 0) -> None:
        service = self.cloud_map_service(name, number)
        for id in self.registered(name, number):
            self.cloud_map.deregister_instance(ServiceId=service, InstanceId=id)

    def stream(self, task: dict[str, Any]) -> dict[str, str]:
        """Where the task's proxy logs."""
        proxy = next(each["name"] for each in task["containers"] if each["name"].startswith("ecs-service-connect-"))
        return {"logGroupName": GROUP, "logStreamName": f"proxy/{proxy}/{task_id(task)}"}


def task_id(task: dict[str, Any]) -> str:
    return task["taskArn"].rsplit("/", 1)[1]


def _steady(service: dict[str, Any]) -> bool:
    alone = len(service["deployments"]) == 1 and service["deployments"][0]["rolloutState"] == "COMPLETED"
    return alone and (service["runningCount"], service["pendingCount"]) == (service["desiredCount"], 0)
