"""One batch's audit of one Region: every look, and the record of what it comes to."""

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from functools import partial

from scaudit.audit import records
from scaudit.audit.again import touch
from scaudit.audit.context import Context, Edges
from scaudit.audit.endings import close_what_is_over, settle
from scaudit.audit.isolation import Keeping
from scaudit.audit.namespaces import due, look_at_namespace
from scaudit.audit.neighbours import Neighbours
from scaudit.audit.outcomes import Counted
from scaudit.audit.recorder import Recorder
from scaudit.audit.rolls import Remembered, Rolls
from scaudit.audit.services import look_at_services
from scaudit.audit.standing import Standing
from scaudit.audit.tasks import look_at_nudged
from scaudit.audit.unchanged import Unchanged
from scaudit.audit.wanted import NotOnRecord
from scaudit.checks import BY_ID
from scaudit.checks.derived import CheckRun
from scaudit.collect.aws import ecs
from scaudit.collect.aws.clusters import tags
from scaudit.collect.aws.reads import Reads
from scaudit.judge.rules import Rules
from scaudit.judge.scaudit_itself import judge_itself, of_answers
from scaudit.model import Service, Status, Unread
from scaudit.model.places import Place, Subject
from scaudit.model.service_states import NOTHING, SERVICE
from scaudit.queue.messages import TaskNudge
from scaudit.store.items import Swept
from scaudit.store.keys import SWEPT, estate, itself
from scaudit.store.neighbours import Mesh
from scaudit.store.service_states import ServiceStates

ENOUGH = 45
"""Seconds of the function's time that must be left to begin with as many services or tasks again."""


