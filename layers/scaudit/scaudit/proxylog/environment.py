"""The three lines with which the agent tells its settings when it starts."""

import json
from dataclasses import dataclass

from scaudit.proxylog.lines import plain

HIDING = frozenset({"warn", "warning", "error", "critical", "off"})
"""Levels at which Envoy does not say that it started its workers, nor which listeners it added."""
_DUMP = (
    "App Mesh Environment Variables: [",
    "Envoy Environment Variables: [",
    "Agent Environment Variables: [",
)
_DECODER = json.JSONDecoder()
_OWN = ("APPMESH_", "ENVOY_", "APPNET_")
_ON_SCREEN = ("", "/dev/stdout", "/dev/stderr")


@dataclass(slots=True)
class Environment:
    """What the dump said so far. `mapping` is None until its line is read whole, and where no mapping can be read."""

    mesh_seen: bool = False
    envoy_seen: bool = False
    agent_seen: bool = False
    identity: str = ""
    level: str = "info"
    destination: str = ""
    relay: bool = False
    mapping_refused: bool = False
    mapping: dict[str, int] | None = None

    @property
    def whole(self) -> bool:
        return self.mesh_seen and self.envoy_seen and self.agent_seen

    @property
    def elsewhere(self) -> bool:
        """Whether a setting sends the log to a file."""
        return self.destination not in _ON_SCREEN

    @property
    def tells_listeners(self) -> bool:
        """Whether it is known which listeners are wanted. A mapping that the agent could not parse either is known: it
        wants nothing, the control plane alone decides, and such a proxy starts and serves (seen). A relay has none."""
        return self.agent_seen and (self.mapping is not None or self.mapping_refused or self.relay)

    def take(self, text: str) -> bool:
        """Note a line of the dump; False if the text is none. A line that was cut says nothing: a setting that is not
        in it may stand in the part that is gone."""
        if not text.startswith(_DUMP):
            return False
        if not text.endswith("]"):
            return True
        variables = _variables(text)
        if text.startswith("App Mesh"):
            self.mesh_seen = True
            self.identity = variables.get("APPMESH_RESOURCE_ARN", "")[:300]
        elif text.startswith("Envoy"):
            self.envoy_seen = True
            self.level = variables.get("ENVOY_LOG_LEVEL", "info").lower()[:20]
        else:
            self.agent_seen = True
            self.destination = variables.get("APPNET_ENVOY_LOG_DESTINATION", "")[:300]
            self.relay = variables.get("APPNET_ENABLE_RELAY_MODE_FOR_XDS", "") == "1"
            self.mapping = _listeners(variables.get("APPNET_LISTENER_PORT_MAPPING", ""))
        return True


def _variables(text: str) -> dict[str, str]:
    """`[K=V K=V]`, values unquoted: a word without one of the agent's own prefixes belongs to the value before it."""
    found: dict[str, str] = {}
    name = ""
    for word in plain(text[text.index("[") + 1 : -1]).split(" "):
        key, equals, value = word.partition("=")
        if equals and key.startswith(_OWN):
            name, found[key] = key, value
        elif name:
            found[name] += " " + word
    return found


def _listeners(text: str) -> dict[str, int] | None:
    try:
        mapping = _DECODER.decode(text)
    except (ValueError, RecursionError):
        return None
    if not isinstance(mapping, dict) or not all(type(port) is int for port in mapping.values()):
        return None
    return {name[:200]: port for name, port in mapping.items()}
