"""What is concluded of a proxy from its log and from ECS together."""

from scaudit.proxylog import ControlPlane
from scaudit.values import dataclass


@dataclass(frozen=True, slots=True)
class Configuration:
    """What Envoy made of what it was given, and the names of the listeners that it shall have."""

    control_plane: ControlPlane
    listeners: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ProxyEnd:
    """That its proxy ended a task that had reached RUNNING: what ECS says of the proxy container (`reason`,
    `exit_code`, `health`), what the end of its log says (`told`), and how many `others` of its deployment ended so."""

    reason: str = ""
    exit_code: int | None = None
    health: str = ""
    told: str = ""
    others: int = 0
