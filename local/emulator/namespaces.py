"""Namespaces where ministack differs from AWS: two may have one name, and are told apart by their HttpName."""

import secrets

from ministack.services import servicediscovery

from local.emulator.protocol import Action, AwsError, Json
from local.emulator.wire import call_cloud_map

TYPES = {
    "CreateHttpNamespace": "HTTP",
    "CreatePrivateDnsNamespace": "DNS_PRIVATE",
    "CreatePublicDnsNamespace": "DNS_PUBLIC",
}


def create(action: str) -> Action:
    """The action that creates a namespace, also beside one of the same name and another type."""

    async def act(request: Json) -> Json:
        alike = [known for known in servicediscovery._namespaces.values() if known["Name"] == request.get("Name")]
        if not alike or any(known["Type"] == TYPES[action] for known in alike):
            return await call_cloud_map(action, request)
        return await create_beside(alike, action, request)

    return act


async def create_beside(alike: list[Json], action: str, request: Json) -> Json:
    """AWS, DiscoverInstances: when a name is used again, a generated hash is added to the HttpName. That one of another
    type may have it is known; whether others may is not."""
    before = set(servicediscovery._namespaces.keys())
    for known in alike:
        known["Name"] = ""
    try:
        answer = await call_cloud_map(action, request)
    finally:
        for known in alike:
            known["Name"] = request["Name"]
    [made] = set(servicediscovery._namespaces.keys()) - before
    http = {"HttpName": f"{request['Name']}-{secrets.token_hex(4)}"}
    servicediscovery._namespaces[made].setdefault("Properties", {})["HttpProperties"] = http
    return answer


def with_http_name(http_name: str) -> Json:
    """The namespace that discovery means."""
    for known in servicediscovery._namespaces.values():
        if known.get("Properties", {}).get("HttpProperties", {}).get("HttpName", known["Name"]) == http_name:
            found: Json = known
            return found
    raise AwsError("NamespaceNotFound", f"Namespace {http_name} does not exist.")


ACTIONS: dict[str, Action] = {action: create(action) for action in TYPES}
