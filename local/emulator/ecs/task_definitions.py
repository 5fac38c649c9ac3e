"""Task definitions: kept by ministack, completed with the members that AWS fills in."""

from collections.abc import Iterator
from typing import Any

from local.emulator.protocol import Action, AwsError, Json
from local.emulator.wire import call_ecs

COMPLETED_LISTS = ("environment", "mountPoints", "volumesFrom")


def named_ports(task_definition: Json) -> dict[str, dict[str, Any]]:
    """The port mappings of all containers that have a name, by name."""
    return {
        mapping["name"]: mapping
        for container in task_definition["containerDefinitions"]
        for mapping in container.get("portMappings", [])
        if "name" in mapping
    }


async def find(reference: str) -> Json:
    try:
        found: Json = (await describe({"taskDefinition": reference}))["taskDefinition"]
    except AwsError:
        raise AwsError("ClientException", "TaskDefinition not found.") from None
    if found["status"] != "ACTIVE":
        raise AwsError("ClientException", "TaskDefinition is inactive")
    return found


async def register(request: Json) -> Json:
    for container in request.get("containerDefinitions", []):
        for member in COMPLETED_LISTS:
            container.setdefault(member, [])
        if request.get("networkMode") == "awsvpc":
            for mapping in container.get("portMappings", []):
                mapping.setdefault("hostPort", mapping["containerPort"])
    answer = shown(await call_ecs("RegisterTaskDefinition", request))
    if not answer["tags"]:
        del answer["tags"]
    return answer


async def describe(request: Json) -> Json:
    return shown(await call_ecs("DescribeTaskDefinition", request))


def shown(answer: Json) -> Json:
    """ministack's answer without the members it leaves empty, and with those it does not know."""
    kept = {member: value for member, value in answer["taskDefinition"].items() if value not in (None, "")}
    for_fargate = kept["networkMode"] == "awsvpc" and "cpu" in kept and "memory" in kept
    kept["compatibilities"] = ["EC2", "FARGATE"] if for_fargate else ["EC2"]
    kept["requiresAttributes"] = [{"name": name} for name in required_attributes(kept)]
    return {**answer, "taskDefinition": kept}


def required_attributes(task_definition: Json) -> Iterator[str]:
    """The attributes that a container instance must have for it, as ECS lists them."""
    containers = task_definition["containerDefinitions"]
    if any(container.get("logConfiguration", {}).get("logDriver") == "awslogs" for container in containers):
        yield "com.amazonaws.ecs.capability.logging-driver.awslogs"
        if "executionRoleArn" in task_definition:
            yield "ecs.capability.execution-role-awslogs"
        yield "com.amazonaws.ecs.capability.docker-remote-api.1.19"
    if "taskRoleArn" in task_definition:
        yield "com.amazonaws.ecs.capability.task-iam-role"
    yield "com.amazonaws.ecs.capability.docker-remote-api.1.18"
    if task_definition["networkMode"] == "awsvpc":
        yield "ecs.capability.task-eni"


ACTIONS: dict[str, Action] = {"RegisterTaskDefinition": register, "DescribeTaskDefinition": describe}
