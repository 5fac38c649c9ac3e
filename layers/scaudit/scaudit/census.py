"""Whole services and whole clusters: what no event shows, and what only shows when everything is seen."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import TypeVar

from scaudit import report
from scaudit.audit import Audit
from scaudit.check import Verdict
from scaudit.checks import BY_ID, about
from scaudit.collect import around, ecs
from scaudit.collect.cloudmap import exactly
from scaudit.collect.surroundings import neighbour_of
from scaudit.collect.whole import Whole, whole
from scaudit.events import ClusterPage, ServiceLook, TaskNudge
from scaudit.facts import Coverage
from scaudit.gone import over
from scaudit.incidents import Member, MemberState
from scaudit.items import Swept
from scaudit.judge import judge_shared, suspects
from scaudit.judge_scaudit import judge_estate
from scaudit.mesh import Mesh
from scaudit.model import Instance, Namespace, Neighbour, Service, Status, Task, Unread
from scaudit.service_facts import ServiceSeen

T = TypeVar("T")
ENOUGH = 45
"""Seconds of the function's time that must be left to begin with another ten services."""
MOST_ATTEMPTS, AGAIN = 3, 60
"""So often, and after so many seconds, services of a page that could not be read are asked for again."""


class NotNow(RuntimeError):
    """AWS could not answer what the message is about, and may later: the message is to come again."""


