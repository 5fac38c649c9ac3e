"""How ECS describes what the estate has."""

from datetime import datetime, timedelta
from typing import Any

from benchmarks.quota.estate import CONTAINER_PORT, Deployment, Service, Task, cloud_map_id, namespace_arn
from tests.builders import ARN, MAP
from tests.fakes import answers

LAG = timedelta(seconds=3)
"""AWS tells no figure: what ECS lists and counts is "eventually consistent"."""


def described_task(task: Task, now: datetime) -> dict[str, Any]:
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
        desiredStatus=desired_status(task, now),
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


def desired_status(task: Task, now: datetime) -> str:
    return "RUNNING" if task.status(now) in ("PENDING", "RUNNING") else "STOPPED"


def proxy_of(task: Task) -> str:
    return f"ecs-service-connect-{task.id[:5]}"


def described_service(service: Service, now: datetime) -> dict[str, Any]:
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
    log = {"awslogs-group": service.log_group, "awslogs-region": ARN.split(":")[3], "awslogs-stream-prefix": "proxy"}
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


def described_definition(service: Service) -> dict[str, Any]:
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
