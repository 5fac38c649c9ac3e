"""A deployment made from what a service was asked to be; refused as AWS refuses it."""

import secrets
import time
from typing import Any

from local.emulator.ecs import task_definitions
from local.emulator.ecs.model import Deployment
from local.emulator.ecs.service_connect import resolve
from local.emulator.wire import INVALID, AwsError, Json

FARGATE_VERSION = "1.4.0"
# Members whose change makes a new deployment.
DEPLOYED = ("taskDefinition", "networkConfiguration", "serviceConnectConfiguration", "platformVersion")
LIMITS = {
    "deploymentCircuitBreaker": {"enable": False, "rollback": False},
    "maximumPercent": 200,
    "minimumHealthyPercent": 100,
}


async def deployment_of(asked: Json, cluster_arn: str, service_arn: str) -> Deployment:
    definition = await task_definitions.find(asked["taskDefinition"])
    if asked.get("launchType") != "FARGATE" or "FARGATE" not in definition["compatibilities"]:
        raise AwsError(INVALID, "The local AWS runs services of launch type FARGATE only.")
    network = asked.get("networkConfiguration")
    if not network:
        raise AwsError(INVALID, "Network Configuration must be provided when networkMode 'awsvpc' is specified.")
    connect, resources = await resolve(asked.get("serviceConnectConfiguration"), cluster_arn, service_arn, definition)
    now = time.time()
    version = asked.get("platformVersion", "LATEST")
    return Deployment(
        id=f"ecs-svc/{secrets.randbelow(9 * 10**18) + 10**18}",
        service_arn=service_arn,
        task_definition=definition,
        network=shown_network(network),
        platform_version=FARGATE_VERSION if version == "LATEST" else version,
        created_at=now,
        updated_at=now,
        service_connect=connect,
        resources=resources,
    )


def shown_network(network: Json) -> Json:
    vpc = network["awsvpcConfiguration"]
    return {"awsvpcConfiguration": {"assignPublicIp": "DISABLED", **vpc, "subnets": sorted(vpc["subnets"])}}


def settings_of(asked: Json) -> dict[str, Any]:
    """What a service shows of the request, with AWS's defaults."""
    return {
        "deploymentConfiguration": {**LIMITS, **asked.get("deploymentConfiguration", {})},
        "enableECSManagedTags": asked.get("enableECSManagedTags", False),
        "enableExecuteCommand": asked.get("enableExecuteCommand", False),
        "platformVersion": asked.get("platformVersion", "LATEST"),
        "propagateTags": asked.get("propagateTags", "NONE"),
    }
