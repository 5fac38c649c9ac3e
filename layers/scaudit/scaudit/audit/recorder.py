"""What a look found is kept: members in the ledger, a line in the audit log."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import field
from datetime import datetime
from functools import partial
from typing import Any

from scaudit.audit import records
from scaudit.audit.context import Edges
from scaudit.audit.endings import over
from scaudit.audit.moves import moves
from scaudit.audit.outcomes import (
    Left,
    LeftoverJudged,
    NamespaceJudged,
    Outcome,
    ServiceJudged,
    ServiceUnchanged,
    TaskJudged,
    Unseen,
    UnstartedJudged,
)
from scaudit.audit.rolls import Rolls
from scaudit.audit.standing import Standing
from scaudit.audit.starts import start_times
from scaudit.checks import about
from scaudit.checks.check import Trigger, Verdict
from scaudit.judge.namespaces import judge_namespace
from scaudit.judge.rules import Rules
from scaudit.judge.second_look import hold_back, undispelled
from scaudit.judge.telling import as_told, silenced
from scaudit.model import Status, Unread
from scaudit.model.arn import Arn
from scaudit.model.incidents import MemberState, Stood
from scaudit.model.places import Place
from scaudit.model.seen import Seen
from scaudit.model.service_states import SERVICE
from scaudit.store.keys import itself
from scaudit.values import dataclass


@dataclass(frozen=True, slots=True)
class Said:
    """What was kept of one task or registration, and what is suspected of it: each subject and when it was first seen,
    as ISO 8601 text."""

    verdicts: Sequence[Verdict] = ()
    suspected: Mapping[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class Recorder:
    """Keeps what one batch finds in one Region. `tags` reads those of a cluster, `judged` has every verdict by the
    place of its service, and `verdicts` how many looks at tasks came to which. `rolls` has the services that are looked
    at as a whole: what is not news of them is told in one line each."""

    region: str
    edges: Edges
    rules: Rules
    standing: Standing
    rolls: Rolls
    tags: Callable[[str], Mapping[str, str] | Unread]
    judged: dict[Place, list[Verdict]] = field(default_factory=dict)
    verdicts: Counter[str] = field(default_factory=Counter)

    def keep(self, outcome: Outcome) -> Said:
        """Keep what one look at a task came to, or at a service, of which nothing is to be said again."""
        match outcome:
            case TaskJudged():
                return self._task(outcome)
            case UnstartedJudged():
                return self._unstarted(outcome)
            case LeftoverJudged():
                return self._leftover(outcome)
            case ServiceJudged():
                self._service(outcome)
            case ServiceUnchanged(service, whole):
                place = Place(self.region, service.cluster, service.name)
                self.verdicts.update(self.rolls[place].same(whole))
            case NamespaceJudged():
                self._namespace(outcome)
            case Left():
                self._left(outcome)
            case Unseen(nudge, unread, at):
                place = Place(self.region, nudge.cluster, nudge.service)
                self._tell_of(place, nudge.task, records.unread_record(self.region, nudge, unread, at))
        return Said()

    def itself(self, verdicts: Sequence[Verdict], at: datetime) -> None:
        """Keep what was found of scaudit's own work."""
        place = itself(self.region)
        self._members(place, self.standing[place], verdicts, at)

    def _service(self, found: ServiceJudged) -> None:
        service, at = found.service, found.at
        place = Place(self.region, service.cluster, service.name)
        stood = self.standing[place]
        tags = partial(self.tags, service.cluster)
        told = as_told(found.verdicts, service, at, stood, tags=tags)
        told += silenced(found.registrations, service, at, tags, stood)
        self._members(place, stood, told, at, fresh=found.fresh)
        if found.whole:
            if place in self.rolls:
                self.rolls[place].whole = found.whole
                if found.reread:
                    self.rolls[place].fingerprint = ""
            self._tell(place, SERVICE, records.service_record(self.region, service.cluster, service.name, told, at))

    def _namespace(self, found: NamespaceJudged) -> None:
        """What stood against the namespace and was not found again is over."""
        place = Place(self.region, "", Arn.of(found.namespace).name)
        stood = self.standing[place]
        told = {verdict.member for verdict in found.found}
        over = {member: None for members in stood.values() for member in members if member not in told}
        verdicts = [*found.found, *judge_namespace(over, {}, found.at, self.rules)]
        self._members(place, stood, verdicts, found.at, fresh=found.fresh)
        self.edges.write(records.namespace_record(self.region, found.namespace, verdicts, found.at))

    def _task(self, found: TaskJudged) -> Said:
        """A failure that rests on what Cloud Map showed once is held back."""
        seen, task, nudge = found.seen, found.seen.task, found.nudge
        place = Place(self.region, task.cluster, task.service)
        stood = self.standing[place]
        known = {s for s, members in stood.items() if task.id in members and members[task.id].state is MemberState.FAIL}
        verdicts = [*found.about_service, *found.verdicts]
        tags = partial(self.tags, task.cluster)
        told = as_told(verdicts, seen.service, seen.at, stood, ("-", task.id), replaced=seen.replaced, tags=tags)
        held, suspected = hold_back(told, nudge.suspected, known, seen.at, self.rules)
        mine = [verdict for verdict in held if verdict.member == task.id]
        now = {"running": seen.siblings, "rolling": seen.rolling}
        self._members(place, stood, mine, seen.at, created_at=task.created_at, fresh=nudge.fresh, **now)
        about_it = [verdict for verdict in held if verdict.member == task.id or Trigger.TASK in verdict.check.on]
        self._looked(place, seen, about_it, nudge.look)
        return Said(mine, suspected)

    def _unstarted(self, found: UnstartedJudged) -> Said:
        """One that is stopped is lost at once, and its passes prove nothing. Nothing begins of what is over."""
        seen, task, nudge = found.seen, found.seen.task, found.nudge
        place = Place(self.region, task.cluster, task.service)
        stood = self.standing[place]
        told = as_told(found.verdicts, seen.service, seen.at, stood, tags=partial(self.tags, task.cluster))
        failed = [
            v
            for v in told
            if v.status is Status.FAIL and (isinstance(seen.service, Unread) or not over(seen.service, v.subject))
        ]
        lost = task.last_status == "STOPPED"
        self._members(place, stood, failed, seen.at, created_at=task.created_at, fresh=nudge.fresh, lost=lost)
        self._looked(place, seen, told, nudge.look)
        return Said(told)

    def _leftover(self, found: LeftoverJudged) -> Said:
        service, at, instance_id, nudge = found.service, found.at, found.nudge.task, found.nudge
        place = Place(self.region, service.cluster, service.name)
        stood = self.standing[place]
        known = {subject for subject, members in stood.items() if instance_id in members}
        told = silenced(found.verdicts, service, at, partial(self.tags, service.cluster), stood)
        held, suspected = hold_back(told, nudge.suspected, known, at, self.rules)
        self._members(place, stood, held, at, fresh=nudge.fresh)
        self.edges.write(records.registration_record(self.region, service.cluster, service.name, instance_id, held, at))
        return Said(held, suspected)

    def _left(self, found: Left) -> None:
        """A task that stopped while failing is lost: neither mended nor failing. Its registration may well remain. What
        was suspected of it the next one of its deployment may confirm. The end of one that had a proxy is told when the
        event of that end tells of it, unless a post-mortem does."""
        if not found.service:
            return
        place = Place(self.region, found.nudge.cluster, found.service)
        nudge, ended = found.nudge, found.ended
        if ended and not nudge.look and nudge.version >= ended.version and place not in self.rolls:
            self.edges.write(records.ended_record(self.region, ended, found.at))
        if found.deployment:
            self.edges.ledger.suspect(place, found.deployment, undispelled(nudge.suspected), found.at)
        for subject, members in self.standing[place].items():
            if found.nudge.task in members and about(subject) == "task":
                self.edges.ledger.lose(place, subject, found.nudge.task, found.at)

    def _looked(self, place: Place, seen: Seen, verdicts: Sequence[Verdict], look: int) -> None:
        times = start_times(seen, self.edges.clock())
        self._tell_of(place, seen.task.id, records.task_record(self.region, seen, verdicts, look) | times)

    def _tell_of(self, place: Place, task: str, record: Mapping[str, Any]) -> None:
        self.verdicts[record["verdict"]] += 1
        self._tell(place, task, record)

    def _tell(self, place: Place, member: str, record: Mapping[str, Any]) -> None:
        roll = self.rolls.get(place)
        if roll is None:
            self.rolls.apart(place, member, record, self.edges.clock())
        if roll is None or roll.is_news(member, record):
            self.edges.write(record)

    def _members(self, place: Place, stood: Stood, verdicts: Sequence[Verdict], at: datetime, **how: Any) -> None:  # noqa: ANN401
        """Write what the verdicts move (`moves`, which `how` is for)."""
        self.judged.setdefault(place, []).extend(verdicts)
        for subject, member in moves(stood, verdicts, at, **how):
            self.edges.ledger.record(place, subject, member)
