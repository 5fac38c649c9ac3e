"""Which parts of a request each check is about: where it points at, and what it cannot do without."""

import re
from functools import cache

NAMESPACE = "serviceConnectConfiguration.namespace"
CAPACITY = "capacityProviderStrategy.capacityProvider"
OF_FARGATE = ("FARGATE", "FARGATE_SPOT")
"""The capacity providers that are AWS's own (AWS: CreateService, capacityProviderStrategy)."""
OF_SERVICE = "serviceConnectConfiguration"
_SERVICES = f"{OF_SERVICE}.services"
_LOG = f"{OF_SERVICE}.logConfiguration"
_CONTAINERS = "containerDefinitions"
PARTS = {
    "SC101": (NAMESPACE,),
    "SC102": (f"{_SERVICES}.portName", f"{_CONTAINERS}.portMappings.name"),
    "SC103": (
        "networkMode",
        "requiresCompatibilities",
        CAPACITY,
        "platformVersion",
        "launchType",
        "deploymentController.type",
        "runtimePlatform.operatingSystemFamily",
        f"{_CONTAINERS}.hostname",
        f"{_CONTAINERS}.links",
    ),
    "SC104": (_SERVICES,),
    "SC105": (
        f"{_SERVICES}.discoveryName",
        f"{_SERVICES}.clientAliases.dnsName",
        f"{_SERVICES}.clientAliases.port",
        f"{_SERVICES}.portName",
    ),
    "SC106": (f"{_LOG}.logDriver", f"{_LOG}.options"),
    "SC107": (f"{_CONTAINERS}.healthCheck.command", f"{_CONTAINERS}.essential", f"{_CONTAINERS}.name"),
    "SC108": ("cpu", "memory", *(f"{_CONTAINERS}.{size}" for size in ("cpu", "memory", "memoryReservation"))),
    "SC109": (f"{_SERVICES}.tls", "networkMode"),
    "SC110": (NAMESPACE,),
    "SC113": (
        f"{_SERVICES}.timeout.perRequestTimeoutSeconds",
        f"{_SERVICES}.portName",
        f"{_CONTAINERS}.portMappings.appProtocol",
        f"{_CONTAINERS}.portMappings.name",
    ),
    "SC111": (f"{_SERVICES}.clientAliases.port", f"{_CONTAINERS}.portMappings.containerPort", "networkMode"),
}
"""Paths without the indices of lists, the most telling one first."""
_IN_BRIDGE = {
    f"{_CONTAINERS}.hostname",
    f"{_CONTAINERS}.links",
    *(part for part in PARTS["SC111"] if part != "networkMode"),
}
"""What matters in bridge mode alone, of the checks that ask for the mode, too."""
ENABLED = f"{OF_SERVICE}.enabled"
_UNJUDGED = f"{_CONTAINERS}."
"""Containers have much that no check is about."""


def parts_of(check: str) -> tuple[str, ...]:
    """What the check is about; everything, for one that is not listed."""
    return PARTS.get(check, ("",))


def parts_in(check: str, mode: str) -> tuple[str, ...]:
    """The same in a network mode."""
    parts = parts_of(check)
    if mode == "bridge" or "networkMode" not in parts:
        return parts
    return tuple(part for part in parts if part not in _IN_BRIDGE)


@cache
def is_judged(path: str) -> bool:
    """Whether a part of a request is one that checks are about, is in one, or has one in it."""
    here = bare(path)
    parts = (part for parts in PARTS.values() for part in parts)
    return not here.startswith(_UNJUDGED) or any(within(part, here) or within(here, part) for part in parts)


@cache
def bare(path: str) -> str:
    """A path without the indices of lists."""
    return re.sub(r"\[\d+\]", "", path)


def within(part: str, path: str) -> bool:
    """Whether a path is a part, or what the part is in."""
    return not path or part == path or part.startswith(f"{path}.")
