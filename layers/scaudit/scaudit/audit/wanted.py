"""What verify reads: what is not on record yet, and what stands on record as wrong."""

from collections.abc import Collection, Sequence
from dataclasses import field, replace
from datetime import datetime

from scaudit.audit.neighbours import Neighbours
from scaudit.audit.proofs import proofs
from scaudit.audit.rolls import Remembered
from scaudit.audit.standing import Standing
from scaudit.audit.unchanged import Unchanged
from scaudit.checks import about, check_of
from scaudit.checks.check import Area
from scaudit.collect.aws.log_windows import AFTER
from scaudit.collect.services import Whole
from scaudit.model import Deployment, Moot, Namespace, Neighbour, Service, Task, Unread
from scaudit.model.incidents import Member, MemberState
from scaudit.model.places import Place, Subject
from scaudit.model.seen import LOOKED_AT, Seen, ServiceSeen, own_deployment
from scaudit.model.service_states import GONE, JUDGED, OPEN, SERVICE, LogMark, ServiceState
from scaudit.store.ledger import Ledger
from scaudit.store.memory import Memory
from scaudit.values import dataclass

END = "/end"
"""Marks the log of a task that was judged after its end, beside the one judged at its start."""
_NOT_KEPT = Moot("the proxy's start-up log is no longer kept")


@dataclass(frozen=True, slots=True)
class NotOnRecord:
    """What one batch in one Region wants (`Wanted`). `logs_judged` are the tasks met, by place and id, of whose
    proxies' logs nothing new will come, and what came of them; `unconfirmed` is what was suspected of tasks that are
    gone, by place and deployment."""

    region: str
    ledger: Ledger
    standing: Standing
    remembered: Remembered
    around: Neighbours
    same: Unchanged
    memory: Memory
    at_once: bool = False
    logs_judged: dict[tuple[Place, str], LogMark] = field(default_factory=dict)
    unconfirmed: dict[tuple[Place, str], dict[str, str]] = field(default_factory=dict)

    def logs(self, seen: Sequence[Seen]) -> dict[str, bool]:
        """The tasks whose proxy's log was not read yet, or of whose proxy ECS or a record says ill, or of one that
        is lost: only the logs of those that run can tell that it is over. What a sweep remembers of a service has the
        marks of its tasks, so that they are asked for once each. What stands against a proxy may have come at any time:
        only the whole of its log shows that it is over. Where one was lost long after its start, so do the whole logs
        of others: of few (`proofs`), and the start-up lines of those that are known already prove nothing."""
        by_place: dict[Place, list[Seen]] = {}
        for one in seen:
            by_place.setdefault(Place(self.region, one.task.cluster, one.task.service), []).append(one)
        keys = {(place, one.task.id) for place, tasks in by_place.items() for one in tasks}
        stood = {
            place: {
                subject: list(members.values())
                for subject, members in self.standing[place].items()
                if (check := check_of(subject)) and check.area is Area.PROXY
            }
            for place in by_place
        }
        against = {place: [m for members in found.values() for m in members] for place, found in stood.items()}
        self.remembered.recall(sorted(against))
        marks = {(place, task): _mark(self.remembered[place], task) for place, task in keys}
        known: dict[tuple[Place, str], LogMark] = {key: mark for key, mark in marks.items() if mark != OPEN}
        if asked := sorted(keys - known.keys()):
            known |= self.ledger.logs_read(asked)
        self.logs_judged.update(known)
        told = {member.id for members in against.values() for member in members}
        ill = {one.task.id for one in seen if one.task.proxy_health == "UNHEALTHY"}
        late = {place for place, members in against.items() if any(map(_lost_late, members))}
        losing = {place for place, members in against.items() if any(m.state is MemberState.LOST for m in members)}
        proving = {one.task.id for place in late for one in proofs(stood[place], by_place[place], place, self.memory)}
        return {
            task: task in told or place in late
            for place, task in keys
            if (place, task) not in known or task in told | ill | proving or place in losing - late
        }

    def is_on_record(self, task: Task) -> bool:
        """Whether a sweep told of it."""
        return task.id in self.remembered[Place(self.region, task.cluster, task.service)].told

    def known(self, seen: Seen) -> Seen:
        """With its log as it was found to be when it was looked for last."""
        place = Place(self.region, seen.task.cluster, seen.task.service)
        mark = self.logs_judged.get((place, seen.task.id), JUDGED)
        return replace(seen, log=_NOT_KEPT if mark == GONE else LOOKED_AT, untold=mark.untold)

    def post_mortems(self, tasks: Sequence[Task]) -> list[Task]:
        """Those that were not judged after their end; one that is not stopped always is judged."""
        stopped = [task for task in tasks if task.last_status == "STOPPED"]
        ends = [(Place(self.region, t.cluster, t.service), t.id + END) for t in stopped]
        known = {end for _, end in self.ledger.logs_read(ends)} if ends else set()
        return [task for task in tasks if task.id + END not in known]

    def ended_alike(self, task: Task, service: Service | Unread | None) -> int:
        """Those that were lost since its deployment began; 0 where that is not known."""
        own = own_deployment(service, task.deployment_id) if service else None
        if not isinstance(own, Deployment):
            return 0
        lost = self.standing[Place(self.region, task.cluster, task.service)].get(Subject("SC310"), {})
        return sum(m.id != task.id and m.created >= own.created_at for m in lost.values())

    def suspected(self, task: Task, subjects: Collection[str], at: datetime) -> dict[str, str]:
        """But for what is on record of the task itself: that goes on."""
        place = Place(self.region, task.cluster, task.service)
        stood, own = self.standing[place], (place, task.deployment_id)
        if not (new := {key for key in subjects if task.id not in stood.get(Subject.of(key), {})}):
            return {}
        if own not in self.unconfirmed:
            self.unconfirmed[own] = self.ledger.suspected(*own, at)
        return {key: first for key, first in self.unconfirmed[own].items() if key in new}

    def members(self, service: Service, kinds: Collection[str]) -> set[str]:
        """The tasks that a failing member names, under a subject about one of these kinds. Those of a service that
        offers nothing are registered nowhere: of these the tasks that are remembered, too, which are all of them if
        as many run as ECS counts."""
        place = Place(self.region, service.cluster, service.name)
        members = [
            m for subject, found in self.standing[place].items() if about(subject) in kinds for m in found.values()
        ]
        found = {member.id for member in members if member.state is MemberState.FAIL}
        if "task" in kinds and not service.endpoints:
            found |= self.remembered[place].told.keys() - {SERVICE}
        return found

    def unchanged(self, seen: Whole, known: ServiceSeen, fresh: Collection[str], at: datetime) -> bool:
        """What is as it is remembered, where time alone changes nothing."""
        return self.same.holds(seen, known, fresh, at)

    def neighbours(
        self, known: ServiceSeen, service: Service, namespace: Namespace, at: datetime
    ) -> tuple[Neighbour, ...] | Unread:
        """Everything that sweeps saw in the namespaces of this name."""
        return self.around.of(known, service, namespace, at)

    def served(self, namespace: Namespace, account: str) -> tuple[Neighbour, ...]:
        """What sweeps saw there."""
        return self.around.mesh.neighbours(namespace.name)


def _mark(state: ServiceState, task: str) -> LogMark:
    told = state.told.get(task)
    return told.log if told else OPEN


def _lost_late(member: Member) -> bool:
    """Whether a task was lost to what its start-up lines need not show."""
    return member.state is MemberState.LOST and (member.since or member.observed_at) > member.created + AFTER
