"""What a batch found: judged verdicts on their way to the ledger, the audit log and the next look."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from scaudit.audit import records
from scaudit.audit.context import LAG, Edges, look_again
from scaudit.audit.standing import END, Standing
from scaudit.checks import about
from scaudit.checks.check import Trigger, Verdict
from scaudit.judge.causes import explain
from scaudit.judge.rules import Rules
from scaudit.judge.scaudit_itself import judge_itself
from scaudit.judge.second_look import hold_back, next_look
from scaudit.judge.suppression import silenced
from scaudit.model import Service, Severity, Status, Unread
from scaudit.model.incidents import EVERY_TASK, Member, MemberState
from scaudit.model.seen import Permission, Seen
from scaudit.proxylog import ProxyStart
from scaudit.queue.messages import TaskNudge
from scaudit.store.keys import itself, partition

_QUIET_HOUR = timedelta(hours=1)
_BLIND_DAY = timedelta(hours=24)


class Findings:
    """One batch's findings in one Region."""

    def __init__(self, region: str, edges: Edges, rules: Rules) -> None:
        self._region, self._edges, self._rules = region, edges, rules
        self.standing = Standing(region, edges.ledger)
        self._judged: dict[str, list[Verdict]] = {}
        self.verdicts: Counter[str] = Counter()  # how many task records came to which

    def about_service(
        self, service: Service, verdicts: list[Verdict], at: datetime, fresh: Collection[str]
    ) -> list[Verdict]:
        """Keep what was found of a service itself; returns it as it is to be reported. What checks find that are
        `fresh` was there before them."""
        pk = partition(self._region, service.cluster, service.name)
        told = silenced(explain(verdicts, self.standing.failing(pk, "-")), service, at)
        self._keep(pk, told, at, None, fresh)
        return told

    def about_registrations(
        self, service: Service, verdicts: list[Verdict], at: datetime, fresh: Collection[str]
    ) -> list[Verdict]:
        """Keep what was found of a service's registrations beside one another; returns it as it is to be reported."""
        pk = partition(self._region, service.cluster, service.name)
        told = silenced(verdicts, service, at)
        self._keep(pk, told, at, None, fresh)
        return told

    def about_task(self, seen: Seen, verdicts: list[Verdict], about_service: list[Verdict], nudge: TaskNudge) -> None:
        """Keep what was found of one running task, and look again at what is not settled yet."""
        task = seen.task
        pk = partition(self._region, task.cluster, task.service)
        known = {
            subject
            for subject, members in self.standing.at(pk).items()
            if task.id in members and members[task.id].state is MemberState.FAIL
        }
        standing = self.standing.failing(pk, "-", task.id)
        explained = silenced(explain([*about_service, *verdicts], standing), seen.service, seen.at)
        held, suspected = hold_back(explained, nudge.suspected, known, seen.at, self._rules)
        mine = [verdict for verdict in held if verdict.member == task.id]
        self._keep(pk, mine, seen.at, task.created_at, nudge.fresh)
        about_it = [verdict for verdict in held if verdict.member == task.id or Trigger.TASK in verdict.check.on]
        self._tell(records.task_record(self._region, seen, about_it, nudge.look))
        unsettled = [v for v in mine if v.status is Status.PENDING or any(u.transient for u in v.unread)]
        named = replace(nudge, service=task.service, version=task.version, suspected=suspected)
        if unsettled:
            self.look_again(named, next_look(unsettled, task.started_at, seen.at))
            return
        if nudge.look:
            self._edges.ledger.end_chain(pk, task.id, nudge.chain, seen.at)
        if isinstance(seen.log, ProxyStart):
            self._edges.ledger.log_read(pk, task.id, seen.at)

    def about_unstarted(self, seen: Seen, verdicts: list[Verdict], nudge: TaskNudge) -> None:
        """Keep what was found of a task that does not run. One that is stopped is lost at once, and its passes prove
        nothing."""
        task = seen.task
        pk = partition(self._region, task.cluster, task.service)
        told = silenced(explain(verdicts, self.standing.failing(pk, "-")), seen.service, seen.at)
        failed = [verdict for verdict in told if verdict.status is Status.FAIL]
        self._keep(pk, failed, seen.at, task.created_at, nudge.fresh, lost=task.last_status == "STOPPED")
        self._tell(records.task_record(self._region, seen, told, nudge.look))
        if any(unread.transient for verdict in told for unread in verdict.unread):
            self.look_again(replace(nudge, service=task.service, version=task.version), LAG)
        elif task.last_status == "STOPPED" and not (isinstance(seen.log, Unread) and seen.log.action):
            self._edges.ledger.log_read(pk, task.id + END, seen.at)

    def about_instance(
        self,
        service: Service,
        id: str,
        verdicts: list[Verdict],
        gone_since: datetime | None,
        nudge: TaskNudge,
        at: datetime,
    ) -> None:
        """Keep what was found of a task's registrations after its end, and look again while any of them is left."""
        pk = partition(self._region, service.cluster, service.name)
        known = {subject for subject, members in self.standing.at(pk).items() if id in members}
        held, suspected = hold_back(silenced(verdicts, service, at), nudge.suspected, known, at, self._rules)
        self._keep(pk, held, at, None, nudge.fresh)
        self._edges.write(records.registration_record(self._region, service.cluster, service.name, id, held, at))
        unsettled = [v for v in held if v.status in (Status.PENDING, Status.FAIL) or any(u.transient for u in v.unread)]
        named = replace(nudge, service=service.name, suspected=suspected)
        if unsettled:
            self.look_again(named, next_look(unsettled, gone_since, at))
        elif nudge.look:
            self._edges.ledger.end_chain(pk, id, nudge.chain, at)

    def left(self, cluster: str, service: str, task: str, at: datetime) -> None:
        """A task that stopped while failing is lost: neither mended nor failing. Its registration may well remain."""
        for subject, members in self.standing.of(cluster, service).items() if service else ():
            if task in members and about(subject) == "task":
                self._edges.ledger.lose(partition(self._region, cluster, service), subject, task, at)

    def unreadable(self, nudge: TaskNudge, unread: Unread, at: datetime) -> None:
        """A task that could not be looked at at all."""
        self._tell(records.unread_record(self._region, nudge, unread, at))
        if unread.transient:
            self.look_again(nudge, LAG)

    def look_again(self, nudge: TaskNudge, delay: int) -> None:
        """Ask for another look at a task in `delay` seconds."""
        look_again(self._edges, self._region, nudge, delay)

    def close(self, cluster: str, service: str, subject: str, why: str, at: datetime) -> None:
        """Nothing under this subject can fail any more."""
        for member in self.standing.of(cluster, service)[subject]:
            self._edges.ledger.close(partition(self._region, cluster, service), subject, member, why, at)

    def swept(self, cluster: str, service: str, at: datetime) -> None:
        """Every running task of the service was judged: settle what no single task can settle."""
        pk = partition(self._region, cluster, service)
        verdicts = self._judged.get(pk, [])
        for subject, members in self.standing.of(cluster, service).items():
            found = [v for v in verdicts if v.subject == subject]
            passed = bool(found) and all(v.status is Status.PASS for v in found)
            youngest = max(m.observed_at for m in members.values())
            only_lost = all(m.state is MemberState.LOST for m in members.values())
            if passed and only_lost and at > youngest + _QUIET_HOUR:
                self._edges.ledger.record(pk, subject, Member(EVERY_TASK, MemberState.PASS, at, task_created_at=at))
            elif not any(v.status in (Status.PASS, Status.FAIL) for v in found) and at > youngest + _BLIND_DAY:
                self.close(cluster, service, subject, "can no longer tell: nothing but unknown for 24 hours", at)

    def itself(self, permissions: Mapping[tuple[str, str], Permission], at: datetime) -> None:
        """What the batch says of scaudit: checks that crashed, reads that were refused."""
        self.estate(judge_itself(self._judged, permissions, at), at)

    def estate(self, verdicts: Sequence[Verdict], at: datetime) -> None:
        """Keep what was found of scaudit's own work."""
        self._keep(itself(self._region), verdicts, at, None, ())

    def _tell(self, record: Mapping[str, Any]) -> None:
        self.verdicts[record["verdict"]] += 1
        self._edges.write(record)

    def _keep(
        self,
        pk: str,
        verdicts: Sequence[Verdict],
        at: datetime,
        created_at: datetime | None,
        fresh: Collection[str],
        *,
        lost: bool = False,
    ) -> None:
        """Only `pass` and `fail` move an incident, a pass only where something stands against it, and what is of
        severity info none at all: it is in the records."""
        failed = MemberState.LOST if lost else MemberState.FAIL
        self._judged.setdefault(pk, []).extend(verdicts)
        for v in verdicts:
            begins = v.status is Status.FAIL and v.severity > Severity.INFO
            goes_on = v.status in (Status.PASS, Status.FAIL) and v.subject in self.standing.at(pk)
            if begins or goes_on:
                state = failed if v.status is Status.FAIL else MemberState.PASS
                self._edges.ledger.record(
                    pk,
                    v.subject,
                    Member(
                        id=v.member,
                        state=state,
                        observed_at=at,
                        severity=v.severity,
                        sentence=v.sentence,
                        caused_by=v.caused_by,
                        suppressed=v.suppressed,
                        baseline=v.check.id in fresh,
                        task_created_at=created_at,
                    ),
                )
