"""A deployment made from what a service was asked to be; refused as AWS refuses it."""

import secrets
import time
from typing import Any

from local.emulator.ecs import task_definitions
from local.emulator.ecs.model import Deployment
from local.emulator.ecs.placement import placement_of
from local.emulator.ecs.service_connect import resolve
from local.emulator.protocol import Json

# Members whose change makes a new deployment.
DEPLOYED = (
    "capacityProviderStrategy",
    "networkConfiguration",
    "platformVersion",
    "serviceConnectConfiguration",
    "taskDefinition",
)
LIMITS = {
    "deploymentCircuitBreaker": {"enable": False, "rollback": False},
    "maximumPercent": 200,
    "minimumHealthyPercent": 100,
}


async def deployment_of(asked: Json, cluster_arn: str, service_arn: str) -> Deployment:
    definition = await task_definitions.find(asked["taskDefinition"])
    placement = placement_of(asked, definition)
    connect, resources = await resolve(asked.get("serviceConnectConfiguration"), cluster_arn, service_arn, definition)
    now = time.time()
    return Deployment(
        id=f"ecs-svc/{secrets.randbelow(9 * 10**18) + 10**18}",
        service_arn=service_arn,
        task_definition=definition,
        placement=placement,
        created_at=now,
        updated_at=now,
        service_connect=connect,
        resources=resources,
    )


def settings_of(asked: Json) -> dict[str, Any]:
    """What a service shows of the request, with AWS's defaults."""
    return {
        "deploymentConfiguration": {**LIMITS, **asked.get("deploymentConfiguration", {})},
        "deploymentController": asked.get("deploymentController", {"type": "ECS"}),
        "enableECSManagedTags": asked.get("enableECSManagedTags", False),
        "enableExecuteCommand": asked.get("enableExecuteCommand", False),
        "loadBalancers": asked.get("loadBalancers", []),
        "propagateTags": asked.get("propagateTags", "NONE"),
        "serviceRegistries": asked.get("serviceRegistries", []),
    }
