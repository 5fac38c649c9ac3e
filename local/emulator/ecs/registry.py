"""What ECS writes to Cloud Map: namespaces of clusters, services of endpoints, instances of tasks."""

from contextlib import suppress

from ministack.core.responses import get_region

from local.emulator.ecs.fate import Fate
from local.emulator.ecs.listeners import FIRST_LISTENER, PROXY
from local.emulator.ecs.model import Task
from local.emulator.ecs.task_definitions import named_ports
from local.emulator.protocol import INVALID, AwsError, Json
from local.emulator.wire import call_cloud_map

TIMEOUTS = {"IdleTimeoutInSeconds": "idleTimeoutSeconds", "PerRequestTimeoutInSeconds": "perRequestTimeoutSeconds"}


async def find_namespace(reference: str) -> Json:
    """A namespace by name or ARN, the two ways ECS accepts."""
    for namespace in (await call_cloud_map("ListNamespaces", {}))["Namespaces"]:
        if reference in (namespace["Name"], namespace["Arn"]):
            found: Json = namespace
            return found
    raise AwsError("NamespaceNotFoundException", f"The specified namespace was not found: {reference}")


async def find_or_create_namespace(reference: str) -> Json:
    """AWS: a cluster's default namespace that does not exist is made, of type HTTP."""
    with suppress(AwsError):
        return await find_namespace(reference)
    await call_cloud_map("CreateHttpNamespace", {"Name": reference})
    return await find_namespace(reference)


async def endpoint_service(namespace: Json, name: str, service_arn: str) -> str:
    """The ARN of the Cloud Map service of an endpoint, made if this ECS service has none yet."""
    owner = f"Managed by {service_arn}"
    for service in (await call_cloud_map("ListServices", {}))["Services"]:
        if (service["NamespaceId"], service["Name"]) == (namespace["Id"], name):
            if service["Description"] != owner:
                raise AwsError(INVALID, f"SC service is already used by {namespace['Arn']}")
            return str(service["Arn"])
    request = {
        "Name": name,
        "NamespaceId": namespace["Id"],
        "Description": owner,
        "Tags": [{"Key": "AmazonECSManaged", "Value": "true"}],
    }
    return str((await call_cloud_map("CreateService", request))["Service"]["Arn"])


async def register(task: Task, fate: Fate) -> None:
    configuration = task.deployment.service_connect or {}
    endpoints = zip(configuration.get("services", []), task.deployment.resources, strict=True)
    for number, (endpoint, resource) in enumerate(endpoints):
        await enter(task, resource["discoveryArn"], attributes(task, endpoint, number, fate))


async def register_classic(task: Task) -> None:
    """Service Discovery, which a service may have beside Service Connect: other attributes, and the same ids."""
    for each in task.service.settings["serviceRegistries"]:
        port = {"AWS_INSTANCE_PORT": str(each["port"])} if "port" in each else {}
        attributes = {
            "AVAILABILITY_ZONE": task.interface.subnet.zone,
            "AWS_INSTANCE_IPV4": task.interface.address,
            "ECS_CLUSTER_NAME": task.service.cluster_arn.rsplit("/", 1)[-1],
            "ECS_SERVICE_NAME": task.service.name,
            "ECS_TASK_DEFINITION_FAMILY": task.deployment.task_definition["family"],
            "REGION": get_region(),
        }
        await enter(task, each["registryArn"], attributes | port)


async def enter(task: Task, arn: str, attributes: dict[str, str]) -> None:
    service_id = arn.rsplit("/", 1)[-1]
    # Somebody may have deleted the Cloud Map service by hand.
    with suppress(AwsError):
        request = {"ServiceId": service_id, "InstanceId": task.id, "Attributes": attributes}
        await call_cloud_map("RegisterInstance", request)
        task.registered.append(service_id)


async def deregister(task: Task) -> None:
    while task.registered:
        with suppress(AwsError):
            await call_cloud_map("DeregisterInstance", {"ServiceId": task.registered.pop(), "InstanceId": task.id})


def attributes(task: Task, endpoint: Json, number: int, fate: Fate) -> dict[str, str]:
    """AWS: the port is the one that is reached on the task's address, and never the port of a client alias. What is
    registered in bridge mode is not known for certain: the proxy's host port is what clients can reach."""
    mapping = named_ports(task.deployment.task_definition)[endpoint["portName"]]
    port = endpoint.get("ingressPortOverride") or mapping["containerPort"]
    port = task.host_ports.get((PROXY, FIRST_LISTENER + number), port)
    subnet = task.interface.subnet
    timeout = endpoint.get("timeout") or {}
    return {
        "AWS_INSTANCE_IPV4": next(subnet.addresses) if fate.foreign_address else task.interface.address,
        "AWS_INSTANCE_PORT": str(port + fate.port_offset),
        "AvailabilityZone": subnet.zone,
        "DeploymentId": task.deployment.task_set_arn,
        **{name: str(timeout.get(member, 0)) for name, member in TIMEOUTS.items() if timeout},
    }
