"""The three lines with which the agent tells its settings when it starts."""

import json

from scaudit.proxylog.lines import plain
from scaudit.values import dataclass

DUMP = (
    "App Mesh Environment Variables: [",
    "Envoy Environment Variables: [",
    "Agent Environment Variables: [",
)
HIDING = frozenset({"warn", "warning", "error", "critical", "off"})
"""Levels at which Envoy does not say that it started its workers, nor which listeners it added."""
TELLING = frozenset({"debug", "trace"})
"""Levels at which Envoy says what it takes of all that it is given."""
_DECODER = json.JSONDecoder()
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
        """Whether all three groups of settings were told, so that what is not among them has its default."""
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

    def take(self, text: str) -> None:
        """Note a line of the dump. A line that was cut says nothing: a setting that is not in it may stand in the part
        that is gone."""
        if not text.endswith("]"):
            return
        if text.startswith("App Mesh"):
            self.mesh_seen = True
            self.identity = _value(text, "APPMESH_", "RESOURCE_ARN")[:300]
        elif text.startswith("Envoy"):
            self.envoy_seen = True
            self.level = _value(text, "ENVOY_", "LOG_LEVEL").lower()[:20] or "info"
        else:
            self.agent_seen = True
            self.destination = _value(text, "APPNET_", "ENVOY_LOG_DESTINATION")[:300]
            self.relay = _value(text, "APPNET_", "ENABLE_RELAY_MODE_FOR_XDS") == "1"
            self.mapping = _listeners(plain(_value(text, "APPNET_", "LISTENER_PORT_MAPPING")))


def _value(text: str, own: str, name: str) -> str:
    """The value of a variable in `... Variables: [K=V K=V]`. Values are not quoted: one goes on to the next variable,
    and all of a line begin alike."""
    begins = text.find(f"{own}{name}=")
    if begins < 1 or text[begins - 1] not in " [":
        return ""
    return text[begins + len(own) + len(name) + 1 : -1].partition(f" {own}")[0]


def _listeners(text: str) -> dict[str, int] | None:
    try:
        mapping = _DECODER.decode(text)
    except (ValueError, RecursionError):
        return None
    if not isinstance(mapping, dict) or not all(type(port) is int for port in mapping.values()):
        return None
    return {name[:200]: port for name, port in mapping.items()}
