"""A service as DescribeServices shows it. Service Connect is on its deployments, and never on the service itself."""

from typing import Any

from ministack.core.responses import get_account_id

from local.emulator.ecs.model import Deployment, Service
from local.emulator.ecs.tags import as_list

SERVICE_ROLE = "role/aws-service-role/ecs.amazonaws.com/AWSServiceRoleForECS"


def described(service: Service, *, with_tags: bool = False) -> dict[str, Any]:
    """A service as DescribeServices shows it, with its tags if they are asked for."""
    primary = service.primary
    return {
        "serviceArn": service.arn,
        "serviceName": service.name,
        "clusterArn": service.cluster_arn,
        "status": service.status,
        "desiredCount": service.desired,
        "runningCount": service.count(None, running=True),
        "pendingCount": service.count(None, running=False),
        **primary.placement.service_shown,
        "taskDefinition": primary.task_definition["taskDefinitionArn"],
        "deployments": [deployment_shown(service, deployment) for deployment in service.deployments],
        "roleArn": f"arn:aws:iam::{get_account_id()}:{SERVICE_ROLE}",
        "events": [],
        "createdAt": service.created_at,
        "placementConstraints": [],
        "placementStrategy": [],
        **network_shown(primary),
        "schedulingStrategy": "REPLICA",
        "createdBy": f"arn:aws:iam::{get_account_id()}:root",
        **service.settings,
        **({"tags": as_list(service.tags)} if with_tags else {}),
    }


def deployment_shown(service: Service, deployment: Deployment) -> dict[str, Any]:
    """One deployment of a service, as DescribeServices shows it."""
    running = service.count(deployment, running=True)
    pending = service.count(deployment, running=False)
    primary = deployment is service.primary
    state = "COMPLETED" if deployment.completed else "IN_PROGRESS"
    connected = {"serviceConnectConfiguration": deployment.service_connect} if deployment.service_connect else {}
    return {
        "id": deployment.id,
        "status": "PRIMARY" if primary else "ACTIVE",
        "taskDefinition": deployment.task_definition["taskDefinitionArn"],
        "desiredCount": service.desired if primary else running + pending,
        "pendingCount": pending,
        "runningCount": running,
        "failedTasks": deployment.failed_tasks,
        "createdAt": deployment.created_at,
        "updatedAt": deployment.updated_at,
        **deployment.placement.shown,
        **network_shown(deployment),
        "rolloutState": state,
        "rolloutStateReason": f"ECS deployment {deployment.id} {state.lower().replace('_', ' ')}.",
        **connected,
        **({"serviceConnectResources": deployment.resources} if deployment.resources else {}),
    }


def network_shown(deployment: Deployment) -> dict[str, Any]:
    """The member with the network configuration; none in host and bridge mode."""
    network = deployment.placement.network
    return {"networkConfiguration": network} if network else {}
