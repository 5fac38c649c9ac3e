"""A look at whole services: what each declares, every registration under its endpoints, and every task of it."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from datetime import datetime

from scaudit.audit.context import Context
from scaudit.audit.outcomes import Outcome, ServiceJudged, ServiceUnchanged
from scaudit.audit.tasks import Group, look_at_tasks
from scaudit.checks.check import Trigger, Verdict
from scaudit.collect import surroundings
from scaudit.collect.aws import ecs
from scaudit.collect.aws.cloudmap import exactly
from scaudit.collect.services import Whole, Wholes, whole
from scaudit.collect.unmet import with_unmet
from scaudit.judge.registrations import judge_shared
from scaudit.judge.services import judge_service
from scaudit.model import Instance, Namespace, Service, Severity, Status, Task, TaskDefinition, Unread
from scaudit.model.seen import ServiceSeen
from scaudit.queue.messages import TaskNudge

AT_ONCE = 2 * ecs.SERVICES_PER_CALL
"""Services that are looked at together, so that pages of tasks and of logs are full."""


def look_at_services(
    context: Context,
    cluster: str,
    services: Sequence[Service],
    at: datetime,
    chain: str = "",
    fresh: Sequence[str] = (),
) -> Iterator[Outcome]:
    """Judge these services of one cluster, as they were described `at`, then every task and registration of theirs.
    `chain` names the chain of looks that begins here, `fresh` are the checks whose first run this is."""
    reads = context.reads
    reads.memory.recall(name for service in services for name in surroundings.facts_about(service))
    asked = {service.name: context.wanted.members(service, ("task", "instance")) for service in services}
    ghosts = {service.name: context.wanted.members(service, ("instance",)) for service in services}
    wholes: dict[str, Whole] = {}
    for seen in with_unmet(reads, cluster, whole(reads, cluster, services, asked), at):
        known = surroundings.surroundings(reads, seen.service, context.region)
        if context.wanted.unchanged(seen, known, fresh, at):
            context.running |= {(cluster, seen.service.name, task_id) for task_id in seen.tasks}
            yield ServiceUnchanged(seen.service, seen)
        else:
            wholes[seen.service.name] = seen
            yield _judged(context, seen, known, at, fresh)
    nudges = [
        TaskNudge(context.region, cluster, seen.service.name, task_id, chain=chain, fresh=fresh)
        for seen in wholes.values()
        for task_id in (*seen.tasks, *seen.strays)
    ]
    tasks: dict[str, Task | Unread | None] = {}
    for seen in wholes.values():
        tasks |= {**seen.tasks, **seen.strays}
    yield from look_at_tasks(context, Group(cluster, at, nudges, tasks, Wholes(reads, at, wholes, ghosts)))


def _judged(context: Context, seen: Whole, known: ServiceSeen, at: datetime, fresh: Collection[str]) -> ServiceJudged:
    service, reads = seen.service, context.reads.calls.total()
    if isinstance(known.namespace, Namespace):
        known = replace(known, neighbours=context.wanted.neighbours(known, service, known.namespace, at))
    verdicts = judge_service(known, Trigger.AUDIT, at, context.rules)
    # An info stands for long and opens nothing: it may rest on memory.
    failed = [v.check for v in verdicts if v.status is Status.FAIL and v.severity > Severity.INFO]
    if doubted := {fact for check in failed for fact in check.of_memory}:
        known = surroundings.again(context.reads, known, context.region, doubted)
        verdicts = judge_service(known, Trigger.AUDIT, at, context.rules)
    context.services[service.cluster, service.name] = verdicts
    shared = look_at_shared(context, seen, known.task_definition, at)
    reread = context.reads.calls.total() > reads  # all was read before: these calls confirm
    return ServiceJudged(service, verdicts, at, seen, shared, fresh, reread, known)


def look_at_shared(
    context: Context, seen: Whole, task_definition: TaskDefinition | Unread, at: datetime
) -> list[Verdict]:
    """SC207, where two registrations are alike; these are read again before anything is said."""
    service, rules = seen.service, context.rules
    running = [t.id for t in seen.tasks.values() if isinstance(t, Task) and t.last_status == "RUNNING"]
    told: list[Verdict] = []
    for endpoint, registered in seen.bridged(task_definition):
        verdicts = judge_shared(service, endpoint, registered, running, at, rules)
        if doubtful := [verdict.member for verdict in verdicts if verdict.status is Status.FAIL]:
            account = service.account
            again = exactly(context.reads, service.cluster, account, endpoint, doubtful)
            if any(isinstance(found, Unread) for found in again.values()):
                continue  # nothing is proven, neither the one nor the other
            rest = {task_id: instance for task_id, instance in registered.items() if task_id not in again}
            there = {task_id: instance for task_id, instance in again.items() if isinstance(instance, Instance)}
            verdicts = judge_shared(service, endpoint, rest | there, running, at, rules)
        told += verdicts
    return told
