"""The listeners of a task's proxy, and their ports."""

import secrets
from typing import Any


def listeners(endpoints: list[dict[str, Any]]) -> tuple[dict[str, int], dict[str, int]]:
    """The ports of the listeners whose ports the agent chooses, and those of all the listeners for endpoints.

    AWS: an endpoint with an ingressPortOverride has its port from ECS, so it is absent from the agent's mapping.
    """
    ingress = {f"ingress-{each['discoveryName']}": each.get("ingressPortOverride") or any_port() for each in endpoints}
    ours = {
        name: port
        for (name, port), each in zip(ingress.items(), endpoints, strict=True)
        if not each.get("ingressPortOverride")
    }
    return {"egress": any_port(), **ours}, ingress


def any_port() -> int:
    return 32768 + secrets.randbelow(28000)
