"""The one sentence of the program: collect what a message is about, judge it, record it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from scaudit import report
from scaudit.check import Verdict, explain
from scaudit.collect import ecs
from scaudit.collect.reads import Reads
from scaudit.collect.survey import confirm, survey
from scaudit.events import ClusterPage, TaskNudge
from scaudit.incidents import Member, MemberState
from scaudit.items import itself, partition
from scaudit.judge import Rules, Seen, hold_back, is_suspicion, judge_itself, judge_service, judge_task, next_look
from scaudit.ledger import Ledger
from scaudit.model import Service, Status, Task, TaskDefinition, Unread
from scaudit.queue import Queue

MOST_LOOKS = 20
_LEAVING = frozenset({"DEACTIVATING", "STOPPING", "DEPROVISIONING", "STOPPED", "DELETED"})
_COMING = frozenset({"PROVISIONING", "PENDING", "ACTIVATING"})


@dataclass(frozen=True, slots=True)
class Edges:
    """Everything outside the core that an audit touches."""

    ledger: Ledger
    queue: Queue
    clock: Callable[[], datetime]
    write: Callable[[Mapping[str, Any]], None]


class Audit:
    """One batch's audit in one Region: its reads, and what it found, service by service."""

    def __init__(self, region: str, reads: Reads, edges: Edges, rules: Rules) -> None:
        self._region = region
        self._reads = reads
        self._edges = edges
        self._rules = rules
        self._standing: dict[str, dict[str, dict[str, MemberState]]] = {}
        self._found: dict[str, list[Verdict]] = {}
        self._tasks = 0

    def page(self, message: ClusterPage) -> None:
        """Audit one page of a cluster's tasks and send the next page on its way. Raises OSError when the page could
        not be listed now and may be later."""
        listed = ecs.task_page(self._reads, message.cluster, message.token)
        if isinstance(listed, Unread):
            if listed.transient:
                raise OSError(listed.reason)
            return  # the refusal itself is found by SC902
        ids, token = listed
        nudges = {id: TaskNudge(self._region, message.cluster, "", id) for id in ids}
        self.tasks(message.cluster, nudges)
        if token:
            self._edges.queue.send(replace(message, token=token))
        at = self._edges.clock()
        self._edges.write(report.page_record(self._region, message.cluster, len(ids), bool(token), at))

    def tasks(self, cluster: str, nudges: Mapping[str, TaskNudge]) -> None:
        """Audit these tasks of one cluster, by id."""
        at = self._edges.clock()
        found = ecs.tasks(self._reads, cluster, nudges)
        running: list[Task] = []
        for id, nudge in nudges.items():
            task = found[id]
            if isinstance(task, Unread):
                self._unreadable(nudge, task, at)
            elif task is None or task.last_status in _LEAVING or task.desired_status == "STOPPED":
                self._left(cluster, task.service if task else nudge.service, id, at)
            elif task.version < nudge.version:
                self._again(nudge, 15)  # DescribeTasks lags behind the event that woke us
            elif task.service and task.last_status == "RUNNING":
                running.append(task)
            elif task.service and task.last_status not in _COMING:
                self._unreadable(nudge, Unread(f"task status {task.last_status} is not known to scaudit"), at)
        self._tasks += len(running)
        if running:
            self._judge(survey(self._reads, cluster, running, at), nudges)

    def close(self) -> None:
        """Record what the batch says of scaudit itself, and what it cost."""
        at = self._edges.clock()
        pk = itself(self._region)
        standing = self._failing(pk)
        for verdict in judge_itself(self._found, self._reads.permissions, at):
            self._remember(pk, verdict, at, None, standing)
        if self._reads.calls:
            self._edges.write(report.batch_record(self._region, self._tasks, dict(self._reads.calls), at))

    def _judge(self, seen: Sequence[Seen], nudges: Mapping[str, TaskNudge]) -> None:
        by_service: dict[str, list[Seen]] = {}
        for one in seen:
            by_service.setdefault(one.task.service, []).append(one)
        for group in by_service.values():
            about_service = self._judge_service(group[0])
            judged = [(one, judge_task(one, self._rules)) for one in group]
            suspects = [one for one, verdicts in judged if any(map(is_suspicion, verdicts))]
            calm = [(one, verdicts) for one, verdicts in judged if not any(map(is_suspicion, verdicts))]
            again = confirm(self._reads, suspects, self._edges.clock())
            for one, verdicts in [*calm, *((one, judge_task(one, self._rules)) for one in again)]:
                self._conclude(one, verdicts, about_service, nudges[one.task.id])

    def _judge_service(self, seen: Seen) -> list[Verdict]:
        service = seen.service
        if service is None:
            return []
        primary = service.primary if isinstance(service, Service) else None
        definition: TaskDefinition | Unread = seen.task_definition
        if primary and primary.task_definition != seen.task.task_definition:
            definition = ecs.task_definition(self._reads, seen.task.cluster, primary.task_definition)
        verdicts = judge_service(service, definition, seen.at, self._rules)
        pk = partition(self._region, seen.task.cluster, seen.task.service)
        for verdict in verdicts:
            self._remember(pk, verdict, seen.at, None, self._failing(pk))
        self._found.setdefault(pk, []).extend(verdicts)
        return verdicts

    def _conclude(self, seen: Seen, verdicts: list[Verdict], about_service: list[Verdict], nudge: TaskNudge) -> None:
        task = seen.task
        pk = partition(self._region, task.cluster, task.service)
        failing = self._failing(pk)
        known = {subject for subject, members in failing.items() if members.get(task.id) is MemberState.FAIL}
        held, suspected = hold_back(explain([*about_service, *verdicts]), nudge.suspected, known, seen.at, self._rules)
        about_task = [verdict for verdict in held if verdict.member == task.id]
        for verdict in about_task:
            self._remember(pk, verdict, seen.at, task.created_at, failing)
        self._found.setdefault(pk, []).extend(about_task)
        self._edges.write(report.task_record(self._region, seen, held, nudge.look))
        unsettled = [v for v in about_task if v.status is Status.PENDING or any(u.transient for u in v.unread)]
        if unsettled:
            named = replace(nudge, service=task.service, version=task.version, suspected=suspected)
            self._again(named, next_look(unsettled, task.started_at, seen.at))

    def _remember(
        self,
        pk: str,
        verdict: Verdict,
        at: datetime,
        created_at: datetime | None,
        standing: Mapping[str, Mapping[str, MemberState]],
    ) -> None:
        """Only `pass` and `fail` move an incident, and a pass only where something stands against it."""
        if verdict.status is Status.FAIL:
            state = MemberState.FAIL
        elif verdict.status is Status.PASS and verdict.subject in standing:
            state = MemberState.PASS
        else:
            return
        self._edges.ledger.record(
            pk,
            verdict.subject,
            Member(
                id=verdict.member,
                state=state,
                observed_at=at,
                severity=verdict.severity,
                sentence=verdict.sentence,
                caused_by=verdict.caused_by,
                task_created_at=created_at,
            ),
        )

    def _left(self, cluster: str, service: str, task: str, at: datetime) -> None:
        """A task that stopped while failing is lost, neither mended nor failing."""
        pk = partition(self._region, cluster, service)
        for subject, members in self._failing(pk).items() if service else ():
            if members.get(task) is MemberState.FAIL:
                self._edges.ledger.lose(pk, subject, task, at)

    def _unreadable(self, nudge: TaskNudge, unread: Unread, at: datetime) -> None:
        self._edges.write(report.unread_record(self._region, nudge, unread, at))
        if unread.transient:
            self._again(nudge, 15)

    def _again(self, nudge: TaskNudge, delay: int) -> None:
        if nudge.look < MOST_LOOKS:
            self._edges.queue.send(replace(nudge, look=nudge.look + 1), delay)

    def _failing(self, pk: str) -> dict[str, dict[str, MemberState]]:
        if pk not in self._standing:
            self._standing[pk] = self._edges.ledger.standing(pk)
        return self._standing[pk]
