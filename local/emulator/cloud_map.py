"""Cloud Map, where ministack differs from AWS: filters, pages, ARNs as ids, limits and the order of discovery."""

import random
from collections.abc import Callable, Mapping
from operator import itemgetter
from typing import Any

from ministack.services import servicediscovery

from local.emulator import namespaces
from local.emulator.pages import page
from local.emulator.protocol import Action, AwsError, Json
from local.emulator.wire import call_cloud_map

INVALID = "InvalidInput"
MOST_LISTED = 100
MOST_DISCOVERED = 1000

FILTERS: Mapping[str, Callable[[Json], Any]] = {
    "NAME": itemgetter("Name"),
    "TYPE": itemgetter("Type"),
    "NAMESPACE_ID": itemgetter("NamespaceId"),
    "HTTP_NAME": lambda namespace: namespace["Properties"]["HttpProperties"]["HttpName"],
}


async def list_namespaces(request: Json) -> Json:
    found = (await call_cloud_map("ListNamespaces", {}))["Namespaces"]
    return listed("Namespaces", [namespace_shown(namespace) for namespace in found], request)


async def get_namespace(request: Json) -> Json:
    answer = await call_cloud_map("GetNamespace", with_ids(request))
    return {"Namespace": namespace_shown(answer["Namespace"])}


def namespace_shown(namespace: Json) -> Json:
    """A namespace with the members that AWS always shows."""
    properties = namespace.setdefault("Properties", {})
    properties.setdefault("DnsProperties", {}).setdefault("SOA", {})
    properties.setdefault("HttpProperties", {"HttpName": namespace["Name"]})
    return without_empty(namespace)


async def list_services(request: Json) -> Json:
    found = (await call_cloud_map("ListServices", {}))["Services"]
    return listed("Services", [service_shown(service) for service in found], request)


async def get_service(request: Json) -> Json:
    return {"Service": service_shown((await call_cloud_map("GetService", with_ids(request)))["Service"])}


def service_shown(service: Json) -> Json:
    """A Cloud Map service with its type, as AWS shows it."""
    return without_empty(service) | {"Type": "DNS_HTTP" if service.get("DnsConfig") else "HTTP"}


async def list_instances(request: Json) -> Json:
    found = (await call_cloud_map("ListInstances", with_ids(request)))["Instances"]
    return listed("Instances", found, request)


async def discover_instances(request: Json) -> Json:
    """AWS: in random order, 100 unless asked for more, never more than 1000, and without a next page."""
    most = request.get("MaxResults", 100)
    if not 1 <= most <= MOST_DISCOVERED:
        raise AwsError(INVALID, f"MaxResults must be between 1 and {MOST_DISCOVERED}.")
    # AWS: HealthStatus is ignored for services without a health check, and Service Connect's have none.
    asked = {member: request[member] for member in ("NamespaceName", "ServiceName")}
    service = await discovered(asked)
    instances = (await call_cloud_map("ListInstances", {"ServiceId": service}))["Instances"]
    found = [
        asked | {"InstanceId": each["Id"], "Attributes": each["Attributes"], "HealthStatus": "HEALTHY"}
        for each in instances
    ]
    return {"Instances": random.sample(found, min(most, len(found))), "InstancesRevision": revision_of(service)}


async def discover_revision(request: Json) -> Json:
    return {"InstancesRevision": revision_of(await discovered(request))}


async def discovered(request: Json) -> str:
    """The id of the service that is to be discovered."""
    namespace = namespaces.with_http_name(request["NamespaceName"])["Id"]
    for service in (await call_cloud_map("ListServices", {}))["Services"]:
        if (service["NamespaceId"], service["Name"]) == (namespace, request["ServiceName"]):
            return str(service["Id"])
    raise AwsError("ServiceNotFound", f"No service {request['ServiceName']} in the namespace.")


def revision_of(service: str) -> int:
    """How often the instances of a service have changed."""
    return int(servicediscovery._instances_revision.get(service, 1))


async def delete_service(request: Json) -> Json:
    """AWS refuses to while anything is registered."""
    asked = with_ids(request)
    if (await call_cloud_map("ListInstances", {"ServiceId": asked["Id"]}))["Instances"]:
        raise AwsError("ResourceInUse", "Service contains registered instances; deregister the instances first.")
    return await call_cloud_map("DeleteService", asked)


def listed(member: str, items: list[Json], request: Json) -> Json:
    """One page of a list, after the request's filters."""
    for condition in request.get("Filters") or []:
        items = [item for item in items if matches(item, condition)]
    shown, token = page(
        items,
        itemgetter("Id"),
        request.get("MaxResults", MOST_LISTED),
        request.get("NextToken"),
        most=MOST_LISTED,
        error=INVALID,
    )
    return {member: shown, **({"NextToken": token} if token else {})}


def matches(item: Json, condition: Json) -> bool:
    """Whether an item meets a filter of the request. Raises AwsError for a filter that AWS does not know."""
    if condition["Name"] not in FILTERS:
        raise AwsError(INVALID, f"Filter {condition['Name']} is not supported.")
    value = FILTERS[condition["Name"]](item)
    if condition.get("Condition", "EQ") == "BEGINS_WITH":
        return any(value.startswith(start) for start in condition["Values"])
    return value in condition["Values"]


def with_ids(request: Json) -> Json:
    """AWS takes an ARN wherever it takes the id of a namespace or service."""
    ids = {name: request[name].rsplit("/", 1)[-1] for name in ("Id", "ServiceId") if name in request}
    return request | ids


def without_empty(shown: Json) -> Json:
    """What is shown, without members that have no value."""
    return {member: value for member, value in shown.items() if value is not None}


def by_id(action: str) -> Action:
    """ministack's action, with ARNs as ids."""

    async def act(request: Json) -> Json:
        return await call_cloud_map(action, with_ids(request))

    return act


BY_ID = ("GetInstance", "RegisterInstance", "DeregisterInstance", "UpdateService", "DeleteNamespace")

ACTIONS: dict[str, Action] = {
    **namespaces.ACTIONS,
    "ListNamespaces": list_namespaces,
    "GetNamespace": get_namespace,
    "ListServices": list_services,
    "GetService": get_service,
    "ListInstances": list_instances,
    "DiscoverInstances": discover_instances,
    "DiscoverInstancesRevision": discover_revision,
    "DeleteService": delete_service,
    **{action: by_id(action) for action in BY_ID},
}
