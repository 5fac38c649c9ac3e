"""What is around a service: its surroundings, its neighbours confirmed, and what its registrations share."""

from collections.abc import Callable, Collection
from dataclasses import replace
from datetime import datetime

from scaudit.audit.tasks import Audit
from scaudit.checks.check import Verdict
from scaudit.collect import surroundings
from scaudit.collect.aws import ecs
from scaudit.collect.aws.cloudmap import exactly
from scaudit.collect.services import Whole
from scaudit.judge.registrations import judge_shared
from scaudit.judge.services import suspects
from scaudit.model import Instance, Namespace, Neighbour, Service, Status, Task, TaskDefinition, Unread
from scaudit.model.seen import ServiceSeen
from scaudit.model.surroundings import neighbour_of
from scaudit.store.items import Swept
from scaudit.store.neighbours import Mesh


class Vicinity:
    """As one batch sees it. `swept` tells what the last sweep of a cluster went through."""

    def __init__(self, audit: Audit, swept: Callable[[str], Swept | None]) -> None:
        self._region, self._reads, self._rules, self._swept = audit.region, audit.reads, audit.rules, swept
        self._mesh = Mesh(audit.region, audit.edges.table)

    def shared(self, seen: Whole, task_definition: TaskDefinition | Unread, at: datetime) -> list[Verdict]:
        """SC207, where two registrations are alike; these are read again before anything is said."""
        service, rules = seen.service, self._rules
        running = [t.id for t in seen.tasks.values() if isinstance(t, Task) and t.last_status == "RUNNING"]
        told: list[Verdict] = []
        for endpoint, registered in seen.bridged(task_definition):
            verdicts = judge_shared(service, endpoint, registered, running, at, rules)
            if doubtful := [verdict.member for verdict in verdicts if verdict.status is Status.FAIL]:
                account = service.arn.split(":")[4]
                again = exactly(self._reads, service.cluster, account, endpoint, doubtful)
                if any(isinstance(found, Unread) for found in again.values()):
                    continue  # nothing is proven, neither the one nor the other
                rest = {id: instance for id, instance in registered.items() if id not in again}
                there = {id: instance for id, instance in again.items() if isinstance(instance, Instance)}
                verdicts = judge_shared(service, endpoint, rest | there, running, at, rules)
            told += verdicts
        return told

    def of(self, service: Service, at: datetime) -> ServiceSeen:
        """Everything that stands around a service. What it says of its neighbours is confirmed: the table may still
        have them as they were."""
        known = surroundings.surroundings(self._reads, service, self._region)
        if not isinstance(known.namespace, Namespace) or service.primary is None:
            return known
        name = known.namespace.name
        created = surroundings.created(known)
        self._mesh.keep(neighbour_of(service, service.primary, name, created), at)
        if self._swept(service.cluster) is None:
            return replace(known, neighbours=Unread("not every service of the namespace was seen yet"))
        known = replace(known, neighbours=self._mesh.neighbours(name))
        if doubtful := suspects(known, at, self._rules):
            unread = self._refresh(doubtful, at)
            known = replace(known, neighbours=unread or self._mesh.neighbours(name))
        return known

    def _refresh(self, neighbours: Collection[Neighbour], at: datetime) -> Unread | None:
        """Ask ECS what these services are now; why that could not be read, if so."""
        for cluster in {neighbour.cluster for neighbour in neighbours}:
            mine = {n.service: n for n in neighbours if n.cluster == cluster}
            for name, service in ecs.services(self._reads, cluster, mine).items():
                if isinstance(service, Unread):
                    return service
                before = mine[name]
                primary = service.primary if service and not service.draining else None
                if service is None or primary is None or primary.namespace != before.namespace:
                    self._mesh.forget([before])
                else:
                    created = {endpoint.name: endpoint.created_at for endpoint in before.endpoints}
                    self._mesh.keep(neighbour_of(service, primary, before.namespace_name, created), at)
        return None
