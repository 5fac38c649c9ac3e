"""What stands around a service: its namespace, what Cloud Map keeps for its endpoints, where its proxies log, and the
services that share the namespace."""

from collections.abc import Mapping
from datetime import datetime

from scaudit.model.services import Alias, Deployment, Service
from scaudit.values import dataclass


@dataclass(frozen=True, slots=True)
class Namespace:
    """A Cloud Map namespace; `http_name` is what DiscoverInstances wants and may differ from `name`."""

    arn: str
    name: str
    http_name: str = ""


@dataclass(frozen=True, slots=True)
class CloudMapService:
    """The Cloud Map service behind an endpoint."""

    id: str
    name: str
    created_at: datetime
    description: str = ""


@dataclass(frozen=True, slots=True)
class LeftService:
    """A Cloud Map service that says it is managed by an ECS service, by that one's ARN, which ECS does not have; or
    which has no such endpoint, where tasks are still `registered` in it, by their ids."""

    id: str
    name: str
    owner: str
    registered: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class LogGroup:
    """The log group that a deployment sends the logs of its proxies to."""

    name: str
    log_class: str = "STANDARD"


@dataclass(frozen=True, slots=True)
class NeighbourEndpoint:
    """An endpoint as others see it; `created_at` is its Cloud Map service's, None when that is not known."""

    name: str
    aliases: tuple[Alias, ...] = ()
    created_at: datetime | None = None

    def names(self, namespace: str) -> dict[str, int]:
        """What clients in a namespace of this name dial: each name and its port. Without a name an alias is
        discoveryName.namespace (AWS: clientAliases)."""
        return {alias.dns_name or f"{self.name}.{namespace}": alias.port for alias in self.aliases}


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A service of the same namespace, of one of the same name, or of one whose names are mentioned, by its PRIMARY
    deployment, whose `task_definition` an earlier version did not keep; one that is `in_dns` may be found without
    Service Connect."""

    arn: str
    cluster: str
    service: str
    deployment_id: str
    deployed_at: datetime
    namespace: str
    namespace_name: str
    endpoints: tuple[NeighbourEndpoint, ...] = ()
    in_dns: bool = False
    task_definition: str = ""


def neighbour_of(
    service: Service, primary: Deployment, namespace_name: str, created: Mapping[str, datetime | None]
) -> Neighbour:
    """A service as the others of its namespace see it; `created` has the creation of each endpoint's Cloud Map service
    as far as it is known."""
    return Neighbour(
        arn=service.arn,
        cluster=service.cluster,
        service=service.name,
        deployment_id=primary.id,
        deployed_at=primary.created_at,
        namespace=primary.namespace,
        namespace_name=namespace_name,
        endpoints=tuple(NeighbourEndpoint(e.name, e.aliases, created.get(e.name)) for e in primary.endpoints),
        in_dns=service.in_dns,
        task_definition=primary.task_definition,
    )
