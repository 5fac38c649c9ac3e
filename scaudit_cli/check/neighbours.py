"""Who else is in a namespace, asked of ECS and Cloud Map now."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import datetime

from scaudit.collect.aws import ecs
from scaudit.collect.aws.namespaces import LIST_NAMESPACES
from scaudit.collect.aws.of_namespace import cloud_map_services, services_by_namespace
from scaudit.collect.aws.reads import Reads
from scaudit.model import Namespace, Neighbour, Service, Unread
from scaudit.model.mentioned_names import digest
from scaudit.model.surroundings import neighbour_of
from scaudit_cli.check.listing import pages

Neighbours = tuple[Neighbour, ...] | Unread


class Neighbourhoods:
    """The services of each namespace, and of others of the same name, read once."""

    def __init__(self, reads: Reads) -> None:
        self._reads = reads
        self._known: dict[str, Neighbours] = {}
        self._everywhere: Mapping[str, set[str]] | Unread | None = None

    def of(self, namespace: Namespace, account: str, mentioned: Collection[str] = ()) -> Neighbours:
        """Every service that the caller can see in the namespaces of this name, and in those whose names' digests are
        `mentioned`; `account` is the caller's."""
        found, everywhere = self._of(namespace, account), self._namespaces()
        for name, arns in {} if isinstance(everywhere, Unread) else everywhere.items():
            if name != namespace.name and digest(name) in mentioned and not isinstance(found, Unread):
                more = self._of(Namespace(min(arns), name), account)
                found = more if isinstance(more, Unread) else (*found, *more)
        return found

    def _of(self, namespace: Namespace, account: str) -> Neighbours:
        if namespace.name not in self._known:
            self._known[namespace.name] = self._read(namespace, account)
        return self._known[namespace.name]

    def _read(self, namespace: Namespace, account: str) -> Neighbours:
        alike = self._alike(namespace)
        if isinstance(alike, Unread):
            return alike
        found: list[Neighbour] = []
        for arn in sorted(alike):
            created = self._created(arn, account)
            services = self._services(arn)
            if isinstance(services, Unread):
                return services
            found += [
                neighbour_of(service, primary, namespace.name, _of_endpoints(service, created))
                for service in services
                if (primary := service.primary) and primary.namespace == arn
            ]
        return tuple(found)

    def _alike(self, namespace: Namespace) -> set[str] | Unread:
        """The ARNs of all namespaces of this name."""
        everywhere = self._namespaces()
        return everywhere if isinstance(everywhere, Unread) else {namespace.arn} | everywhere.get(namespace.name, set())

    def _namespaces(self) -> Mapping[str, set[str]] | Unread:
        """The ARNs of all namespaces by name, read once."""
        if self._everywhere is None:
            found: dict[str, set[str]] = defaultdict(set)
            for page in pages(self._reads, LIST_NAMESPACES, "Namespaces"):
                if isinstance(page, Unread):
                    self._everywhere = page
                    return page
                for raw in page or ():
                    found[raw["Name"]].add(raw["Arn"])
            self._everywhere = found
        return self._everywhere

    def _services(self, namespace: str) -> list[Service] | Unread:
        by_cluster: dict[str, list[str]] = defaultdict(list)
        listed = services_by_namespace(self._reads, "", namespace)
        if isinstance(listed, Unread):
            return listed
        for cluster, name in listed or ():
            by_cluster[cluster].append(name)
        found: list[Service] = []
        for cluster, names in by_cluster.items():
            for service in ecs.services(self._reads, cluster, names).values():
                if isinstance(service, Unread):
                    return service
                found += [service] if service and not service.draining else []
        return found

    def _created(self, namespace: str, account: str) -> Mapping[str, datetime]:
        """When each Cloud Map service of a namespace was created, by its id; what cannot be read is not known."""
        listed = cloud_map_services(self._reads, "", account, namespace)
        known = {} if isinstance(listed, Unread) else listed
        return {service_id: each.created_at for service_id, each in known.items() if each.created_at}


def _of_endpoints(service: Service, created: Mapping[str, datetime]) -> dict[str, datetime | None]:
    ids = {e.name: (e.cloud_map_service or "").rsplit("/", 1)[-1] for e in service.endpoints}
    return {name: created.get(service_id) for name, service_id in ids.items()}
