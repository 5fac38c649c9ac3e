"""A Service Connect configuration as it was asked for, completed the way ECS shows it."""

import copy

from local.emulator.ecs import registry
from local.emulator.ecs.state import here
from local.emulator.ecs.task_definitions import named_ports
from local.emulator.protocol import INVALID, AwsError, Json


async def resolve(
    asked: Json | None, cluster_arn: str, service_arn: str, task_definition: Json
) -> tuple[Json | None, list[dict[str, str]]]:
    """The completed configuration, and the Cloud Map service of each of its endpoints."""
    if not asked or not asked["enabled"]:
        return asked, []
    attachment = here().attachments.get(cluster_arn)
    reference = asked.get("namespace") or (attachment and attachment.namespace_arn)
    if not reference:
        raise AwsError(
            INVALID,
            "Service Connect needs a namespace: the request names none and the cluster has no default.",
        )
    namespace = await registry.find_namespace(reference)
    completed = complete(asked, namespace, task_definition)
    names = [endpoint["discoveryName"] for endpoint in completed.get("services", [])]
    return completed, [
        {"discoveryName": name, "discoveryArn": await registry.endpoint_service(namespace, name, service_arn)}
        for name in names
    ]


def complete(asked: Json, namespace: Json, task_definition: Json) -> Json:
    """The configuration with every member that ECS fills in. Raises AwsError for what ECS refuses."""
    completed = copy.deepcopy(asked)
    completed["namespace"] = namespace["Arn"]
    ports = named_ports(task_definition)
    for endpoint in completed.get("services", []):
        if endpoint["portName"] not in ports:
            raise AwsError(
                INVALID,
                f"portName({endpoint['portName']}) does not refer to any named PortMapping in the task definition.",
            )
        endpoint.setdefault("discoveryName", endpoint["portName"])
        for alias in endpoint.setdefault("clientAliases", []):
            alias.setdefault("dnsName", f"{endpoint['discoveryName']}.{namespace['Name']}")
    if "logConfiguration" in completed:
        completed["logConfiguration"].setdefault("secretOptions", [])
    return completed
