"""Audit records: JSON lines, one of what each look at a service verified, and one of each task, service, sweep and so
on of which there is news. Their fields are an interface."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from scaudit.checks.check import Verdict
from scaudit.collect.unmet import unmet_words
from scaudit.model import Deployment, Service, Status, Task, Unread
from scaudit.model.seen import Seen, Unlinked
from scaudit.queue.messages import Canary, ClusterPage, TaskNudge
from scaudit.record import Metric, head, measured

MOST_IDS = 5000
"""Tasks that one line names: less than 200 KB. CloudWatch Logs takes 1 MB in an event, took 256 KB before, and some who
forward it still do (AWS: InputLogEvent)."""
_WORST_FIRST = (Status.FAIL, Status.UNKNOWN, Status.PENDING, Status.PASS, Status.SKIPPED)


def task_record(region: str, seen: Seen, verdicts: Iterable[Verdict], look: int) -> dict[str, Any]:
    """What one look at one task came to, each check under its worst answer. `look` counts the looks before."""
    primary = isinstance(seen.deployment, Deployment) and seen.deployment.primary
    about = {"deployment_primary": primary, "look": look}
    return {**_of_task(region, seen.task, seen.at), **about, **_answers(list(verdicts))}


def ended_record(region: str, task: Task, at: datetime) -> dict[str, Any]:
    """The end of a task that nothing lays to its proxy."""
    why = {"verdict": Status.SKIPPED, "reason": "the task is STOPPED, and nothing says that its proxy is why"}
    return {**_of_task(region, task, at), **why}


def _of_task(region: str, task: Task, at: datetime) -> dict[str, Any]:
    return {
        **head("task", region, at),
        "ecs_cluster": task.cluster,
        "ecs_service": task.service,
        "task_id": task.id,
        "task_version": task.version,
        "task_status": task.last_status,
        **_said({"stop_code": task.stop_code}),
        "deployment": task.deployment_id,
    }


def service_record(
    region: str, cluster: str, service: str, verdicts: Iterable[Verdict], at: datetime
) -> dict[str, Any]:
    """What a look at a whole service came to: the checks about the service itself, and what its registrations share."""
    return {
        **head("service", region, at),
        "ecs_cluster": cluster,
        "ecs_service": service,
        **_answers(list(verdicts)),
    }


def verified_records(
    region: str, service: Service, verdict: str, tasks: Mapping[str, Sequence[str]], at: datetime, unmet: int = 0
) -> Iterator[dict[str, Any]]:
    """What one look at a whole service verified: the worst of its tasks' verdicts, its own, and in one text the ids of
    its tasks after the verdict of each. Several lines where these are more than MOST_IDS. Tasks that are `unmet` are
    unknown."""
    found = {*tasks, Status.UNKNOWN} if unmet else {*tasks}
    about = {
        **head("verified", region, at),
        "ecs_cluster": service.cluster,
        "ecs_service": service.name,
        "verdict": next((status for status in _WORST_FIRST if status in found), Status.SKIPPED),
        "service_verdict": verdict,
    }
    if unmet:
        about["reason"] = unmet_words(service.running, unmet)
    named = [(status, task) for status, ids in tasks.items() for task in ids]
    for start in range(0, max(len(named), 1), MOST_IDS):
        part: dict[str, list[str]] = {}
        for status, task in named[start : start + MOST_IDS]:
            part.setdefault(status, []).append(task)
        told = "; ".join(f"{status}: {' '.join(ids)}" for status, ids in part.items())
        yield about | {"tasks": len(named[start : start + MOST_IDS]), "verified": told}


def namespace_record(region: str, namespace: str, verdicts: Iterable[Verdict], at: datetime) -> dict[str, Any]:
    """What a look at what deleted services left in a namespace, named by its ARN, came to."""
    return {**head("namespace", region, at), "namespace": namespace, **_answers(list(verdicts))}


def registration_record(
    region: str, cluster: str, service: str, instance: str, verdicts: Iterable[Verdict], at: datetime
) -> dict[str, Any]:
    """What a look at the registrations of a task that is gone came to; `instance` is its id in Cloud Map."""
    return {
        **head("registration", region, at),
        "ecs_cluster": cluster,
        "ecs_service": service,
        "instance_id": instance,
        **_answers(list(verdicts)),
    }


def unread_record(region: str, nudge: TaskNudge, unread: Unread, at: datetime) -> dict[str, Any]:
    """A task that could not be looked at at all, and why."""
    return {
        **head("task", region, at),
        "ecs_cluster": nudge.cluster,
        "ecs_service": nudge.service,
        "task_id": nudge.task,
        "look": nudge.look,
        "verdict": Status.UNKNOWN,
        "reason": unread.reason,
    }


def finding(verdict: Verdict) -> dict[str, Any]:
    """One verdict that says something is wrong or not known, as records show it."""
    return {
        "check": verdict.check.id,
        "status": verdict.status,
        "severity": verdict.severity.word,
        "endpoint": verdict.endpoint,
        "member": verdict.member,
        "message": verdict.sentence,
        **_said({"caused_by": verdict.caused_by, "suppressed": verdict.suppressed}),
    }


def sweep_record(region: str, clusters: list[str], all_clusters: int, at: datetime) -> dict[str, Any]:
    """A sweep's beginning: how many clusters it goes through, of how many there are."""
    return {**head("sweep", region, at), "clusters": len(clusters), "all_clusters": all_clusters}


