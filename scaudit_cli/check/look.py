"""One look at some services of a cluster: everything read, everything judged, nothing kept."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from functools import partial

from scaudit.audit.context import Context
from scaudit.audit.namespaces import due, look_at_namespace
from scaudit.audit.outcomes import (
    Coming,
    LeftoverJudged,
    Outcome,
    ServiceJudged,
    TaskJudged,
    Unseen,
    UnstartedJudged,
)
from scaudit.audit.services import look_at_services
from scaudit.checks import BY_ID
from scaudit.checks.check import Trigger, Verdict
from scaudit.collect.aws import ecs
from scaudit.collect.aws.clusters import Tags, tags
from scaudit.collect.aws.reads import Reads
from scaudit.collect.services import Whole
from scaudit.collect.unmet import unmet_words
from scaudit.judge.causes import explain
from scaudit.judge.rules import Rules
from scaudit.judge.services import judge_service
from scaudit.judge.telling import silenced
from scaudit.model import Service, Severity, Status, Unread
from scaudit.model.seen import Seen, ServiceSeen
from scaudit_cli.check.ahead import read_ahead
from scaudit_cli.check.everything import Everything
from scaudit_cli.check.ignore_words import Tagged, misnamed, of_failures
from scaudit_cli.check.neighbours import Neighbourhoods
from scaudit_cli.check.scope import Scope
from scaudit_cli.output.finding import Judged

ABSENT = "does not exist"
"""Why a service was left out that is not there."""
LEFT = BY_ID["SC208"]
"""The check of namespaces: what deleted services left there is no fault of those that stayed."""


class Look:
    """One look, with the reads of one Region. A failure that rests on Cloud Map is read again at once, and believed:
    a command answers who is looking, an alert that wakes people waits for a second look. What was seen of each task is
    handed out of a service that is `alone`: of a whole account it would fill the memory."""

    def __init__(
        self,
        region: str,
        reads: Reads,
        clock: Callable[[], datetime],
        rules: Rules,
        around: Neighbourhoods,
        scope: Scope,
    ) -> None:
        asked = (scope.task,) if scope.task else ()
        self._context = Context(region, reads, rules, clock, Everything(reads, around, asked))
        self._alone = scope.alone
        self._around = around
        self.left_out: dict[str, str] = {}
        self.misnamed: list[str] = []
        self.namespaces: dict[str, Sequence[Verdict]] = {}
        """What was found of the namespaces, by ARN, that no other look of the run has gone through."""

    def at(self, cluster: str, names: Sequence[str]) -> Iterator[Judged]:
        """Judge those of these services that take part in Service Connect, or may do so as far as could be read."""
        at = self._context.clock()
        found = ecs.services(self._context.reads, cluster, names)
        for name, service in found.items():
            if service is None:
                self.left_out[name] = ABSENT
            elif isinstance(service, Unread):
                unseen = ServiceSeen(service, service)
                blind = judge_service(unseen, Trigger.AUDIT, at, self._context.rules)
                yield Judged(cluster, name, blind, region=self._context.region, around=unseen)
            elif not service.meshed:
                self.left_out[name] = "takes no part in Service Connect"
        meshed = {name: s for name, s in found.items() if isinstance(s, Service) and s.meshed}
        self._around.described |= {(cluster, name): service for name, service in meshed.items()}
        read_ahead(self._context.reads, self._around, cluster, self._context.region, list(meshed.values()))
        listed = Listed(self._context.rules)
        for outcome in look_at_services(self._context, cluster, list(meshed.values()), at, "", ()):
            listed.keep(outcome)
        for arn in filter(self._around.first, due(self._context, list(meshed.values()), at)):
            for outcome in look_at_namespace(self._context, cluster, arn, at):
                self.namespaces[arn] = outcome.found or [Verdict(LEFT, "-", "", Status.PASS, "", LEFT.severity)]
        for name, service in meshed.items():
            if name not in listed.ran:
                listed.without_tasks(service)
        of_cluster = partial(tags, self._context.reads, cluster)
        for name, verdicts in listed.verdicts.items():
            told = silenced(verdicts, meshed[name], at, of_cluster)
            yield Judged(
                cluster,
                name,
                told,
                region=self._context.region,
                account=meshed[name].account,
                whole=listed.wholes.get(name),
                around=listed.around.get(name),
                tasks=listed.tasks[name] if self._alone else {},
                tagged=of_failures(told, self._tagged(meshed[name], told, of_cluster), at),
            )

    def _tagged(self, service: Service, verdicts: Sequence[Verdict], of_cluster: Callable[[], Tags | Unread]) -> Tagged:
        """The tags that may silence these verdicts, of whom. Those of the cluster are asked for as `silenced` does."""
        found: list[tuple[str, Tags | Unread]] = [("the service", service.tags)]
        if any(v.status is Status.FAIL and v.severity > Severity.INFO for v in verdicts):
            found.append((f"cluster {service.cluster}", of_cluster()))
        known = [(whose, given) for whose, given in found if not isinstance(given, Unread)]
        for whose, given in known:
            where = f"{service.cluster}/{service.name}" if whose == "the service" else whose
            self.misnamed += [f"{where}: {said}" for said in misnamed(given)]
        return known


class Listed:
    """What a look came to, listed for each service by name."""

    def __init__(self, rules: Rules) -> None:
        self._rules = rules
        self._about: dict[str, Sequence[Verdict]] = {}
        self.verdicts: dict[str, list[Verdict]] = defaultdict(list)
        self.wholes: dict[str, Whole] = {}
        self.around: dict[str, ServiceSeen] = {}
        self.tasks: dict[str, dict[str, Seen]] = defaultdict(dict)
        self.ran: set[str] = set()
        """The services of which a running task was judged."""

    def keep(self, outcome: Outcome) -> None:
        """Add what one look came to."""
        match outcome:
            case ServiceJudged(service, verdicts, _, whole, registrations, known=known):
                self._about[service.name] = verdicts
                self.verdicts[service.name] += [*explain(verdicts), *registrations]
                if whole:
                    self.wholes[service.name] = whole
                if known:
                    self.around[service.name] = known
                if whole and whole.unlisted:
                    self.verdicts[service.name].append(_unverified("-", whole.unlisted))
                elif whole and whole.unmet:
                    why = Unread(unmet_words(service.running, whole.unmet), transient=True)
                    self.verdicts[service.name].append(_unverified("-", why))
            case TaskJudged(nudge, seen, verdicts):
                self.ran.add(nudge.service)
                self.tasks[nudge.service][seen.task.id] = seen
                self._of_task(nudge.service, verdicts, replaced=seen.replaced)
            case UnstartedJudged(nudge, seen, verdicts):
                self.tasks[nudge.service][seen.task.id] = seen
                # Only what failed, or could not be told, says anything; of one that was called off nobody misses this.
                told = (Status.FAIL,) if seen.task.called_off else (Status.FAIL, Status.UNKNOWN)
                self._of_task(nudge.service, [v for v in verdicts if v.status in told])
            case LeftoverJudged(nudge, _, verdicts):
                self.verdicts[nudge.service] += verdicts
            case Coming(nudge, task):
                self._starts(nudge.service, task.id, f"the task is {task.last_status}")
            case Unseen(nudge, unread):
                self.verdicts[nudge.service].append(_unverified(nudge.task, unread))

    def without_tasks(self, service: Service) -> None:
        """No running task of it was judged: one is awaited where it comes or a deployment is under way; else nobody
        looked. What ECS counts is no proof: tasks stop between the count and the look."""
        if not service.desired:
            said = "scaled to zero: no task to verify"
            self.verdicts[service.name].append(Verdict(BY_ID["SC904"], "-", "", Status.SKIPPED, said))
            return
        known = self.verdicts[service.name]
        if any(v.status is Status.PENDING or (v.check.id == "SC904" and v.status is Status.UNKNOWN) for v in known):
            return
        if service.primary and service.primary.in_progress and self._rules.settle_scale:
            self._starts(service.name, "-", "no task is there yet")
            return
        gone = f"ECS counts {service.running} running, but no running task was there to look at"
        why = gone if service.running else f"none of its {service.desired} tasks runs"
        unread = Unread(f"{why}: nothing of them was verified", transient=True)
        self.verdicts[service.name].append(_unverified("-", unread))

    def _starts(self, service: str, member: str, said: str) -> None:
        starts = BY_ID["SC209"]
        status = Status.PENDING if self._rules.settle_scale else Status.SKIPPED
        self.verdicts[service].append(Verdict(starts, member, "", status, said, starts.severity))

    def _of_task(self, service: str, verdicts: Sequence[Verdict], *, replaced: bool = False) -> None:
        explained = explain([*self._about[service], *verdicts], replaced=replaced)
        self.verdicts[service] += [verdict for verdict in explained if verdict.member != "-"]


def _unverified(member: str, unread: Unread) -> Verdict:
    return Verdict(BY_ID["SC904"], member, "", Status.UNKNOWN, unread.reason, unread=(unread,))
