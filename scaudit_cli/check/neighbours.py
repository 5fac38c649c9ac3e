"""Who else is in a namespace, asked of ECS and Cloud Map now."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import datetime
from threading import RLock
from typing import Any

from scaudit.collect.aws import ecs
from scaudit.collect.aws.namespaces import LIST_NAMESPACES, namespace_of
from scaudit.collect.aws.of_namespace import cloud_map_services, services_by_namespace
from scaudit.collect.aws.reads import Reads
from scaudit.collect.aws.typed import listed, token_of
from scaudit.model import CloudMapService, Namespace, Neighbour, Service, Unread
from scaudit.model.mentioned_names import digest
from scaudit.model.seen import ServiceSeen
from scaudit.model.surroundings import neighbour_of
from scaudit_cli.check.listing import pages

Neighbours = tuple[Neighbour, ...] | Unread


class Neighbourhoods:
    """The services of each namespace, and of others of the same name, read once a run. `described` are services that
    the run has described already, by cluster and name. Looks share it: one at a time reads."""

    def __init__(self) -> None:
        self.described: dict[tuple[str, str], Service] = {}
        self._known: dict[str, Neighbours] = {}
        self._everywhere: Mapping[str, Mapping[str, Namespace]] | Unread | None = None
        self._taken: set[str] = set()
        self._lock = RLock()

    def first(self, arn: str) -> bool:
        """Whether nobody took this namespace to go through it before; it is taken now."""
        with self._lock:
            free = arn not in self._taken
            self._taken.add(arn)
            return free

    def of(self, reads: Reads, namespace: Namespace, account: str, mentioned: Collection[str] = ()) -> Neighbours:
        """Every service that the caller can see in the namespaces of this name, and in those whose names' digests are
        `mentioned`; `account` is the caller's."""
        with self._lock:
            found, everywhere = self._of(reads, namespace, account), self._namespaces(reads)
            for name, alike in {} if isinstance(everywhere, Unread) else everywhere.items():
                if name != namespace.name and digest(name) in mentioned and not isinstance(found, Unread):
                    more = self._of(reads, alike[min(alike)], account)
                    found = more if isinstance(more, Unread) else (*found, *more)
            return found

    def listed(self, reads: Reads, arn: str) -> Namespace | None:
        """A namespace as the list of all tells it; None where it does not."""
        with self._lock:
            everywhere = self._namespaces(reads)
        alike = {} if isinstance(everywhere, Unread) else everywhere
        found = (spaces[arn] for spaces in alike.values() if arn in spaces)
        return next((space for space in found if space.http_name), None)

    def _of(self, reads: Reads, namespace: Namespace, account: str) -> Neighbours:
        if namespace.name not in self._known:
            self._known[namespace.name] = self._read(reads, namespace, account)
        return self._known[namespace.name]

    def _read(self, reads: Reads, namespace: Namespace, account: str) -> Neighbours:
        everywhere = self._namespaces(reads)
        if isinstance(everywhere, Unread):
            return everywhere
        found: list[Neighbour] = []
        for arn in sorted({namespace.arn, *everywhere.get(namespace.name, {})}):
            created = _created(reads, arn, account)
            services = self._services(reads, arn)
            if isinstance(services, Unread):
                return services
            found += [
                neighbour_of(service, primary, namespace.name, _of_endpoints(service, created))
                for service in services
                if (primary := service.primary) and primary.namespace == arn
            ]
        return tuple(found)

    def _namespaces(self, reads: Reads) -> Mapping[str, Mapping[str, Namespace]] | Unread:
        """All namespaces by name and ARN."""
        if self._everywhere is None:
            found: dict[str, dict[str, Namespace]] = defaultdict(dict)
            for page in pages(reads, LIST_NAMESPACES, _namespaces_of):
                if isinstance(page, Unread):
                    self._everywhere = page
                    return page
                for namespace in page or ():
                    found[namespace.name][namespace.arn] = namespace
            self._everywhere = found
        return self._everywhere

    def _services(self, reads: Reads, namespace: str) -> list[Service] | Unread:
        by_cluster: dict[str, list[str]] = defaultdict(list)
        listed = services_by_namespace(reads, "", namespace)
        if isinstance(listed, Unread):
            return listed
        for cluster, name in listed or ():
            if (cluster, name) not in self.described:
                by_cluster[cluster].append(name)
        for cluster, names in by_cluster.items():
            for name, service in ecs.services(reads, cluster, names).items():
                if isinstance(service, Unread):
                    return service
                if service:
                    self.described[cluster, name] = service
        there = (self.described.get(place) for place in listed or ())
        return [service for service in there if service and not service.draining]


def _namespaces_of(answer: Mapping[str, Any]) -> tuple[list[Namespace], str]:
    return [namespace_of({"Namespace": raw}) for raw in listed(answer["Namespaces"])], token_of(answer, "NextToken")


def as_neighbour(around: ServiceSeen) -> Neighbour | None:
    """A service as the others of its namespace see it; None where its namespace could not be read."""
    service, namespace = around.service, around.namespace
    primary = service.primary if isinstance(service, Service) else None
    if not (isinstance(service, Service) and primary and isinstance(namespace, Namespace)):
        return None
    came = around.cloud_map_services
    created = {name: each.created_at if isinstance(each, CloudMapService) else None for name, each in came.items()}
    return neighbour_of(service, primary, namespace.name, created)


def _created(reads: Reads, namespace: str, account: str) -> Mapping[str, datetime]:
    """When each Cloud Map service of a namespace was created, by its id; what cannot be read is not known."""
    listed = cloud_map_services(reads, "", account, namespace)
    known = {} if isinstance(listed, Unread) else listed
    return {service_id: each.created_at for service_id, each in known.items() if each.created_at}


def _of_endpoints(service: Service, created: Mapping[str, datetime]) -> dict[str, datetime | None]:
    ids = {e.name: (e.cloud_map_service or "").rsplit("/", 1)[-1] for e in service.endpoints}
    return {name: created.get(service_id) for name, service_id in ids.items()}
