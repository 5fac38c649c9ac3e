"""The one sentence of the program: collect what a message is about, judge it, record it."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TypeVar

from scaudit import report
from scaudit.check import Verdict
from scaudit.checks import about
from scaudit.collect import ecs
from scaudit.collect.leftovers import registered
from scaudit.collect.proxies import with_logs
from scaudit.collect.reads import Reads
from scaudit.collect.survey import confirm, survey
from scaudit.events import ClusterPage, ServiceLook, TaskNudge
from scaudit.findings import Findings
from scaudit.gone import audit_gone, over
from scaudit.incidents import Member, MemberState
from scaudit.judge import Rules, Seen, judge_service, judge_task
from scaudit.looks import LAG, Edges
from scaudit.model import Service, Task, TaskDefinition, Unread
from scaudit.second_look import is_suspicion
from scaudit.service_facts import ServiceSeen
from scaudit.unstarted import audit_unstarted, wants_post_mortem

T = TypeVar("T")
_LEAVING = frozenset({"DEACTIVATING", "STOPPING", "DEPROVISIONING", "STOPPED", "DELETED"})
_COMING = frozenset({"PROVISIONING", "PENDING", "ACTIVATING"})


class NotNow(RuntimeError):
    """AWS could not answer what the message is about, and may later: the message is to come again."""


class Audit:
    """One batch's audit in one Region."""

    def __init__(self, region: str, reads: Reads, edges: Edges, rules: Rules) -> None:
        self._region = region
        self._reads = reads
        self._edges = edges
        self._rules = rules
        self._findings = Findings(region, edges, rules)
        self._about_services: dict[tuple[str, str], list[Verdict]] = {}
        self._tasks = 0

    def page(self, message: ClusterPage, chain: str) -> None:
        """Audit one page of a cluster's tasks and send the next page on its way; with the first one, also the services
        of the cluster whose incidents are not at rest. Raises NotNow."""
        cluster = message.cluster
        if not message.token:
            for service in sorted(self._edges.ledger.standing_services(self._region, cluster)):
                self._edges.queue.send(ServiceLook(self._region, cluster, service))
        listed = _now(ecs.task_page(self._reads, cluster, message.token))
        if isinstance(listed, Unread):
            return
        ids, token = listed
        self.tasks(cluster, {id: TaskNudge(self._region, cluster, "", id, chain=chain) for id in ids})
        if token:
            self._edges.queue.send(replace(message, token=token))
        at = self._edges.clock()
        self._edges.write(report.page_record(self._region, cluster, len(ids), bool(token), at))

    def service(self, message: ServiceLook, chain: str) -> None:
        """Audit a service in full: what it declares, every task of it that runs, every member that stands against it,
        and what can no longer fail at all. Raises NotNow."""
        cluster, name = message.cluster, message.service
        at = self._edges.clock()
        service = _now(ecs.services(self._reads, cluster, [name])[name])
        if isinstance(service, Unread):
            return
        standing = self._findings.standing(cluster, name)
        for subject in standing:
            if why := over(service, subject):
                self._findings.close(cluster, name, subject, why, at)
        if service and any(d.service_connect for d in service.deployments):
            verdicts = self._judge_service(service)
            self._edges.write(report.service_record(self._region, cluster, name, verdicts, at))
            running = self._running(cluster, name)
            if isinstance(running, Unread):
                return
            strangers = registered(self._reads, service) - set(running)
            wanted = dict.fromkeys([*running, *sorted(_failing(standing) | strangers)])
            self.tasks(cluster, {id: TaskNudge(self._region, cluster, name, id, chain=chain) for id in wanted})
            self._findings.swept(cluster, name, at)
        self._findings.touch(cluster, name, at)

    def itself(self) -> None:
        """Have notify look again at whatever is not at rest in scaudit's own partitions."""
        at = self._edges.clock()
        for name in self._edges.ledger.standing_services(self._region, ""):
            self._findings.touch("", name, at)

    def tasks(self, cluster: str, nudges: Mapping[str, TaskNudge]) -> None:
        """Audit these tasks of one cluster, by id."""
        at = self._edges.clock()
        found = ecs.tasks(self._reads, cluster, nudges)
        running: list[Task] = []
        unstarted: list[Task] = []
        gone: dict[str, Task | None] = {}
        for id, nudge in nudges.items():
            task = found[id]
            if isinstance(task, Unread):
                self._findings.unreadable(nudge, task, at)
            elif task is None or task.last_status in _LEAVING or task.desired_status == "STOPPED":
                self._findings.left(cluster, task.service if task else nudge.service, id, at)
                if task is None or task.last_status == "STOPPED":
                    gone[id] = task
                if task and task.last_status == "STOPPED" and task.service and wants_post_mortem(task):
                    unstarted.append(task)
            elif task.version < nudge.version:
                self._findings.look_again(nudge, LAG)
            elif task.service and task.last_status == "RUNNING":
                running.append(task)
            elif task.service and task.last_status in _COMING:
                if (at - task.created_at).total_seconds() > self._rules.start_deadline:
                    unstarted.append(task)
            elif task.service:
                unknown = Unread(f"task status {task.last_status} is not known to scaudit")
                self._findings.unreadable(nudge, unknown, at)
        self._tasks += len(running)
        self._judge(self._with_logs(survey(self._reads, cluster, running, at)), nudges)
        audit_unstarted(self._reads, self._findings, at, self._region, unstarted, nudges)
        audit_gone(self._reads, self._findings, self._edges.clock(), self._rules, cluster, gone, nudges)

    def finish(self) -> None:
        """Record what the batch says of scaudit itself, and what it cost."""
        at = self._edges.clock()
        self._findings.itself(self._reads.permissions, at)
        if self._reads.calls:
            self._edges.write(report.batch_record(self._region, self._tasks, dict(self._reads.calls), at))

    def _with_logs(self, seen: Sequence[Seen]) -> list[Seen]:
        unread = self._findings.unread_logs(seen)
        read = with_logs(self._reads, self._region, [s for s in seen if s.task.id in unread], self._edges.clock())
        return [*(s for s in seen if s.task.id not in unread), *read]

    def _judge(self, seen: Sequence[Seen], nudges: Mapping[str, TaskNudge]) -> None:
        judged = [(one, judge_task(one, self._rules)) for one in seen]
        calm = [(one, verdicts) for one, verdicts in judged if not any(map(is_suspicion, verdicts))]
        suspects = [one for one, verdicts in judged if any(map(is_suspicion, verdicts))]
        again = confirm(self._reads, suspects, self._edges.clock())
        for one, verdicts in [*calm, *((one, judge_task(one, self._rules)) for one in again)]:
            about = self._judge_service(one.service) if isinstance(one.service, Service) else self._blind(one)
            self._findings.about_task(one, verdicts, about, nudges[one.task.id])

    def _judge_service(self, service: Service) -> list[Verdict]:
        """The checks about the service itself, once a batch."""
        key = service.cluster, service.name
        if key not in self._about_services:
            at = self._edges.clock()
            definition: TaskDefinition | Unread = Unread("the service has no PRIMARY deployment")
            if service.primary:
                definition = ecs.task_definition(self._reads, service.cluster, service.primary.task_definition)
            verdicts = judge_service(ServiceSeen(service, definition), "T", at, self._rules)
            self._about_services[key] = self._findings.about_service(service, verdicts, at)
        return self._about_services[key]

    def _blind(self, seen: Seen) -> list[Verdict]:
        """What is to be said of a service that could not be read; nothing of one that is gone."""
        if seen.service is None:
            return []
        return judge_service(ServiceSeen(seen.service, seen.task_definition), "T", seen.at, self._rules)

    def _running(self, cluster: str, service: str) -> list[str] | Unread:
        ids: list[str] = []
        token = ""
        while True:
            listed = _now(ecs.task_page(self._reads, cluster, token, service))
            if isinstance(listed, Unread):
                return listed
            ids += listed[0]
            token = listed[1]
            if not token:
                return ids


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
