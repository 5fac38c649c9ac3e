"""One batch's audit of one Region: every look, and the record of what it comes to."""

from collections.abc import Collection, Mapping, Sequence

from scaudit.audit import records
from scaudit.audit.again import look_again, touch
from scaudit.audit.context import Context, Edges
from scaudit.audit.endings import close_what_is_over, settle
from scaudit.audit.neighbours import Neighbours
from scaudit.audit.outcomes import Outcome, ServiceJudged
from scaudit.audit.recorder import Recorder
from scaudit.audit.services import look_at_services
from scaudit.audit.standing import Standing
from scaudit.audit.tasks import Group, look_at_tasks
from scaudit.audit.wanted import NotOnRecord
from scaudit.collect.aws import ecs
from scaudit.collect.aws.reads import Reads
from scaudit.collect.running import Survey
from scaudit.judge.rules import Rules
from scaudit.judge.scaudit_itself import judge_itself
from scaudit.model import Service, Unread
from scaudit.model.places import Place
from scaudit.queue.messages import TaskNudge
from scaudit.store.items import Swept
from scaudit.store.neighbours import Mesh

ENOUGH = 45
"""Seconds of the function's time that must be left to begin with as many services again."""


class Audit:
    """The looks of one batch in one Region: `reads` has that Region's clients."""

    def __init__(self, region: str, reads: Reads, edges: Edges, rules: Rules) -> None:
        self.region, self.reads, self.edges = region, reads, edges
        self.standing = Standing(edges.ledger)
        self.recorder = Recorder(region, edges, rules, self.standing)
        around = Neighbours(reads, rules, Mesh(region, edges.table), self.swept)
        wanted = NotOnRecord(region, edges.ledger, self.standing, around)
        self.looks = Context(region, reads, rules, edges.clock, wanted)
        self._estate: Mapping[str, Swept] | None = None

    def tasks(self, cluster: str, nudges: Sequence[TaskNudge]) -> None:
        """Audit these tasks of one cluster, each named once."""
        at = self.edges.clock()
        found = ecs.tasks(self.reads, cluster, [nudge.task for nudge in nudges])
        group = Group(cluster, at, nudges, found, Survey(self.reads, cluster, at))
        for outcome in look_at_tasks(self.looks, group):
            self._record(outcome)

    def services(
        self, cluster: str, names: Collection[str], chain: str, standing: Collection[str], fresh: Collection[str]
    ) -> tuple[int, list[str]]:
        """Audit services in full: what each declares, every task of it that runs or should, every registration it has,
        every member that stands against it, and what can no longer fail at all. `fresh` are the checks whose first run
        this is. Returns how many take part in Service Connect, and those that are to be read later."""
        at = self.edges.clock()
        found = ecs.services(self.reads, cluster, names)
        for name, service in found.items():
            if not isinstance(service, Unread):
                place = Place(self.region, cluster, name)
                close_what_is_over(self.edges.ledger, place, self.standing[place], service, at)
        meshed = [service for service in found.values() if isinstance(service, Service) and service.meshed]
        listed: list[str] = []
        for outcome in look_at_services(self.looks, cluster, meshed, at, chain, sorted(fresh)):
            self._record(outcome)
            if isinstance(outcome, ServiceJudged) and outcome.whole and outcome.whole.unlisted is None:
                listed.append(outcome.service.name)
        for name in listed:
            place = Place(self.region, cluster, name)
            settle(self.edges.ledger, place, self.standing[place], self.recorder.judged[place], at)
        for name in found.keys() & set(standing):
            touch(self.edges, self.region, cluster, name, at)
        return len(meshed), [name for name, s in found.items() if isinstance(s, Unread) and not s.action]

    def finish(self) -> None:
        """Record what the batch says of scaudit itself, and what it cost."""
        at = self.edges.clock()
        judged = {place.key: verdicts for place, verdicts in self.recorder.judged.items()}
        self.recorder.itself(judge_itself(judged, self.reads.permissions, at), at)
        if self.reads.calls:
            tasks, verdicts, calls = self.looks.running, self.recorder.verdicts, dict(self.reads.calls)
            self.edges.write(records.batch_record(self.region, tasks, verdicts, calls, at))

    def has_time(self) -> bool:
        """Whether there is time to begin with as many services again."""
        return self.reads.left() > ENOUGH

    def swept(self, cluster: str) -> Swept | None:
        """What the last sweep of a cluster went through; None before the first one ended."""
        if self._estate is None:
            self._estate = self.edges.ledger.estate(self.region)
        return self._estate.get(cluster)

    def _record(self, outcome: Outcome) -> None:
        said = self.recorder.keep(outcome)
        if not isinstance(outcome, ServiceJudged):  # a service is looked at again by the next sweep
            look_again(self.edges, outcome, said)
