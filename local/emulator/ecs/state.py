"""What the control plane remembers, apart for each account and Region."""

from dataclasses import dataclass, field

from ministack.core.responses import get_account_id, get_region

from local.emulator.disturbances import Disturbance
from local.emulator.ecs.model import Service, Task
from local.emulator.ecs.network import Network


@dataclass
class NamespaceAttachment:
    """The Service Connect default of a cluster."""

    id: str
    namespace_arn: str
    since: float


@dataclass
class Region:
    """All that ECS knows in one account and Region."""

    network: Network
    services: dict[str, Service] = field(default_factory=dict)
    tasks: dict[str, Task] = field(default_factory=dict)
    attachments: dict[str, NamespaceAttachment] = field(default_factory=dict)
    # By the cluster whose tag asks for it.
    disturbances: dict[str, Disturbance] = field(default_factory=dict)


_regions: dict[tuple[str, str], Region] = {}


def here() -> Region:
    """The Region of the account that the request in hand is for."""
    account, region = get_account_id(), get_region()
    return _regions.setdefault((account, region), Region(Network(region)))


def arn(kind: str, *path: str) -> str:
    """An ARN of ECS in the account and Region of the request."""
    return f"arn:aws:ecs:{get_region()}:{get_account_id()}:{kind}/{'/'.join(path)}"