class Census:
    """Looks at whole services, as part of one batch's audit."""

    def __init__(self, audit: Audit) -> None:
        self._audit, self._findings = audit, audit.findings
        self._region, self._reads, self._edges = audit.region, audit.reads, audit.edges
        self._mesh = Mesh(audit.region, audit.edges.table)
        self._estate: Mapping[str, Swept] | None = None

    def page(self, message: ClusterPage, chain: str) -> None:
        """Audit the services of one page of a cluster, as far as the time allows, and send what is left of the cluster
        on its way. Raises NotNow."""
        if not self._has_time():
            self._edges.queue.send(message)
            return
        cluster, names, token = message.cluster, list(message.services), message.token
        if not names:
            listed = _now(ecs.service_page(self._reads, cluster, token))
            if isinstance(listed, Unread):
                return
            names, token = listed
        at = self._edges.clock()
        standing = self._edges.ledger.standing_services(self._region, cluster)
        if not message.services and not message.token:
            for service in sorted(standing - set(names)):
                self._edges.queue.send(ServiceLook(self._region, cluster, service))
        swept = self._swept(cluster)
        fresh = BY_ID.keys() - set(swept.checks if swept else ())
        done, put_off = message, list[str]()
        while names and self._has_time():
            group, names = names[: ecs.SERVICES_PER_CALL], names[ecs.SERVICES_PER_CALL :]
            before = self._audit.tasks_judged, self._audit.tasks_unread
            meshed, later = self._whole(cluster, group, chain, standing, fresh)
            verified = self._audit.tasks_judged - before[0]
            unread = self._audit.tasks_unread - before[1] + len(later)
            put_off += later
            done = replace(
                done,
                meshed=done.meshed + meshed,
                running=done.running + verified + unread,
                verified=done.verified + verified,
            )
        if put_off and message.attempt < MOST_ATTEMPTS:
            names += put_off
            done = replace(done, attempt=message.attempt + 1, running=done.running - len(put_off))
        self._edges.write(report.page_record(self._region, done, bool(names or token), at))
        if names or token:
            self._edges.queue.send(replace(done, services=names, token=token), AGAIN if put_off else 0)
        else:
            self._ends(done, at)

    def services(self, cluster: str, names: Collection[str], chain: str) -> None:
        """Audit these services of one cluster in full. Raises NotNow."""
        if not self._has_time() or self._whole(cluster, names, chain, names, ())[1]:
            raise NotNow(f"some services of {cluster} could not be read")

    def itself(self, topic: str) -> None:
        """Look at who listens, and have notify look again at whatever is not at rest in scaudit's own partitions."""
        at = self._edges.clock()
        self._findings.estate(judge_estate({}, around.subscription(self._reads, topic), at), at)
        for name in self._edges.ledger.standing_services(self._region, ""):
            self._findings.touch("", name, at)

    def _has_time(self) -> bool:
        return self._reads.left() > ENOUGH

    def _swept(self, cluster: str) -> Swept | None:
        """What the last sweep of a cluster went through; None before the first one ended."""
        if self._estate is None:
            self._estate = self._edges.ledger.estate(self._region)
        return self._estate.get(cluster)

    def _ends(self, done: ClusterPage, at: datetime) -> None:
        """A cluster was gone through. That tasks were not verified counts if it was so the last time, too: counts are
        taken while tasks come and go."""
        before = self._swept(done.cluster)
        steady = before is not None and before.verified < before.tasks
        coverage = Coverage(done.cluster, done.running, done.verified if steady else done.running)
        self._findings.estate(judge_estate({done.cluster: coverage}, None, at), at)
        self._edges.ledger.swept(
            self._region, Swept(done.cluster, done.meshed, done.running, done.verified, tuple(sorted(BY_ID)), at)
        )

    def _whole(
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
            for subject in self._findings.standing(cluster, name):
                if why := over(service, subject):
                    self._findings.close(cluster, name, subject, why, at)
        meshed = [service for service in found.values() if isinstance(service, Service) and service.meshed]
        self._reads.memory.recall(name for service in meshed for name in around.facts_about(service))
        asked = {service.name: _failing(self._findings.standing(cluster, service.name)) for service in meshed}
        for seen in whole(self._reads, cluster, meshed, asked):
            self._in_full(seen, asked[seen.service.name], at, chain, fresh)
        for name in found.keys() & set(standing):
            self._findings.touch(cluster, name, at)
        return len(meshed), [name for name, s in found.items() if isinstance(s, Unread) and not s.action]

    def _in_full(self, seen: Whole, asked: Collection[str], at: datetime, chain: str, fresh: Collection[str]) -> None:
        cluster, name = seen.service.cluster, seen.service.name
        known = self._surroundings(seen.service, at)
        verdicts = self._audit.judge_service(known, "SW", fresh)
        self._findings.about_registrations(seen.service, self._shared(seen, known, at), at, fresh)
        self._edges.write(report.service_record(self._region, cluster, name, verdicts, at))
        nudges = {id: TaskNudge(self._region, cluster, name, id, chain=chain, fresh=sorted(fresh)) for id in seen.tasks}
        left_over = {id for id in seen.tasks if seen.stands(id) or id in asked}
        view = partial(seen.seen, self._reads, at)
        self._audit.look(cluster, at, seen.tasks, nudges, view, lambda _: {name: seen.service}, left_over)
        if seen.unlisted is None:
            self._findings.swept(cluster, name, at)

    def _shared(self, seen: Whole, known: ServiceSeen, at: datetime) -> list[Verdict]:
        """SC207, where two registrations are alike; these are read again before anything is said."""
        service, rules = seen.service, self._audit.rules
        running = [t.id for t in seen.tasks.values() if isinstance(t, Task) and t.last_status == "RUNNING"]
        told: list[Verdict] = []
        for endpoint, registered in seen.bridged(known.task_definition):
            verdicts = judge_shared(service, endpoint, registered, running, at, rules)
            if doubtful := [verdict.member for verdict in verdicts if verdict.status is Status.FAIL]:
                account = service.arn.split(":")[4]
                again = exactly(self._reads, service.cluster, account, endpoint, doubtful)
                there = {id: instance for id, instance in again.items() if isinstance(instance, Instance)}
                verdicts = judge_shared(service, endpoint, {**registered, **there}, running, at, rules)
            told += verdicts
        return told

    def _surroundings(self, service: Service, at: datetime) -> ServiceSeen:
        """Everything that stands around a service. What it says of its neighbours is confirmed: the table may still
        have them as they were."""
        known = around.surroundings(self._reads, service, self._region)
        if not isinstance(known.namespace, Namespace) or service.primary is None:
            return known
        name = known.namespace.name
        created = around.created(known)
        self._mesh.keep(neighbour_of(service, service.primary, name, created), at)
        if self._swept(service.cluster) is None:
            return replace(known, neighbours=Unread("not every service of the namespace was seen yet"))
        known = replace(known, neighbours=self._mesh.neighbours(name))
        if doubtful := suspects(known, at, self._audit.rules):
            self._refresh(doubtful, at)
            known = replace(known, neighbours=self._mesh.neighbours(name))
        return known

    def _refresh(self, neighbours: Collection[Neighbour], at: datetime) -> None:
        """Ask ECS what these services are now."""
        for cluster in {neighbour.cluster for neighbour in neighbours}:
            mine = {n.service: n for n in neighbours if n.cluster == cluster}
            for name, service in ecs.services(self._reads, cluster, mine).items():
                if isinstance(service, Unread):
                    continue
                before = mine[name]
                primary = service.primary if service and not service.draining else None
                if service is None or primary is None or primary.namespace != before.namespace:
                    self._mesh.forget([before])
                else:
                    created = {endpoint.name: endpoint.created_at for endpoint in before.endpoints}
                    self._mesh.keep(neighbour_of(service, primary, before.namespace_name, created), at)


def _now(answer: T) -> T:
    """Raise NotNow for what may be read later. A refusal stays as it is: SC902 tells of it."""
    if isinstance(answer, Unread) and not answer.action:
        raise NotNow(answer.reason)
    return answer


def _failing(standing: Mapping[str, Mapping[str, Member]]) -> set[str]:
    """The tasks that a failing member names."""
    return {
        member.id
        for subject, members in standing.items()
        for member in members.values()
        if member.state is MemberState.FAIL and about(subject) in ("task", "instance")
    }
