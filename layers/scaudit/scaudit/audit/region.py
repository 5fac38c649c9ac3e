"""One batch's audit of one Region: every look, and the record of what it comes to."""

from collections.abc import Collection, Mapping, Sequence
from functools import partial

from scaudit.audit import records
from scaudit.audit.again import touch
from scaudit.audit.context import Context, Edges
from scaudit.audit.endings import close_what_is_over, settle
from scaudit.audit.isolation import Keeping
from scaudit.audit.neighbours import Neighbours
from scaudit.audit.recorder import Recorder
from scaudit.audit.services import look_at_services
from scaudit.audit.standing import Standing
from scaudit.audit.tasks import look_at_nudged
from scaudit.audit.wanted import NotOnRecord
from scaudit.checks.facts import CheckRun
from scaudit.collect.aws import ecs
from scaudit.collect.aws.reads import Reads
from scaudit.judge.rules import Rules
from scaudit.judge.scaudit_itself import judge_itself, of_answers
from scaudit.model import Service, Unread
from scaudit.model.places import Place, Subject
from scaudit.queue.messages import TaskNudge
from scaudit.store.items import Swept
from scaudit.store.keys import itself
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
        self._runs: dict[tuple[str, str], CheckRun] = {}

    def tasks(self, cluster: str, nudges: Sequence[TaskNudge]) -> list[str]:
        """Audit these tasks of one cluster, each named once. Returns those of which something could not be written."""
        keeping = Keeping(self.edges, self.recorder)
        for nudge, error in keeping.looks(nudges, partial(look_at_nudged, self.looks, cluster)):
            self._failed(f"{cluster}/{nudge.task}", error)
        return [task for _, task in keeping.unwritten if task]

    def services(
        self, cluster: str, names: Collection[str], chain: str, standing: Collection[str], fresh: Collection[str]
    ) -> tuple[int, list[str]]:
        """Audit services in full: what each declares, every task of it that runs or should, every registration it has,
        every member that stands against it, and what can no longer fail at all. `fresh` are the checks whose first run
        this is. Returns how many take part in Service Connect, and those that are to be read later."""
        at = self.edges.clock()
        found = ecs.services(self.reads, cluster, names)
        keeping = Keeping(self.edges, self.recorder)
        for name, service in found.items():
            if not isinstance(service, Unread):
                place = Place(self.region, cluster, name)
                close_what_is_over(self.edges.ledger, place, self.standing[place], service, at)
        meshed = [service for service in found.values() if isinstance(service, Service) and service.meshed]
        look = partial(look_at_services, self.looks, cluster, at=at, chain=chain, fresh=sorted(fresh))
        for broken, error in keeping.looks(meshed, look):
            self._failed(f"{cluster}/{broken.name}", error)
        for name in sorted(keeping.whole):
            place = Place(self.region, cluster, name)
            settle(self.edges.ledger, place, self.standing[place], self.recorder.judged[place], at)
        for name in found.keys() & set(standing):
            touch(self.edges, self.region, cluster, name, at)
        unread = [n for n, s in found.items() if isinstance(s, Unread) and not s.action and not s.odd]
        return len(meshed), [*unread, *sorted({service for service, _ in keeping.unwritten})]

    def finish(self) -> None:
        """Record what the batch says of scaudit itself, and what it cost."""
        at = self.edges.clock()
        stood = self.standing[itself(self.region)]
        news = {
            (action, what): error
            for (action, what), error in self.reads.understood.items()
            if error or what in stood.get(Subject("SC901", action), ())
        }
        judged = {place.key: verdicts for place, verdicts in self.recorder.judged.items()}
        runs = of_answers(news) | self._runs
        self.recorder.itself(judge_itself(judged, self.reads.permissions, runs, at), at)
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

    def _failed(self, what: str, error: Exception) -> None:
        """A look that failed for this one alone is SC901; it would fail again."""
        self._runs[what, "look"] = CheckRun(f"a look at {what} failed", f"{type(error).__name__}: {error}")
