"""What a message of the queue asks for, in our words."""

from collections.abc import Mapping, Sequence
from dataclasses import field

from scaudit.values import dataclass


class Hopeless(ValueError):
    """A body that no retry can mend; the message says what is wrong with it."""


@dataclass(frozen=True, slots=True)
class TaskNudge:
    """Look at this task. `look` counts the looks before, `chain` names the chain of looks it belongs to, and
    `suspected` maps a subject to when it was first seen. `fresh` are the checks that were never run on its cluster
    before the sweep that sent for this look: what they find was there already."""

    region: str
    cluster: str
    service: str
    task: str
    version: int = 0
    look: int = 0
    chain: str = ""
    suspected: Mapping[str, str] = field(default_factory=dict)
    fresh: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class TaskNudges:
    """Look at these tasks together, at least one, of one cluster: what was seen together is confirmed together."""

    nudges: Sequence[TaskNudge]


@dataclass(frozen=True, slots=True)
class ClusterPage:
    """Look at one page of a cluster's services: at the one after `token`, the first if it is empty, or at what is
    left of one that was begun, for the `attempt`-th time again.

    `chain` names the sweep that it belongs to. It carries what was counted so far: services in the mesh, tasks of
    theirs that run, those that were verified, and services that are `unread`, whose tasks nobody could count; and the
    services that sweeps remember and this one has not met yet: `unmet`.
    """

    region: str
    cluster: str
    token: str = ""
    services: Sequence[str] = ()
    attempt: int = 0
    chain: str = ""
    meshed: int = 0
    running: int = 0
    verified: int = 0
    unread: int = 0
    unmet: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class ServiceLook:
    """Look at a service in full: its configuration, all its tasks, and whatever stands against it; for the `attempt`-th
    time again, because AWS did not describe it."""

    region: str
    cluster: str
    service: str
    attempt: int = 0


@dataclass(frozen=True, slots=True)
class DeploymentEvent:
    """What ECS told of a deployment: the name of its event, the reason in it, and `at` which time, as ISO 8601 text. As
    any event of a service it asks for a look at that."""

    region: str
    cluster: str
    service: str
    deployment: str
    event: str
    at: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class RegionSweep:
    """Look at every cluster of a Region, for the `attempt`-th time again, because AWS did not list them."""

    region: str
    attempt: int = 0


@dataclass(frozen=True, slots=True)
class OwnLook:
    """Look again at what stands against scaudit itself, and at what waits for a digest."""

    region: str


@dataclass(frozen=True, slots=True)
class Canary:
    """Show that messages get through; `sent_at` is when the sweep that sent it was done, as ISO 8601 text."""

    region: str
    sent_at: str


@dataclass(frozen=True, slots=True)
class AlertTest:
    """Say a test alert; `id` tells one request from another."""

    region: str
    id: str
    requested_by: str


@dataclass(frozen=True, slots=True)
class IncidentLook:
    """Look at this incident again: its time has come."""

    key: str
    subject: str


@dataclass(frozen=True, slots=True)
class NotOurs:
    """A body that is well formed and none of our business."""

    reason: str


Named = TaskNudge | ClusterPage | ServiceLook | RegionSweep | OwnLook | Canary | AlertTest | IncidentLook
Own = Named | TaskNudges
Message = Own | DeploymentEvent | NotOurs
