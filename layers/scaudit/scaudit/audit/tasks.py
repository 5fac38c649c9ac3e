"""A look at tasks of one cluster: sort them, read what each wants, judge, and confirm what is suspected."""

from collections.abc import Generator, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Protocol

from scaudit.audit.context import LAG, Context
from scaudit.audit.gone import Gone, look_at_leftovers
from scaudit.audit.outcomes import Coming, Left, Outcome, PutOff, ServiceJudged, TaskJudged, TooEarly, Unseen
from scaudit.audit.unstarted import look_at_unstarted, wants_post_mortem
from scaudit.checks.check import Trigger, Verdict
from scaudit.collect.aws import ecs
from scaudit.collect.proxies import with_logs
from scaudit.collect.running import Survey, confirm
from scaudit.judge.second_look import contradicted, is_suspicion
from scaudit.judge.services import judge_service
from scaudit.judge.tasks import judge_task
from scaudit.model import Instance, Moot, Service, Task, Unread
from scaudit.model.seen import Seen, ServiceSeen
from scaudit.model.task_stages import Stage, stage
from scaudit.queue.messages import TaskNudge
from scaudit.values import dataclass

MOST_LOGS = 300
"""Logs of proxies of new tasks that one look reads: at the pace of one worker so many are read, and marked, in the time
that is left when a look may begin (`region.ENOUGH`), beside all else of whole services."""


class Known(Protocol):
    """Who tells the rest of the tasks in a group: read for them alone, or read already with the whole of their
    services."""

    def seen(self, running: Sequence[Task]) -> list[Seen]:
        """What is known of these running tasks; without those that take no part in Service Connect."""

    def services(self, names: Sequence[str]) -> Mapping[str, Service | Unread | None]:
        """These services by name; None for one that is gone."""

    def registered(self, service: str) -> Mapping[str, Mapping[str, Instance]]:
        """What was seen to be registered for a service, by endpoint and task id; nothing where it was not read as a
        whole."""

    def may_have_left(self, service: str, task_id: str, task: Task | None) -> bool:
        """Whether a task that is gone, or another service's, may be registered for this service."""


@dataclass(frozen=True, slots=True)
class Group:
    """Tasks of one cluster that are looked at together: each as it was described `at`, None if ECS has forgotten it."""

    cluster: str
    at: datetime
    nudges: Sequence[TaskNudge]
    tasks: Mapping[str, Task | Unread | None]
    known: Known


def look_at_nudged(context: Context, cluster: str, nudges: Sequence[TaskNudge]) -> Iterator[Outcome]:
    """Look at the tasks of one cluster that nudges name, each once."""
    at = context.clock()
    found = ecs.tasks(context.reads, cluster, [nudge.task for nudge in nudges])
    yield from look_at_tasks(context, Group(cluster, at, nudges, found, Survey(context.reads, cluster, at)))


def look_at_tasks(context: Context, group: Group) -> Iterator[Outcome]:
    """Judge those that run, those that never did, and what is left of those that are gone."""
    running: dict[str, tuple[TaskNudge, Task]] = {}
    unstarted: dict[str, tuple[TaskNudge, Task]] = {}
    gone: list[Gone] = []
    for nudge in group.nudges:
        task = group.tasks[nudge.task]
        if isinstance(task, Unread):
            context.unread.add((group.cluster, nudge.service, nudge.task))
            yield Unseen(nudge, task, group.at)
            continue
        now = stage(task, group.at, context.rules.start_deadline)
        own = task is None or (task.cluster, task.service) == (group.cluster, nudge.service or task.service)
        if now in (Stage.LEAVING, Stage.GONE):
            stopped = task if task and own and task.last_status == "STOPPED" and task.service else None
            why = stopped is not None and wants_post_mortem(stopped)
            ended = stopped if stopped and stopped.proxy and not why else None
            service, deployment = (task.service, task.deployment_id) if task else (nudge.service, "")
            yield Left(nudge, service, group.at, ended, deployment)
            if task and own and now is Stage.LEAVING and task.version < nudge.version:
                yield TooEarly(nudge, LAG)  # of its end the event knows more
            elif (now is Stage.GONE or (task and task.ended_at)) and group.known.may_have_left(
                nudge.service, nudge.task, task
            ):
                gone.append((nudge, task))
            if stopped and why:
                unstarted[stopped.id] = nudge, stopped
        elif not own:
            if now is Stage.RUNNING and group.known.may_have_left(nudge.service, nudge.task, task):
                gone.append((nudge, task))
        elif task is None or not task.service:
            continue
        elif task.version < nudge.version:
            yield TooEarly(nudge, LAG)
        elif now is Stage.RUNNING:
            running[task.id] = nudge, task
        elif now is Stage.STUCK:
            unstarted[task.id] = nudge, task
        elif now is Stage.COMING:
            yield Coming(nudge, task)
        else:
            yield Unseen(nudge, Unread(f"task status {task.last_status} is not known to scaudit"), group.at)
    context.running |= {(task.cluster, task.service, task.id) for _, task in running.values()}
    if running:
        yield from _running(context, group.known, running)
    if unstarted:
        yield from look_at_unstarted(context, group.at, group.known.services, unstarted)
    if gone:
        yield from look_at_leftovers(context, group.known.services, group.known.registered, gone)


