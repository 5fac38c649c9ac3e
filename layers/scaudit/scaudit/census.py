"""Whole services and whole clusters: what no event shows, and what only shows when everything is seen."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TypeVar

from scaudit import report
from scaudit.audit import IN_FULL, Audit
from scaudit.checks import BY_ID, about
from scaudit.collect import around, ecs
from scaudit.collect.whole import Whole, whole
from scaudit.events import ClusterPage, ServiceLook, TaskNudge
from scaudit.facts import Coverage
from scaudit.gone import over
from scaudit.incidents import Member, MemberState
from scaudit.items import Swept, estate
from scaudit.judge import Seen
from scaudit.judge_scaudit import judge_estate
from scaudit.model import Service, Task, Unread
from scaudit.vicinity import Vicinity
from scaudit.withheld import REMINDER, storm

T = TypeVar("T")
AT_ONCE = 2 * ecs.SERVICES_PER_CALL
"""Services that are looked at together, so that pages of tasks and of logs are full."""
ENOUGH = 45
"""Seconds of the function's time that must be left to begin with as many services again."""
GIVEN_UP = timedelta(hours=1)
"""A sweep of a cluster that did nothing for so long is lost, and the next one may begin."""
MOST_ATTEMPTS, AGAIN = 3, 60
"""So often, and after so many seconds, services of a page that could not be read are asked for again."""


class NotNow(RuntimeError):
    """AWS could not answer what the message is about, and may later: the message is to come again."""


class Census:
    """Looks at whole services, as part of one batch's audit."""

    def __init__(self, audit: Audit) -> None:
        self._audit, self._findings = audit, audit.findings
        self._region, self._reads, self._edges = audit.region, audit.reads, audit.edges
        self._vicinity = Vicinity(audit, self._swept)
        self._estate: Mapping[str, Swept] | None = None

    def page(self, message: ClusterPage) -> None:
        """Audit the services of one page of a cluster, as far as the time allows, and send what is left of the cluster
        on its way. Raises NotNow."""
        if not self._has_time():
            self._edges.queue.send(message)
            return
        cluster, names, token = message.cluster, list(message.services), message.token
        if not self._has_turn(message):
            return
        if not names:
            listed = _now(ecs.service_page(self._reads, cluster, token))
            if isinstance(listed, Unread):
                self._end(message)
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
            group, names = names[:AT_ONCE], names[AT_ONCE:]
            before = self._audit.tasks_judged, self._audit.tasks_unread
            meshed, later = self._whole(cluster, group, message.chain, standing, fresh)
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
        """Look at who listens, and have notify look again at whatever is not at rest in scaudit's own partitions, and
        remind of what is open for long."""
        at = self._edges.clock()
        self._edges.ledger.touch(storm(self._region), REMINDER, at)
        self._findings.estate(judge_estate({}, around.subscription(self._reads, topic), at), at)
        for name in self._edges.ledger.standing_services(self._region, ""):
            self._findings.touch("", name, at)

    def _has_time(self) -> bool:
        return self._reads.left() > ENOUGH

    def _has_turn(self, message: ClusterPage) -> bool:
        """Whether this sweep of the cluster may go on: False while an earlier one still does."""
        pk, now = estate(self._region), self._edges.clock()
        return self._edges.ledger.chain(pk, message.cluster, message.chain, now + GIVEN_UP, now)

    def _end(self, message: ClusterPage) -> None:
        """This sweep of the cluster is over."""
        self._edges.ledger.end_chain(estate(self._region), message.cluster, message.chain, self._edges.clock())

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
        self._end(done)
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
        wholes = {seen.service.name: seen for seen in whole(self._reads, cluster, meshed, asked)}
        for seen in wholes.values():
            self._about_service(seen, at, fresh)
        self._about_tasks(cluster, wholes, asked, at, chain, fresh)
        for name, seen in wholes.items():
            if seen.unlisted is None:
                self._findings.swept(cluster, name, at)
        for name in found.keys() & set(standing):
            self._findings.touch(cluster, name, at)
        return len(meshed), [name for name, s in found.items() if isinstance(s, Unread) and not s.action]

    def _about_service(self, seen: Whole, at: datetime, fresh: Collection[str]) -> None:
        service = seen.service
        known = self._vicinity.of(service, at)
        verdicts = self._audit.judge_service(known, IN_FULL, fresh)
        shared = self._vicinity.shared(seen, known.task_definition, at)
        told = [*verdicts, *self._findings.about_registrations(service, shared, at, fresh)]
        self._edges.write(report.service_record(self._region, service.cluster, service.name, told, at))

    def _about_tasks(
        self,
        cluster: str,
        wholes: Mapping[str, Whole],
        asked: Mapping[str, Collection[str]],
        at: datetime,
        chain: str,
        fresh: Collection[str],
    ) -> None:
        owners = {id: seen for seen in wholes.values() for id in seen.tasks}

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
            {id for id, seen in owners.items() if seen.stands(id) or id in asked[seen.service.name]},
        )
        for seen in wholes.values():
            if seen.strays:
                strays = dict.fromkeys(seen.strays, seen)
                self._audit.look(cluster, at, seen.strays, nudges(strays), view, services, strays)


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
