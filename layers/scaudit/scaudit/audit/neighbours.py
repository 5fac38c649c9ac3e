"""Who else is in a service's namespace, as the table has it, confirmed before it makes anything fail."""

from collections.abc import Callable, Collection
from dataclasses import replace
from datetime import datetime

from scaudit.collect import surroundings
from scaudit.collect.aws import ecs
from scaudit.collect.aws.reads import Reads
from scaudit.judge.rules import Rules
from scaudit.judge.services import suspects
from scaudit.model import Namespace, Neighbour, Service, Unread
from scaudit.model.answers import NOT_COLLECTED
from scaudit.model.seen import ServiceSeen
from scaudit.model.surroundings import neighbour_of
from scaudit.store.items import Swept
from scaudit.store.neighbours import Mesh
from scaudit.values import dataclass


@dataclass(frozen=True, slots=True)
class Neighbours:
    """As one batch sees them. `swept` tells what the last sweep of a cluster went through."""

    reads: Reads
    rules: Rules
    mesh: Mesh
    swept: Callable[[str], Swept | None]

    def of(
        self, known: ServiceSeen, service: Service, namespace: Namespace, at: datetime
    ) -> tuple[Neighbour, ...] | Unread:
        """Every service in the namespaces of this name, those confirmed on which a failure would rest."""
        neighbours = self.known(known, service, namespace, at)
        if isinstance(neighbours, Unread):
            return neighbours
        if doubtful := suspects(replace(known, neighbours=neighbours), at, self.rules):
            return self._refresh(doubtful, at) or self._known(known, namespace)
        return neighbours

    def known(
        self, known: ServiceSeen, service: Service, namespace: Namespace, at: datetime
    ) -> tuple[Neighbour, ...] | Unread:
        """Every service known in the namespaces of this name; this one is remembered as it is now."""
        if service.primary is None:
            return NOT_COLLECTED
        self.mesh.keep(neighbour_of(service, service.primary, namespace.name, surroundings.created(known)), at)
        if self.swept(service.cluster) is None:
            return Unread("not every service of the namespace was seen yet")
        return self._known(known, namespace)

    def _known(self, known: ServiceSeen, namespace: Namespace) -> tuple[Neighbour, ...]:
        here = self.mesh.neighbours(namespace.name)
        elsewhere = self.mesh.elsewhere(known.mentioned, namespace.name) if known.mentioned else ()
        return (*here, *elsewhere) if elsewhere else here

    def _refresh(self, neighbours: Collection[Neighbour], at: datetime) -> Unread | None:
        """Ask ECS what these services are now; why that could not be read, if so."""
        for cluster in {neighbour.cluster for neighbour in neighbours}:
            mine = {n.service: n for n in neighbours if n.cluster == cluster}
            for name, service in ecs.services(self.reads, cluster, mine).items():
                if isinstance(service, Unread):
                    return service
                before = mine[name]
                primary = service.primary if service and not service.draining else None
                if service is None or primary is None or primary.namespace != before.namespace:
                    self.mesh.forget([before])
                else:
                    created = {endpoint.name: endpoint.created_at for endpoint in before.endpoints}
                    self.mesh.keep(neighbour_of(service, primary, before.namespace_name, created), at)
        return None
