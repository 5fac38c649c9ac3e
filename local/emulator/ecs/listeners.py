"""The listeners of a task's proxy, and their ports."""

import secrets
from typing import Any

from local.emulator.ecs.model import Deployment

# The proxy has no name yet when its ports are chosen.
PROXY, FIRST_LISTENER = "", 15000


def listeners(endpoints: list[dict[str, Any]], mode: str = "awsvpc") -> tuple[dict[str, int], dict[str, int]]:
    """The ports of the listeners whose ports the agent chooses, and those of all the listeners for endpoints.

    AWS: in bridge mode, and with an ingressPortOverride, an endpoint has its port from ECS, so it is absent from the
    agent's mapping.
    """
    ingress = {f"ingress-{each['discoveryName']}": each.get("ingressPortOverride") or any_port() for each in endpoints}
    ours = {
        name: port
        for (name, port), each in zip(ingress.items(), endpoints, strict=True)
        if mode == "awsvpc" and not each.get("ingressPortOverride")
    }
    return {"egress": any_port(), **ours}, ingress


def host_ports(deployment: Deployment) -> dict[tuple[str, int], int]:
    """Where each port of each container is reached on the container instance, and the proxy for each endpoint, which
    has a listener port of its own. AWS: agent, buildPortMapWithSCIngressConfig."""
    ports = {
        (container["name"], mapping["containerPort"]): mapping.get("hostPort") or any_port()
        for container in deployment.task_definition["containerDefinitions"]
        for mapping in container.get("portMappings", [])
    }
    endpoints = (deployment.service_connect or {}).get("services", [])
    proxy = {(PROXY, FIRST_LISTENER + n): e.get("ingressPortOverride") or any_port() for n, e in enumerate(endpoints)}
    return ports | proxy


def any_port() -> int:
    """A port of the ephemeral range, as the agent picks one for a listener."""
    return 32768 + secrets.randbelow(28000)