def _running(context: Context, rest: Known, tasks: Mapping[str, tuple[TaskNudge, Task]]) -> Iterator[Outcome]:
    """Those first of whom nothing is suspected that must be read again: at first sight a suspicion only waits for the
    second look, and what is on record as failing goes on."""
    seen = rest.seen([task for _, task in tasks.values()])
    wanted = context.wanted.logs([s for s in seen if not isinstance(s.deployment, Moot)])  # else nothing of it counts
    # What a sweep has on record is not left to later: it would never be verified with the whole of its service again.
    new = sorted(one.task.id for one in seen if one.task.id in wanted and not context.wanted.is_on_record(one.task))
    put_off = set(new[MOST_LOGS:])
    for one in (each for each in seen if each.task.id in put_off):
        context.running.discard((one.task.cluster, one.task.service, one.task.id))
        yield PutOff(replace(tasks[one.task.id][0], service=one.task.service))
    seen = [one for one in seen if one.task.id not in put_off]
    whole = {task_id for task_id, all_of_it in wanted.items() if all_of_it}
    read = with_logs(context.reads, context.region, [s for s in seen if s.task.id in wanted], context.clock(), whole)
    nudges = {task_id: nudge for task_id, (nudge, _) in tasks.items()}
    judged: list[tuple[Seen, list[Verdict]]] = []
    suspects: list[Seen] = []
    known = [context.wanted.known(s) for s in seen if s.task.id not in wanted]
    for one in (*known, *read):
        verdicts = judge_task(one, context.rules)
        nudge = nudges[one.task.id] = _second_of_its_kind(context, nudges[one.task.id], one, verdicts)
        before = nudge.suspected
        if any(is_suspicion(v) and (context.wanted.at_once or v.subject.key in before) for v in verdicts):
            suspects.append(one)
        else:
            judged.append((one, verdicts))
    if suspects:
        again = confirm(context.reads, suspects, context.clock())
        judged += [(one, judge_task(one, context.rules)) for one in again]
    for one, verdicts in judged:
        about_service = yield from _about_service(context, one)
        yield TaskJudged(nudges[one.task.id], one, verdicts, about_service)


def _second_of_its_kind(context: Context, nudge: TaskNudge, seen: Seen, verdicts: Sequence[Verdict]) -> TaskNudge:
    """The nudge, with what was suspected alike of another task of the deployment: in a crash loop none lives to be
    looked at twice, and that a registration takes time explains nothing that is wrong for two tasks."""
    if not (new := contradicted(verdicts) - nudge.suspected.keys()):
        return nudge
    return replace(nudge, suspected={**context.wanted.suspected(seen.task, new, seen.at), **nudge.suspected})


def _about_service(context: Context, seen: Seen) -> Generator[ServiceJudged, None, Sequence[Verdict]]:
    """What is to be said of a running task's service, judged once a batch; nothing of one that is gone."""
    service, definition = seen.service, seen.task_definition
    if service is None:
        return ()
    primary = service.primary if isinstance(service, Service) else None
    if primary and primary.task_definition != seen.task.task_definition:
        definition = ecs.task_definition(context.reads, seen.task.cluster, primary.task_definition)
    known, at = ServiceSeen(service, definition), context.clock()
    if not isinstance(service, Service):
        return judge_service(known, Trigger.TASK, at, context.rules)
    key = service.cluster, service.name
    if key not in context.services:
        context.services[key] = judge_service(known, Trigger.TASK, at, context.rules)
        yield ServiceJudged(service, context.services[key], at)
    return context.services[key]
