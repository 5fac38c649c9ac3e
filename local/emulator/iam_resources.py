"""The resource and the condition keys that IAM checks a call of ECS, Cloud Map or Logs against."""

import json
from collections.abc import Callable, Mapping

from ministack.core.responses import get_account_id, get_region
from ministack.services import servicediscovery

from local.emulator.protocol import Json

ANY = "*"

# AWS: the Service Authorization Reference. What is not here is left to ministack.
ECS_BY_CLUSTER = {
    "DescribeTasks": ("task", "tasks"),
    "StopTask": ("task", "task"),
    "DescribeServices": ("service", "services"),
    "UpdateService": ("service", "service"),
    "DeleteService": ("service", "service"),
}
ECS_WITHOUT = {"ListClusters", "ListServices", "ListServicesByNamespace", "ListTasks", "DescribeTaskDefinition"}
NAMESPACE_BY_ID = {"GetNamespace", "DeleteNamespace"}
CLOUD_MAP_WITHOUT = {"ListNamespaces", "ListServices"}
OF_LOG_STREAM = {"GetLogEvents", "PutLogEvents"}


def resource(service: str, action: str, body: bytes) -> str | None:
    """The ARN of what the call is about, of the first of several; None if ministack knows better."""
    read = RESOURCES.get(service)
    return read(action, request_of(body)) if read else None


def ecs_resource(action: str, request: Json) -> str | None:
    """The ARN that a request to ECS is about; None for an action that is left to ministack."""
    if action in ECS_WITHOUT:
        return ANY
    if action == "DescribeClusters":
        return cluster_arn((request.get("clusters") or [None])[0])
    if action not in ECS_BY_CLUSTER:
        return None
    kind, member = ECS_BY_CLUSTER[action]
    named = request.get(member) or ANY
    reference = named[0] if isinstance(named, list) else named
    if reference.startswith("arn:"):
        return str(reference)
    cluster = cluster_arn(request.get("cluster")).rsplit("/", 1)[-1]
    return arn("ecs", f"{kind}/{cluster}/{reference.rsplit('/', 1)[-1]}")


def cloud_map_resource(action: str, request: Json) -> str | None:
    """The ARN that a request to Cloud Map is about; None for one that names nothing."""
    if action in CLOUD_MAP_WITHOUT:
        return ANY
    if action.startswith("DiscoverInstances"):
        return discovered(request)
    service_id = request.get("ServiceId") or request.get("Id")
    if not service_id:
        return None
    kind = "namespace" if action in NAMESPACE_BY_ID else "service"
    return str(service_id) if service_id.startswith("arn:") else arn("servicediscovery", f"{kind}/{service_id}")


def discovered(request: Json) -> str:
    """AWS: discovery names its service, and is permitted by the service's ARN."""
    for service in servicediscovery._services.values():
        namespace = servicediscovery._namespaces.get(service["NamespaceId"]) or {}
        if (namespace.get("Name"), service["Name"]) == (request.get("NamespaceName"), request.get("ServiceName")):
            return str(service["Arn"])
    return arn("servicediscovery", f"service/{ANY}")


def logs_resource(action: str, request: Json) -> str | None:
    """AWS: "log-group:NAME:log-stream:STREAM", and without the last part where the call is not about a stream."""
    if action.endswith(("TagResource", "UntagResource", "ListTagsForResource")):
        return None
    group = request.get("logGroupName") or request.get("logGroupIdentifier", "")
    stream = request.get("logStreamName", "") if action in OF_LOG_STREAM else ""
    if group.startswith("arn:"):
        return f"{group.removesuffix(':*')}:log-stream:{stream}"
    return arn("logs", f"log-group:{group}:log-stream:{stream}")


def conditions(service: str, body: bytes) -> dict[str, str]:
    """The condition keys of a request that policies may ask for."""
    request = request_of(body)
    if service == "ecs" and "cluster" in request:
        return {"ecs:cluster": cluster_arn(request["cluster"])}
    if service == "servicediscovery":
        names = {"NamespaceName": request.get("NamespaceName"), "ServiceName": request.get("ServiceName")}
        return {f"servicediscovery:{key}": name for key, name in names.items() if name}
    return {}


def cluster_arn(reference: str | None) -> str:
    """The ARN of a cluster that a request names by name, by ARN or not at all."""
    reference = reference or "default"
    return reference if reference.startswith("arn:") else arn("ecs", f"cluster/{reference}")


def arn(service: str, path: str) -> str:
    """An ARN in the account and Region of the request."""
    return f"arn:aws:{service}:{get_region()}:{get_account_id()}:{path}"


def request_of(body: bytes) -> Json:
    """The request as JSON; empty for a body that is none."""
    try:
        request = json.loads(body or b"{}")
    except ValueError:
        return {}
    return request if isinstance(request, dict) else {}


RESOURCES: Mapping[str, Callable[[str, Json], str | None]] = {
    "ecs": ecs_resource,
    "servicediscovery": cloud_map_resource,
    "logs": logs_resource,
}
