"""The one sentence of the program: collect what a message is about, judge it, record it."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import datetime
from functools import partial

from scaudit.audit import records
from scaudit.audit.context import LAG, Edges
from scaudit.audit.gone import audit_gone
from scaudit.audit.recorder import Findings
from scaudit.audit.unstarted import audit_unstarted, wants_post_mortem
from scaudit.checks.check import Trigger, Verdict
from scaudit.collect.aws import ecs
from scaudit.collect.aws.reads import Reads
from scaudit.collect.proxies import with_logs
from scaudit.collect.running import confirm, survey
from scaudit.judge.rules import Rules
from scaudit.judge.second_look import is_suspicion
from scaudit.judge.services import judge_service
from scaudit.judge.tasks import judge_task
from scaudit.model import Service, Task, TaskDefinition, Unread
from scaudit.model.seen import Seen, ServiceSeen
from scaudit.model.task_stages import Stage, stage
from scaudit.queue.messages import TaskNudge

View = Callable[[Sequence[Task]], list[Seen]]
Services = Callable[[Iterable[str]], Mapping[str, Service | Unread | None]]


class Audit:
    """One batch's audit in one Region."""

    def __init__(self, region: str, reads: Reads, edges: Edges, rules: Rules) -> None:
        self.region, self.reads, self.edges, self.rules = region, reads, edges, rules
        self.findings = Findings(region, edges, rules)
        self.tasks_judged = self.tasks_unread = 0
        self._about_services: dict[tuple[str, str], tuple[Trigger, list[Verdict]]] = {}

    def tasks(self, cluster: str, nudges: Mapping[str, TaskNudge]) -> None:
        """Audit these tasks of one cluster, by id."""
        at = self.edges.clock()
        found = ecs.tasks(self.reads, cluster, nudges)
        services = partial(ecs.services, self.reads, cluster)
        self.look(cluster, at, found, nudges, partial(survey, self.reads, cluster, at), services, nudges)

    def look(
        self,
        cluster: str,
        at: datetime,
        found: Mapping[str, Task | Unread | None],
        nudges: Mapping[str, TaskNudge],
        view: View,
        services: Services,
        left_over: Collection[str],
    ) -> None:
        """Judge tasks of one cluster as they were `found`: those that run, with what `view` adds to them; those that
        never did; and of those that are gone, what may be `left_over`. `services` describes services by name."""
        running: list[Task] = []
        unstarted: list[Task] = []
        gone: dict[str, Task | None] = {}
        for id, nudge in nudges.items():
            task = found[id]
            if isinstance(task, Unread):
                self.findings.unreadable(nudge, task, at)
                self.tasks_unread += 1
                continue
            now = stage(task, at, self.rules.start_deadline)
            own = task is None or (task.cluster, task.service) == (cluster, nudge.service or task.service)
            if now in (Stage.LEAVING, Stage.GONE):
                self.findings.left(cluster, task.service if task else nudge.service, id, at)
                if now is Stage.GONE and id in left_over:
                    gone[id] = task
                if task and own and task.last_status == "STOPPED" and task.service and wants_post_mortem(task):
                    unstarted.append(task)
            elif not own:
                if now is Stage.RUNNING and id in left_over:
                    gone[id] = task
            elif task is None or not task.service:
                continue
            elif task.version < nudge.version:
                self.findings.look_again(nudge, LAG)
            elif now is Stage.RUNNING:
                running.append(task)
            elif now is Stage.STUCK:
                unstarted.append(task)
            elif now is Stage.STRANGE:
                unknown = Unread(f"task status {task.last_status} is not known to scaudit")
                self.findings.unreadable(nudge, unknown, at)
        self.tasks_judged += len(running)
        self._judge(self._with_logs(view(running)), nudges)
        audit_unstarted(self.reads, self.findings, at, self.region, unstarted, services, nudges)
        audit_gone(self.reads, self.findings, self.edges.clock(), self.rules, gone, services, nudges)

    def finish(self) -> None:
        """Record what the batch says of scaudit itself, and what it cost."""
        at = self.edges.clock()
        self.findings.itself(self.reads.permissions, at)
        if self.reads.calls:
            verdicts, calls = self.findings.verdicts, dict(self.reads.calls)
            self.edges.write(records.batch_record(self.region, self.tasks_judged, verdicts, calls, at))

    def judge_service(self, known: ServiceSeen, on: Trigger, fresh: Collection[str] = ()) -> list[Verdict]:
        """The checks about the service itself that are asked on these triggers, once a batch: what was asked on more of
        them answers for fewer, and never the other way round."""
        service = known.service
        if not isinstance(service, Service):
            return judge_service(known, on, self.edges.clock(), self.rules)
        key = service.cluster, service.name
        covered, verdicts = self._about_services.get(key, (Trigger(0), []))
        if on not in covered:
            at = self.edges.clock()
            verdicts = self.findings.about_service(service, judge_service(known, on, at, self.rules), at, fresh)
            self._about_services[key] = on, verdicts
        return verdicts

    def _with_logs(self, seen: Sequence[Seen]) -> list[Seen]:
        unread = self.findings.standing.unread_logs(seen)
        read = with_logs(self.reads, self.region, [s for s in seen if s.task.id in unread], self.edges.clock())
        return [*(s for s in seen if s.task.id not in unread), *read]

    def _judge(self, seen: Sequence[Seen], nudges: Mapping[str, TaskNudge]) -> None:
        judged = [(one, judge_task(one, self.rules)) for one in seen]
        calm = [(one, verdicts) for one, verdicts in judged if not any(map(is_suspicion, verdicts))]
        suspects = [one for one, verdicts in judged if any(map(is_suspicion, verdicts))]
        again = confirm(self.reads, suspects, self.edges.clock())
        for one, verdicts in [*calm, *((one, judge_task(one, self.rules)) for one in again)]:
            self.findings.about_task(one, verdicts, self._about_service(one), nudges[one.task.id])

    def _about_service(self, seen: Seen) -> list[Verdict]:
        """What is to be said of a task's service; nothing of one that is gone."""
        if seen.service is None:
            return []
        definition: TaskDefinition | Unread = seen.task_definition
        primary = seen.service.primary if isinstance(seen.service, Service) else None
        if primary and primary.task_definition != seen.task.task_definition:
            definition = ecs.task_definition(self.reads, seen.task.cluster, primary.task_definition)
        return self.judge_service(ServiceSeen(seen.service, definition), Trigger.TASK)
