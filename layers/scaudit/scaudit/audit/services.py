"""Whole services: what each declares, every task and registration of it, and whatever stands against it."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime

from scaudit.audit import records
from scaudit.audit.context import touch
from scaudit.audit.surroundings import Vicinity
from scaudit.audit.tasks import Audit
from scaudit.checks import BY_ID, about
from scaudit.checks.check import Trigger
from scaudit.collect import surroundings
from scaudit.collect.aws import ecs
from scaudit.collect.services import Whole, whole
from scaudit.model import Service, Task, Unread
from scaudit.model.incidents import MemberState
from scaudit.model.seen import Seen
from scaudit.queue.messages import TaskNudge
from scaudit.store.items import Swept

ENOUGH = 45
"""Seconds of the function's time that must be left to begin with as many services again."""


class NotNow(RuntimeError):
    """AWS could not answer what the message is about, and may later: the message is to come again."""


class Services:
    """Looks at whole services, as part of one batch's audit."""

    def __init__(self, audit: Audit) -> None:
        self._audit, self._findings = audit, audit.findings
        self._region, self._reads, self._edges = audit.region, audit.reads, audit.edges
        self._vicinity = Vicinity(audit, self.swept)
        self._estate: Mapping[str, Swept] | None = None

    def look(self, cluster: str, names: Collection[str], chain: str) -> None:
        """Audit these services of one cluster in full. Raises NotNow."""
        if not self.has_time() or self.audit(cluster, names, chain, names, ())[1]:
            raise NotNow(f"some services of {cluster} could not be read")

    def has_time(self) -> bool:
        """Whether there is time to begin with as many services again."""
        return self._reads.left() > ENOUGH

    def swept(self, cluster: str) -> Swept | None:
        """What the last sweep of a cluster went through; None before the first one ended."""
        if self._estate is None:
            self._estate = self._edges.ledger.estate(self._region)
        return self._estate.get(cluster)

    def audit(
        self, cluster: str, names: Collection[str], chain: str, standing: Collection[str], fresh: Collection[str]
    ) -> tuple[int, list[str]]:
        """Audit services in full: what each declares, every task of it that runs or should, every registration it has,
        every member that stands against it, and what can no longer fail at all. `fresh` are the checks whose first run
        this is. Returns how many take part in Service Connect, and those that are to be read later."""
        at = self._edges.clock()
        found = ecs.services(self._reads, cluster, names)
        for name, service in found.items():
            if isinstance(service, Unread):
                continue
            for subject in self._findings.standing.of(cluster, name):
                if why := over(service, subject):
                    self._findings.close(cluster, name, subject, why, at)
        meshed = [service for service in found.values() if isinstance(service, Service) and service.meshed]
        self._reads.memory.recall(name for service in meshed for name in surroundings.facts_about(service))
        asked = {service.name: self._failing(service, {"task", "instance"}) for service in meshed}
        wholes = {seen.service.name: seen for seen in whole(self._reads, cluster, meshed, asked)}
        for seen in wholes.values():
            self._about_service(seen, at, fresh)
        self._about_tasks(cluster, wholes, at, chain, fresh)
        for name, seen in wholes.items():
            if seen.unlisted is None:
                self._findings.swept(cluster, name, at)
        for name in found.keys() & set(standing):
            touch(self._edges, self._region, cluster, name, at)
        return len(meshed), [name for name, s in found.items() if isinstance(s, Unread) and not s.action]

    def _about_service(self, seen: Whole, at: datetime, fresh: Collection[str]) -> None:
        service = seen.service
        known = self._vicinity.of(service, at)
        verdicts = self._audit.judge_service(known, Trigger.AUDIT, fresh)
        shared = self._vicinity.shared(seen, known.task_definition, at)
        told = [*verdicts, *self._findings.about_registrations(service, shared, at, fresh)]
        self._edges.write(records.service_record(self._region, service.cluster, service.name, told, at))

    def _about_tasks(
        self,
        cluster: str,
        wholes: Mapping[str, Whole],
        at: datetime,
        chain: str,
        fresh: Collection[str],
    ) -> None:
        owners = {id: seen for seen in wholes.values() for id in seen.tasks}
        ghosts = {name: self._failing(seen.service, {"instance"}) for name, seen in wholes.items()}

        def nudges(owners: Mapping[str, Whole]) -> dict[str, TaskNudge]:
            return {
                id: TaskNudge(self._region, cluster, seen.service.name, id, chain=chain, fresh=sorted(fresh))
                for id, seen in owners.items()
            }

        def services(names: Iterable[str]) -> dict[str, Service | Unread | None]:
            return {name: wholes[name].service for name in names}

        def view(running: Sequence[Task]) -> list[Seen]:
            seen = (owners[task.id].seen(self._reads, at, [task]) for task in running)
            return [one for found in seen for one in found]

        self._audit.look(
            cluster,
            at,
            {id: seen.tasks[id] for id, seen in owners.items()},
            nudges(owners),
            view,
            services,
            {id for id, seen in owners.items() if seen.stands(id) or id in ghosts[seen.service.name]},
        )
        for seen in wholes.values():
            if seen.strays:
                strays = dict.fromkeys(seen.strays, seen)
                self._audit.look(cluster, at, seen.strays, nudges(strays), view, services, strays)

    def _failing(self, service: Service, kinds: Collection[str]) -> set[str]:
        """The tasks that a failing member of the service names, under a subject about one of these kinds."""
        standing = self._findings.standing.of(service.cluster, service.name)
        members = [m for subject, found in standing.items() if about(subject) in kinds for m in found.values()]
        return {member.id for member in members if member.state is MemberState.FAIL}


def over(service: Service | None, subject: str) -> str:
    """Why nothing under this subject (check#endpoint) can fail any more, or nothing."""
    check, endpoint = subject.split("#")
    if service is None or service.draining:
        return "service deleted"
    if check not in BY_ID:
        return f"check {check} retired"
    if not any(d.service_connect for d in service.deployments):
        return "Service Connect switched off"
    if endpoint != "-" and endpoint not in {e.name for d in service.deployments for e in d.endpoints}:
        return f"endpoint {endpoint} removed"
    if about(subject) == "task" and not service.desired and not service.running:
        return "service scaled to zero"
    return ""
