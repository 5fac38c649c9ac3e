"""What one look saw of a task, a service, a registration, and of what scaudit itself needs."""

from collections.abc import Mapping
from dataclasses import field
from datetime import datetime

from scaudit.model import (
    CloudMapService,
    Deployment,
    Instance,
    LogGroup,
    Moot,
    Namespace,
    Neighbour,
    Service,
    Task,
    TaskDefinition,
    Unread,
)
from scaudit.model.answers import NOT_COLLECTED
from scaudit.model.mentioned_names import parents
from scaudit.proxylog import ProxyStart
from scaudit.values import dataclass


@dataclass(frozen=True, slots=True)
class Ghost:
    """A registration that is left of a task that is gone, or is a `stray`: that of a task which runs for another
    service. `leads_to` names the running task that is reached there now, empty when none was found; `remains` is the
    status of a task that ECS has still, though its containers have stopped, and why."""

    instance: Instance
    leads_to: str = ""
    stray: bool = False
    remains: str = ""


NOT_ENABLED = ("UnrecognizedClientException", "InvalidClientTokenId")
"""How AWS refuses credentials that it does not know: so it does all of them in a Region that is not enabled for the
account (IAM, Manage AWS STS in an AWS Region; which of the codes a service answers with there is not confirmed)."""


@dataclass(frozen=True, slots=True)
class Permission:
    """That an AWS call was made for a cluster, and the refusal if it was refused."""

    action: str
    refusal: Unread | None = None


@dataclass(frozen=True, slots=True)
class Coverage:
    """How many Service Connect tasks of a cluster run, and how many of them were verified lately; `short_since` is
    since when these are fewer, where that is a day ago. `unlisted` is why nobody
    knows what runs there.
    """

    cluster: str
    running: int
    verified: int
    short_since: datetime | None = None
    unlisted: str = ""


@dataclass(frozen=True, slots=True)
class Unlinked:
    """A Region that this stack does not watch, and one service (cluster/name) that takes part in Service Connect there,
    empty where there is none or another scaudit watches it."""

    region: str
    service: str = ""


@dataclass(frozen=True, slots=True)
class Subscription:
    """Who listens to the topic: its confirmed subscriptions, and those that still wait to be confirmed."""

    confirmed: int
    pending: int


def own_deployment(service: Service | Unread, deployment_id: str) -> Deployment | Unread | Moot:
    """The deployment that started a task: the one whose id is the task's `startedBy`.

    Never `deployments[0]`: an old deployment's tasks run beside the new one's while a service rolls.
    """
    if isinstance(service, Unread):
        return service
    for deployment in service.deployments:
        if deployment.id == deployment_id:
            return deployment
    return Moot(f"deployment replaced: {deployment_id or 'none named'} is no longer listed by the service")


LOOKED_AT = Moot("the proxy's start-up log was judged when the task started")
UNTOLD = Unread(
    "the proxy's log, read an hour after the task's start or later, did not tell it; the record of then says why"
)

Registration = Instance | Unread | None


@dataclass(frozen=True, slots=True)
class Seen:
    """One running task as one look saw it; `at` is when its reads began. `service` is None when ECS has none.

    `registrations` maps the name of an endpoint to the task's instance under it, `log` is its proxy's; where that was
    judged before, `untold` are the checks, by id, that it did not tell. `ended_alike` counts the other tasks of its
    deployment that are on record as ended by their proxies.
    """

    task: Task
    service: Service | Unread | None
    task_definition: TaskDefinition | Unread
    at: datetime
    registrations: Mapping[str, Registration] = field(default_factory=dict)
    log: ProxyStart | Unread | Moot = LOOKED_AT
    untold: tuple[str, ...] = ()
    ended_alike: int = 0

    @property
    def deployment(self) -> Deployment | Unread | Moot:
        """The task's own deployment; Moot when it, or the service, is no longer listed."""
        if self.service is None:
            return Moot("service deleted")
        return own_deployment(self.service, self.task.deployment_id)

    @property
    def replaced(self) -> bool:
        """Whether the task belongs to another deployment than the service's PRIMARY one."""
        primary = self.service.primary if isinstance(self.service, Service) else None
        return primary is not None and primary.id != self.task.deployment_id

    @property
    def rolling(self) -> bool:
        """Whether its own deployment is rolling out: more of its tasks are to come."""
        return isinstance(self.deployment, Deployment) and self.deployment.in_progress

    @property
    def siblings(self) -> int:
        """How many tasks of its service run, itself included; 0 when that is not known."""
        return self.service.running if isinstance(self.service, Service) else 0


@dataclass(frozen=True, slots=True)
class ServiceSeen:
    """One service as one look saw it; `task_definition` and what follows are its PRIMARY deployment's.

    `cloud_map_services` maps the name of an endpoint to its Cloud Map service. `neighbours` are all services known in
    its namespace, and in namespaces of the same name; it may be among them.
    """

    service: Service | Unread
    task_definition: TaskDefinition | Unread
    namespace: Namespace | Unread | None = NOT_COLLECTED
    cloud_map_services: Mapping[str, CloudMapService | Unread | None] = field(default_factory=dict)
    log_group: LogGroup | Unread | None = NOT_COLLECTED
    neighbours: tuple[Neighbour, ...] | Unread = NOT_COLLECTED

    @property
    def mentioned(self) -> set[str]:
        """The digests of what follows the first dot of each name in the task definition: it may be a namespace."""
        definition = self.task_definition
        return set() if isinstance(definition, Unread) else parents(definition.words or {})
