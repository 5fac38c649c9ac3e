"""ECS over the estate. What it lists and counts is a little behind what it describes by name."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from botocore.exceptions import ClientError

from benchmarks.quota.estate import (
    CONTAINER_PORT,
    Cluster,
    Deployment,
    Estate,
    Service,
    Task,
    cloud_map_id,
    namespace_arn,
)
from benchmarks.quota.pages import page
from tests.builders import ARN, MAP
from tests.edges import answers
from tests.simulation.clock import Clock
from tests.simulation.runs import NotFaked

LAG = timedelta(seconds=3)
"""AWS tells no figure: its lists are "eventually consistent"."""
TASKS, SERVICES = 100, 10
"""What one call describes (AWS: DescribeTasks, DescribeServices)."""


class ECS:
    """ECS by the methods of boto3's client."""

    def __init__(self, estate: Estate, clock: Clock) -> None:
        self._estate, self._clock = estate, clock

    def list_clusters(self, *, maxResults: int = 100, nextToken: str = "") -> dict[str, Any]:
        clusters, token = page(self._estate.clusters.values(), maxResults, nextToken)
        return _more({"clusterArns": [cluster.arn for cluster in clusters]}, token)

    def list_services(self, *, cluster: str, maxResults: int = 10, nextToken: str = "") -> dict[str, Any]:
        there = [s for s in self._cluster(cluster).services.values() if s.created_at <= self._clock.now - LAG]
        services, token = page(there, maxResults, nextToken)
        return _more({"serviceArns": [service.arn for service in services]}, token)

    def describe_services(
        self, *, cluster: str, services: Sequence[str], include: Sequence[str] = ()
    ) -> dict[str, Any]:
        if len(services) > SERVICES:
            raise NotFaked(f"DescribeServices of {len(services)}")
        known = self._cluster(cluster).services
        names = [name.rsplit("/", 1)[-1] for name in services]
        return {
            "services": [_service(known[name], self._clock.now) for name in names if name in known],
            "failures": [{"arn": name, "reason": "MISSING"} for name in names if name not in known],
        }

    def list_tasks(
        self,
        *,
        cluster: str,
        serviceName: str = "",
        desiredStatus: str = "RUNNING",
        maxResults: int = 100,
        nextToken: str = "",
    ) -> dict[str, Any]:
        """Those that shall run or those that shall not, whatever they do yet (AWS: ListTasks, desiredStatus)."""
        home, seen_at = self._cluster(cluster), self._clock.now - LAG
        if serviceName and serviceName not in home.services:
            raise _refusal("ServiceNotFoundException", "ListTasks")
        among = home.services[serviceName].tasks if serviceName else home.tasks()
        listed = [task for task in among if task.status(seen_at) and _desired(task, seen_at) == desiredStatus]
        tasks, token = page(listed, maxResults, nextToken)
        return _more({"taskArns": [task.arn for task in tasks]}, token)

    def describe_tasks(self, *, cluster: str, tasks: Sequence[str], include: Sequence[str] = ()) -> dict[str, Any]:
        if len(tasks) > TASKS:
            raise NotFaked(f"DescribeTasks of {len(tasks)}")
        home, now = self._cluster(cluster), self._clock.now
        known = {id: self._estate.tasks.get(id.rsplit("/", 1)[-1]) for id in tasks}
        there = {id: t for id, t in known.items() if t and t.service.cluster is home and t.status(now)}
        return {
            "tasks": [_task(task, now) for task in there.values()],
            "failures": [{"arn": id, "reason": "MISSING"} for id in known if id not in there],
        }

    def describe_task_definition(self, *, taskDefinition: str, include: Sequence[str] = ()) -> dict[str, Any]:
        service = self._estate.services.get(taskDefinition)
        if service is None:
            raise _refusal("ClientException", "DescribeTaskDefinition")
        return {"taskDefinition": _definition(service)}

    def _cluster(self, name: str) -> Cluster:
        found = self._estate.clusters.get(name.rsplit("/", 1)[-1])
        if found is None:
            raise _refusal("ClusterNotFoundException", "Cluster")
        return found


def _more(answer: dict[str, Any], token: str) -> dict[str, Any]:
    return answer | ({"nextToken": token} if token else {})


def _refusal(code: str, operation: str) -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": code}}, operation)


