"""Answers of ECS and Cloud Map in the shapes of real ones, for any number of tasks of one service."""

from datetime import timedelta
from typing import Any

from tests.builders import ACCOUNT, ARN, DEPLOYMENT_ID, MAP, NOW, REGION, TASK_ID, TASK_SET

CLUSTER_ARN = f"{ARN}:cluster/tutorial"
PROXY = "ecs-service-connect-oRK9o"
NAMESPACE = f"{MAP}:namespace/ns-vdpucf3aztj23ecw"


def task_id(n: int) -> str:
    return f"{n:04d}{TASK_ID[4:]}"


def address(n: int) -> str:
    return f"172.31.{n // 250}.{n % 250 + 4}"


def task(n: int = 0, **changes: Any) -> dict[str, Any]:
    return {
        "taskArn": f"{ARN}:task/tutorial/{task_id(n)}",
        "clusterArn": CLUSTER_ARN,
        "taskDefinitionArn": f"{ARN}:task-definition/web:1",
        "group": "service:web",
        "startedBy": DEPLOYMENT_ID,
        "lastStatus": "RUNNING",
        "desiredStatus": "RUNNING",
        "version": 5,
        "createdAt": NOW - timedelta(minutes=21),
        "startedAt": NOW - timedelta(minutes=20),
        "availabilityZone": "ap-northeast-1a",
        "attachments": [
            {"type": "ServiceConnect", "status": "ATTACHED", "details": []},
            {
                "type": "ElasticNetworkInterface",
                "status": "ATTACHED",
                "details": [
                    {"name": "subnetId", "value": "subnet-1"},
                    {"name": "privateIPv4Address", "value": address(n)},
                ],
            },
        ],
        "containers": [{"name": PROXY, "lastStatus": "RUNNING", "healthStatus": "HEALTHY"}],
        **({"stoppedAt": NOW} if changes.get("lastStatus") == "STOPPED" else {}),
        **changes,
    }


def stopped(minutes: float, **changes: Any) -> dict[str, Any]:
    """What makes a task one that ended so many minutes ago."""
    at = NOW - timedelta(minutes=minutes)
    return {"lastStatus": "STOPPED", "desiredStatus": "STOPPED", "stoppedAt": at, **changes}


def missing(kind: str, *names: str) -> list[dict[str, Any]]:
    """What is said of those ("task", "service") whom ECS does not know (AWS: API failure reasons)."""
    return [{"arn": f"{ARN}:{kind}/tutorial/{name}", "reason": "MISSING"} for name in names]


def no_service(name: str = "web") -> dict[str, Any]:
    """DescribeServices of one that there is not."""
    return {"services": [], "failures": missing("service", name)}


def service(name: str = "web", **changes: Any) -> dict[str, Any]:
    deployment = {
        "id": DEPLOYMENT_ID,
        "status": "PRIMARY",
        "taskDefinition": f"{ARN}:task-definition/web:1",
        "createdAt": NOW - timedelta(minutes=22),
        "serviceConnectConfiguration": {
            "enabled": True,
            "namespace": NAMESPACE,
            "services": [{"portName": "nginx", "discoveryName": "nginx", "clientAliases": [{"port": 80}]}],
        },
        "serviceConnectResources": [{"discoveryName": "nginx", "discoveryArn": f"{MAP}:service/srv-nginx"}],
        **changes,
    }
    return {
        "serviceArn": f"{ARN}:service/tutorial/{name}",
        "clusterArn": CLUSTER_ARN,
        "serviceName": name,
        "status": "ACTIVE",
        "desiredCount": 1,
        "runningCount": 1,
        "pendingCount": 0,
        "deployments": [deployment],
    }


def task_definition() -> dict[str, Any]:
    return {
        "taskDefinitionArn": f"{ARN}:task-definition/web:1",
        "networkMode": "awsvpc",
        "containerDefinitions": [{"name": "webserver", "portMappings": [{"name": "nginx", "containerPort": 80}]}],
    }


def attributes(n: int = 0, **changes: str) -> dict[str, str]:
    return {
        "AWS_INSTANCE_IPV4": address(n),
        "AWS_INSTANCE_PORT": "80",
        "AvailabilityZone": "ap-northeast-1a",
        "DeploymentId": TASK_SET,
        **changes,
    }


def namespace() -> dict[str, Any]:
    properties = {"HttpProperties": {"HttpName": "other-name"}}
    return {"Namespace": {"Id": "ns-vdpucf3aztj23ecw", "Arn": NAMESPACE, "Name": "mesh", "Properties": properties}}


def cloud_map_service() -> dict[str, Any]:
    owner = f"Managed by {ARN}:service/tutorial/web"
    return {
        "Service": {"Id": "srv-nginx", "Name": "nginx", "Description": owner, "CreateDate": NOW - timedelta(days=9)}
    }


OWN, OTHER = ACCOUNT, "999999999999"
STANDING: dict[str, dict[str, Any]] = {
    "account:ListRegions": {"Regions": [{"RegionName": REGION, "RegionOptStatus": "ENABLED_BY_DEFAULT"}]},
    "cloudwatch:ListMetrics": {"Metrics": []},
    "ecs:DescribeClusters": {"clusters": [], "failures": []},
    "ecs:ListServicesByNamespace": {"serviceArns": []},
    "servicediscovery:ListNamespaces": {"Namespaces": []},
    "servicediscovery:ListServices": {"Services": []},
}
"""What AWS answers to a declared read, by IAM action, where no fake account has a word in it: a healthy answer."""
