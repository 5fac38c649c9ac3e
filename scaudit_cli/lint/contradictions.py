"""Values that ECS takes one by one, and refuses together (AWS: CreateService, launchType; PortMapping, hostPort)."""

from collections.abc import Iterator, Mapping
from typing import Any

from scaudit_cli.lint.about import bare
from scaudit_cli.lint.fit import Complaint, Fitted

_ONE_PORT = ("awsvpc", "host")
"""The network modes in which a container has the port of its host."""


def contradictions(parameters: Mapping[str, Any], found: Fitted) -> Iterator[Complaint]:
    """What the values of a request say against one another, as far as they are known."""
    if parameters.get("launchType") and parameters.get("capacityProviderStrategy"):
        told = "launchType stands beside capacityProviderStrategy, expected one of them"
        yield Complaint("launchType", told, None, found.lines.get("launchType", 0))
    mode = parameters.get("networkMode")
    for path, (mapping, _) in found.parts.items() if mode in _ONE_PORT else ():
        if bare(path) == "containerDefinitions.portMappings" and isinstance(mapping, Mapping):
            host, own = mapping.get("hostPort"), mapping.get("containerPort")
            if isinstance(host, int) and isinstance(own, int) and host not in (0, own):
                at = found.lines.get(f"{path}.hostPort", 0)
                yield Complaint(path, f"{path}.hostPort is {host}, expected {own} in {mode} mode", None, at)