def _task(task: Task, now: datetime) -> dict[str, Any]:
    status = task.status(now)
    health = "UNKNOWN" if status == "PENDING" else "UNHEALTHY" if task.fault == "SC302" else "HEALTHY"
    proxy = {"name": proxy_of(task), "lastStatus": status, "healthStatus": health}
    raw = answers.task(
        task.number,
        taskArn=task.arn,
        clusterArn=task.service.cluster.arn,
        taskDefinitionArn=task.service.definition,
        group=f"service:{task.service.name}",
        startedBy=task.deployment.id,
        lastStatus=status,
        desiredStatus=_desired(task, now),
        version={"PENDING": 3, "RUNNING": 5, "DEACTIVATING": 6, "STOPPED": 7}[status],
        createdAt=task.created_at,
        containers=[proxy, {"name": "app", "lastStatus": status, "healthStatus": "HEALTHY"}],
    )
    if now < task.started_at:
        del raw["startedAt"]
    else:
        raw["startedAt"] = task.started_at
    if status == "STOPPED":
        raw |= {"stoppedAt": task.stopped_at, "stopCode": "ServiceSchedulerInitiated"}
    return raw


def _desired(task: Task, now: datetime) -> str:
    return "RUNNING" if task.status(now) in ("PENDING", "RUNNING") else "STOPPED"


def proxy_of(task: Task) -> str:
    return f"ecs-service-connect-{task.id[:5]}"


def _service(service: Service, now: datetime) -> dict[str, Any]:
    statuses = [task.status(now - LAG) for task in service.tasks]
    return {
        "serviceArn": service.arn,
        "clusterArn": service.cluster.arn,
        "serviceName": service.name,
        "status": "ACTIVE",
        "desiredCount": service.desired,
        "runningCount": statuses.count("RUNNING"),
        "pendingCount": statuses.count("PENDING"),
        "launchType": "FARGATE",
        "platformVersion": "1.4.0",
        "deploymentController": {"type": "ECS"},
        "deploymentConfiguration": {"strategy": "ROLLING"},
        "deployments": [_deployment(service, d, now, n == 0) for n, d in enumerate(service.listed(now))],
        "createdAt": service.created_at,
        "tags": [],
    }


def _deployment(service: Service, deployment: Deployment, now: datetime, primary: bool) -> dict[str, Any]:
    space = service.namespace
    offered = [
        {
            "portName": "prot" if service.fault == "SC102" else f"port-{n}",
            "discoveryName": name,
            "clientAliases": [{"port": 80, "dnsName": f"{name}.{space}"}],
        }
        for n, name in enumerate(service.endpoints)
    ]
    log = {"awslogs-group": log_group(service), "awslogs-region": ARN.split(":")[3], "awslogs-stream-prefix": "proxy"}
    rolls = primary and len(service.listed(now)) > 1
    return {
        "id": deployment.id,
        "status": "PRIMARY" if primary else "ACTIVE",
        "taskDefinition": service.definition,
        "createdAt": deployment.created_at,
        "launchType": "FARGATE",
        "rolloutState": "IN_PROGRESS" if rolls else "COMPLETED",
        "serviceConnectConfiguration": {
            "enabled": True,
            "namespace": namespace_arn(space),
            "services": offered,
            "logConfiguration": {"logDriver": "awslogs", "options": log, "secretOptions": []},
        },
        "serviceConnectResources": [
            {"discoveryName": name, "discoveryArn": f"{MAP}:service/{cloud_map_id(space, name)}"}
            for name in service.endpoints
        ],
    }


def log_group(service: Service) -> str:
    return f"/ecs/{service.cluster.name}"


def _definition(service: Service) -> dict[str, Any]:
    ports = [
        {"name": f"port-{n}", "containerPort": CONTAINER_PORT + n, "protocol": "tcp", "appProtocol": "http"}
        for n in range(len(service.endpoints))
    ]
    app = {"name": "app", "image": "app", "cpu": 256, "memory": 512, "essential": True, "portMappings": ports}
    return {
        "taskDefinitionArn": service.definition,
        "family": f"{service.cluster.name}-{service.name}",
        "revision": 1,
        "networkMode": "awsvpc",
        "requiresCompatibilities": ["FARGATE"],
        "cpu": "1024",
        "memory": "2048",
        "containerDefinitions": [app | {"healthCheck": {"command": ["CMD-SHELL", "true"]}, "environment": []}],
    }
