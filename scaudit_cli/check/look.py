"""One look at some services of a cluster: everything read, everything judged, nothing kept."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from scaudit.audit.unstarted import wants_post_mortem
from scaudit.checks import BY_ID
from scaudit.checks.check import Trigger, Verdict
from scaudit.collect import surroundings
from scaudit.collect.aws import ecs
from scaudit.collect.aws.reads import Reads
from scaudit.collect.gone import leftovers
from scaudit.collect.proxies import with_logs
from scaudit.collect.running import confirm
from scaudit.collect.services import Whole, whole
from scaudit.judge.causes import explain
from scaudit.judge.registrations import judge_instance, judge_shared
from scaudit.judge.rules import Rules
from scaudit.judge.second_look import is_suspicion
from scaudit.judge.services import judge_service
from scaudit.judge.suppression import silenced
from scaudit.judge.tasks import judge_task, judge_unstarted
from scaudit.model import Namespace, Service, Status, Task, Unread
from scaudit.model.seen import Seen, ServiceSeen
from scaudit.model.task_stages import Stage, stage
from scaudit_cli.check.neighbours import Neighbourhoods
from scaudit_cli.output.finding import Judged

_LOGS_AT_ONCE = 20
"""Tasks whose logs are read together: what one call may page through holds about so many start-ups in full."""
_MOST_UNSTARTED = 20
"""Tasks of a service that did not run, the newest: a crash loop leaves one every few seconds, all telling the same."""
_NOT_READ = Unread("the task definition is not read for a task that does not run")


class Look:
    """One look, with the reads of one Region. A failure that rests on Cloud Map is read again at once, and believed:
    a command answers who is looking, an alert that wakes people waits for a second look."""

    def __init__(self, region: str, reads: Reads, clock: Callable[[], datetime], rules: Rules) -> None:
        self._region, self._reads, self._clock, self._rules = region, reads, clock, rules
        self._neighbourhoods = Neighbourhoods(reads)
        self.left_out: dict[tuple[str, str], str] = {}

    def at(self, cluster: str, names: Sequence[str]) -> Iterator[Judged]:
        """Judge those of these services that take part in Service Connect, or may do so as far as could be read."""
        at = self._clock()
        found = ecs.services(self._reads, cluster, names)
        for name, service in found.items():
            if service is None:
                self.left_out[cluster, name] = "does not exist"
            elif isinstance(service, Unread):
                blind = judge_service(ServiceSeen(service, service), Trigger.AUDIT, at, self._rules)
                yield Judged(cluster, name, blind)
            elif not service.meshed:
                self.left_out[cluster, name] = "takes no part in Service Connect"
        meshed = [service for service in found.values() if isinstance(service, Service) and service.meshed]
        for seen in whole(self._reads, cluster, meshed, {}):
            yield Judged(cluster, seen.service.name, silenced(self._judge(seen, at), seen.service, at))

    def _judge(self, seen: Whole, at: datetime) -> list[Verdict]:
        service = seen.service
        known = self._surroundings(service)
        about = judge_service(known, Trigger.AUDIT, at, self._rules)
        stages = {
            id: Stage.STRANGE if isinstance(task, Unread) else stage(task, at, self._rules.start_deadline)
            for id, task in seen.tasks.items()
        }
        running = [task for id, task in seen.tasks.items() if isinstance(task, Task) and stages[id] is Stage.RUNNING]
        unstarted = [task for id, task in seen.tasks.items() if isinstance(task, Task) and _tells(task, stages[id])]
        gone = {
            id: task
            for id, task in seen.tasks.items()
            if stages[id] is Stage.GONE and seen.stands(id) and not isinstance(task, Unread)
        }
        gone |= seen.strays
        about_tasks = [
            *self._running(seen.seen(self._reads, at, running), at),
            *self._unstarted(service, unstarted, at),
        ]
        told = explain(about)
        for verdicts in about_tasks:
            told += [v for v in explain([*about, *verdicts]) if v.member != "-"]
        told += self._gone(service, gone, at)
        for endpoint, registered in seen.bridged(known.task_definition):
            told += judge_shared(service, endpoint, registered, [task.id for task in running], at, self._rules)
        return [*told, *_unjudged(seen, stages, self._rules)]

    def _running(self, seen: Sequence[Seen], at: datetime) -> Iterator[list[Verdict]]:
        judged = [(one, judge_task(one, self._rules)) for one in self._with_logs(seen, at)]
        suspects = [one for one, verdicts in judged if any(map(is_suspicion, verdicts))]
        again = {one.task.id: one for one in confirm(self._reads, suspects, self._clock())}
        for one, verdicts in judged:
            if one not in suspects:
                yield verdicts
            elif one.task.id in again:
                yield judge_task(again[one.task.id], self._rules)

    def _unstarted(self, service: Service, tasks: Sequence[Task], at: datetime) -> Iterator[list[Verdict]]:
        """Of a task that did not run only what failed, or could not be told, says anything; of one that was called off
        nobody misses what could not."""
        newest = sorted(tasks, key=lambda task: task.created_at, reverse=True)[:_MOST_UNSTARTED]
        seen = [Seen(task, service, _NOT_READ, at) for task in newest]
        for one in self._with_logs(seen, at):
            told = (Status.FAIL,) if one.task.called_off else (Status.FAIL, Status.UNKNOWN)
            yield [v for v in judge_unstarted(one) if v.status in told]

    def _with_logs(self, seen: Sequence[Seen], at: datetime) -> Iterator[Seen]:
        for first in range(0, len(seen), _LOGS_AT_ONCE):
            yield from with_logs(self._reads, self._region, seen[first : first + _LOGS_AT_ONCE], at)

    def _gone(self, service: Service, gone: Mapping[str, Task | None], at: datetime) -> Iterator[Verdict]:
        left = leftovers(self._reads, service, gone) if gone else {}
        for (name, id), ghost in left.items():
            endpoint = next(e for e in service.endpoints if e.name == name)
            task = gone[id]
            since = task.stopped_at if task else None
            yield from judge_instance(id, service, endpoint, ghost, since, at, self._rules)

    def _surroundings(self, service: Service) -> ServiceSeen:
        known = surroundings.surroundings(self._reads, service, self._region)
        if not isinstance(known.namespace, Namespace):
            return known
        neighbours = self._neighbourhoods.of(known.namespace, service.arn.split(":")[4])
        return replace(known, neighbours=neighbours)


def _tells(task: Task, now: Stage) -> bool:
    return now is Stage.STUCK or (now is Stage.GONE and task.last_status == "STOPPED" and wants_post_mortem(task))


def _unjudged(seen: Whole, stages: Mapping[str, Stage], rules: Rules) -> Iterator[Verdict]:
    """Tasks of which there is nothing to say yet, and those that could not be looked at: never silence."""
    starts, verified = BY_ID["SC209"], BY_ID["SC904"]
    for id, task in seen.tasks.items():
        if isinstance(task, Unread):
            yield Verdict(verified, id, "", Status.UNKNOWN, task.reason, unread=(task,))
        elif task and stages[id] is Stage.STRANGE:
            yield Verdict(verified, id, "", Status.UNKNOWN, f"task status {task.last_status} is not known to scaudit")
        elif task and stages[id] is Stage.COMING:
            status = Status.PENDING if rules.settle_scale else Status.SKIPPED
            yield Verdict(starts, id, "", status, f"the task is {task.last_status}", starts.severity)
    if seen.unlisted:
        yield Verdict(verified, "-", "", Status.UNKNOWN, seen.unlisted.reason, unread=(seen.unlisted,))