def unswept_record(region: str, unread: Unread, at: datetime) -> dict[str, Any]:
    """A Region whose clusters could not be listed: nothing in it was looked at."""
    return {**head("sweep", region, at), "verdict": Status.UNKNOWN, "reason": unread.reason}


def regions_record(
    home: str, watched: Sequence[str], found: Mapping[str, Unlinked | Unread], at: datetime
) -> dict[str, Any]:
    """A look at Regions that are not linked: those that nobody watches, each with a service in Service Connect there,
    and those of which it is not known, each with the reason."""
    unwatched = [f"{r} {one.service}" for r, one in found.items() if isinstance(one, Unlinked) and one.service]
    unknown = [f"{region}: {one.reason}" for region, one in found.items() if isinstance(one, Unread)]
    counts = {"regions": len(found), "watched": [*watched], "unwatched": unwatched, "unknown": unknown}
    return {**head("regions", home, at), **counts}


def page_record(region: str, done: ClusterPage, more: bool, at: datetime) -> dict[str, Any]:
    """A stretch of a sweep: what was counted of the cluster so far, and whether more of it follows."""
    counts = {"services": done.meshed, "tasks": done.running, "verified": done.verified, "more": more}
    return {**head("page", region, at), "ecs_cluster": done.cluster, **counts}


def batch_record(
    region: str, tasks: int, verdicts: Mapping[str, int], calls: dict[str, int], at: datetime
) -> dict[str, Any]:
    """What one batch cost: AWS reads by API, for how many tasks. `verdicts` counts its task records by verdict."""
    reads = sum(calls.values())
    record = {**head("batch", region, at), "tasks": tasks, "calls": reads, "calls_by_api": calls}
    failing = verdicts.get(Status.FAIL, 0)
    numbers = {
        Metric.TASKS_VERIFIED: verdicts.get(Status.PASS, 0) + failing,
        Metric.TASKS_FAILING: failing,
        Metric.TASKS_UNKNOWN: verdicts.get(Status.UNKNOWN, 0),
        Metric.READS: reads,
    }
    return measured(record, at, numbers)


def canary_record(canary: Canary, at: datetime) -> dict[str, Any]:
    """A canary that reached verify, and how many seconds it took."""
    seconds = round((at - datetime.fromisoformat(canary.sent_at)).total_seconds(), 3)
    record = {**head("canary", canary.region, at), "sent_at": canary.sent_at}
    return measured(record, at, {Metric.CANARY_SECONDS: seconds})


def _answers(verdicts: list[Verdict]) -> dict[str, Any]:
    worst = {v.check.id: v.status for v in sorted(verdicts, key=lambda v: -_WORST_FIRST.index(v.status))}
    by_status = {
        status: sorted(check_id for check_id, found in worst.items() if found is status) for status in _WORST_FIRST
    }
    about = {
        "failed": by_status[Status.FAIL],
        "unknown": by_status[Status.UNKNOWN],
        "pending": by_status[Status.PENDING],
        "passed": by_status[Status.PASS],
        "skipped": by_status[Status.SKIPPED],
        # Each reason once: what every quiet look skips would otherwise be most of the audit log.
        "skipped_because": sorted({v.sentence for v in verdicts if v.status is Status.SKIPPED}),
        "findings": [finding(v) for v in verdicts if v.status not in (Status.PASS, Status.SKIPPED)],
    }
    verdict = next((status for status in _WORST_FIRST if by_status[status]), Status.SKIPPED)
    return {"verdict": verdict, **_said(about)}


def _said(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Without what is empty, or does not hold: that was a sixth of a healthy task's line."""
    return {name: value for name, value in fields.items() if value}