class Audit:
    """The looks of one batch in one Region: `reads` has that Region's clients, `include` names the clusters that are
    watched, as patterns."""

    def __init__(
        self, region: str, reads: Reads, edges: Edges, rules: Rules, include: tuple[str, ...] = ("*",)
    ) -> None:
        self.region, self.reads, self.edges = region, reads, edges
        self.standing = Standing(edges.ledger)
        states = ServiceStates(edges.table)
        self.remembered = Remembered(states)
        self.rolls = Rolls(region, states, self.remembered, edges.write)
        self.recorder = Recorder(region, edges, rules, self.standing, self.rolls, partial(tags, reads))
        around = Neighbours(reads, rules, Mesh(region, edges.table), self.swept)
        same = Unchanged(region, rules, self.standing, self.rolls, around)
        self.wanted = NotOnRecord(region, edges.ledger, self.standing, self.remembered, around, same, reads.memory)
        self.looks = Context(region, reads, rules, edges.clock, self.wanted, include)
        self._estate: Mapping[str, Swept] | None = None
        self._runs: dict[tuple[str, str], CheckRun] = {}

    def tasks(self, cluster: str, nudges: Sequence[TaskNudge]) -> list[str]:
        """Audit these tasks of one cluster, each named once. Returns those of which something could not be written."""
        keeping = Keeping(self.edges, self.recorder)
        for nudge, error in keeping.looks(nudges, partial(look_at_nudged, self.looks, cluster)):
            self._failed(f"{cluster}/{nudge.task}", error)
        self.rolls.mark(self.edges.clock())
        keeping.send()
        return [task for _, task in keeping.unwritten if task]

    def services(
        self, cluster: str, names: Collection[str], chain: str, standing: Collection[str], fresh: Collection[str]
    ) -> Counted:
        """Audit services in full: what each declares, every task of it that runs or should, every registration it has,
        every member that stands against it, and what can no longer fail at all. `fresh` are the checks whose first run
        this is."""
        at = self.edges.clock()
        found = ecs.services(self.reads, cluster, names)
        keeping = Keeping(self.edges, self.recorder)
        for name, service in found.items():
            if not isinstance(service, Unread):
                place = Place(self.region, cluster, name)
                close_what_is_over(self.edges.ledger, place, self.standing[place], service, at)
        meshed = self.rolls.begin(cluster, found, at)
        look = partial(look_at_services, self.looks, cluster, at=at, chain=chain, fresh=sorted(fresh))
        for service, error in keeping.looks(meshed, look):
            self._failed(f"{cluster}/{service.name}", error)
        for arn, name in due(self.looks, meshed, at).items():
            self._namespace(keeping, cluster, arn, at, name, sorted(fresh))
        keeping.mark_logs()
        logs = self.wanted.logs_judged | keeping.logs
        unmet: dict[str, int] = {}
        for service in meshed:
            place = Place(self.region, cluster, service.name)
            roll = self.rolls[place]
            unmet[service.name] = roll.unmet
            judged = self.recorder.judged.get(place, ())
            complete = service.name in keeping.whole and not (roll.whole and roll.whole.unmet)
            self.rolls.end(service, judged, logs, complete=complete)
            if complete:
                settle(self.edges.ledger, place, self.standing[place], judged, at)
        for name in found.keys() & set(standing):
            touch(self.edges, self.region, cluster, name, at)
        keeping.send()
        unread = {name: why for name, why in found.items() if isinstance(why, Unread)}
        again = [name for name, why in unread.items() if not why.action and not why.odd]
        unwritten = sorted({service for service, _ in keeping.unwritten})
        seen = [service for service in meshed if service.name not in unwritten]
        met = defaultdict[str, set[str]](set)
        for _, name, task in (each for each in self.looks.running if each[0] == cluster):
            met[name].add(task)
        blind = Counter(name for home, name, _ in self.looks.unread if home == cluster)
        self.recorder.verdicts[Status.UNKNOWN] += sum(unmet[service.name] for service in seen)
        running = verified = 0
        for service in seen:
            tasks = met[service.name]
            named = len(tasks) + blind[service.name]
            listed = service.name in keeping.whole
            running += named + unmet[service.name] if listed else max(named, service.running)
            verified += len(tasks) - len(self._unanswered(service, tasks))
        return Counted(len(seen), running, verified, len(unread) - len(again), again, unwritten)

    def _unanswered(self, service: Service, tasks: set[str]) -> set[str]:
        """Those of these tasks of which, or of whose service, something is not known that AWS may tell later: when it
        did not for a day, that is to be told (SC904)."""
        judged = self.recorder.judged.get(Place(self.region, service.cluster, service.name), ())
        open_ = {v.member for v in judged if v.unread and any(unread.transient for unread in v.unread)}
        return tasks if SERVICE in open_ else tasks & open_

    def namespace(self, arn: str, at: datetime) -> None:
        """Look at a namespace of this account against which something stands."""
        self._namespace(Keeping(self.edges, self.recorder), "", arn, at)

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
        self.recorder.itself(judge_itself(judged, self.reads.permissions, runs, at, stood), at)
        if self.reads.calls:
            tasks, verdicts, calls = len(self.looks.running), self.recorder.verdicts, dict(self.reads.calls)
            self.edges.write(records.batch_record(self.region, tasks, verdicts, calls, at))

    def has_time(self) -> bool:
        """Whether there is time to begin with as many services or tasks again."""
        return self.reads.left() > ENOUGH

    def swept(self, cluster: str) -> Swept | None:
        """What the last sweep of a cluster went through; None before the first one ended."""
        if self._estate is None:
            self._estate = self.edges.ledger.estate(self.region)
        return self._estate.get(cluster)

    def fresh(self, cluster: str) -> set[str]:
        """The checks that no sweep of a cluster ran yet: what they find was there before. None where it cannot be read
        what the last one ran."""
        swept, item = self.swept(cluster), (estate(self.region).key, SWEPT + cluster)
        return set() if item in self.edges.table.odd else BY_ID.keys() - set(swept.checks if swept else ())

    def remembered_services(self, cluster: str, names: Collection[str]) -> set[str]:
        """The services of a cluster of which sweeps keep how they stand. What these named ones are remembered to be
        like is read with it."""
        kept, found = set[str](), {Place(self.region, cluster, name): NOTHING for name in names}
        for place, state, _ in self.remembered.states.of_cluster(self.region, cluster, whole=True):
            kept.add(place.service)
            if place in found:  # of the others the names are enough: a cluster may have thousands
                found[place] = state
        self.remembered.update({place: state for place, state in found.items() if place not in self.remembered})
        return kept

    def _namespace(
        self,
        keeping: Keeping,
        cluster: str,
        arn: str,
        at: datetime,
        met_with: str = "",
        fresh: Collection[str] = (),
    ) -> None:
        look = partial(look_at_namespace, self.looks, cluster, arn, at, met_with, fresh)
        for _, error in keeping.looks([arn], lambda _: look()):
            self._failed(arn, error)

    def _failed(self, what: str, error: Exception) -> None:
        """A look that failed for this one alone is SC901; it would fail again."""
        self._runs[what, "look"] = CheckRun(f"a look at {what} failed", f"{type(error).__name__}: {error}")
