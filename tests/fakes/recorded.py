"""A record of each kind."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta
from typing import Any

from scaudit.announce.records import announcement_record, heartbeat_record
from scaudit.audit import records as audited
from scaudit.audit.starts import deployment_record, start_times
from scaudit.checks.check import Trigger
from scaudit.judge.ignore_tags import IGNORE
from scaudit.judge.rules import Rules
from scaudit.judge.services import judge_service
from scaudit.judge.tasks import judge_task
from scaudit.judge.telling import explain, silenced
from scaudit.model import Moot, Unread
from scaudit.model.seen import ServiceSeen, Unlinked
from scaudit.proxylog import Outcome
from scaudit.queue.messages import Canary, ClusterPage, DeploymentEvent, TaskNudge
from tests.builders import (
    DEFINITION,
    DEPLOYMENT_ID,
    HEALTHY,
    LISTENERS,
    NAMESPACE,
    NOW,
    PROXY_LOG,
    REGION,
    REGISTERED,
    SERVICE,
    TASK,
    TASK_ID,
    Seen,
    with_instance,
    with_log,
)
from tests.checks.worlds.instances import GHOST, of_registration
from tests.checks.worlds.left_services import LEFT, of_namespace
from tests.fakes.announced import digested, members, opened, resolved

YOUNG = replace(TASK, created_at=NOW - timedelta(seconds=75), started_at=NOW - timedelta(seconds=33.8))
STOPPED = {"last_status": "STOPPED", "stop_code": "TaskFailedToStart"}
NONE = dict.fromkeys(REGISTERED)
READY = replace(PROXY_LOG, ready_at=NOW, ready_line=9, ready_lines=(9,), seconds_to_ready=3.1)
NOT_READY = replace(PROXY_LOG, verdict=Outcome.EXITED, why="Envoy ended.", ready=False)
COMPLETED = DeploymentEvent(
    REGION,
    "tutorial",
    "web",
    DEPLOYMENT_ID,
    "SERVICE_DEPLOYMENT_COMPLETED",
    "2026-11-23T11:59:00Z",
    f"ECS deployment {DEPLOYMENT_ID} completed.",
)
OTHERS = [TASK_ID[:-2] + end for end in ("aa", "bb")]


def one(lines: Iterable[dict[str, Any]]) -> dict[str, Any]:
    (line,) = lines
    return line


def records() -> dict[str, dict]:
    about_service = judge_service(ServiceSeen(SERVICE, DEFINITION), Trigger.TASK, NOW, Rules())

    def of(seen: Seen) -> dict:
        return audited.task_record(REGION, seen, explain([*about_service, *judge_task(seen, Rules())]), 1)

    def starting(seen: Seen) -> dict:
        return of(seen) | start_times(seen, NOW + timedelta(seconds=1))

    def silenced_of(seen: Seen, *checks: str) -> dict:
        tags = {IGNORE + check: "until=2027-01-31 owner=team-a reason=known" for check in checks}
        return audited.task_record(REGION, seen, silenced(explain(judge_task(seen, Rules())), tags, NOW), 1)

    return {
        "healthy task": of(with_instance()),
        "task on a wrong port": of(with_instance(port="9999")),
        "task with one failure that is suppressed and one that is not": silenced_of(
            replace(with_instance(port="9999"), task=replace(TASK, proxy_health="UNHEALTHY", proxy_status="RUNNING")),
            "SC203",
        ),
        "task whose log may not be read": of(
            replace(with_instance(), log=Unread("logs:GetLogEvents is refused", "logs:GetLogEvents"))
        ),
        "task on a wrong port whose log may not be read": of(
            replace(with_instance(port="9999"), log=Unread("logs:GetLogEvents is refused", "logs:GetLogEvents"))
        ),
        "task whose proxy is UNHEALTHY since its listener is refused": of(
            replace(
                with_log(listeners=replace(LISTENERS, rejected={"ingress": "invalid address"})),
                task=replace(TASK, proxy_health="UNHEALTHY", proxy_status="RUNNING"),
            )
        ),
        "task whose log is no longer kept": of(replace(with_instance(), log=Moot("the proxy's log is no longer kept"))),
        "task that has just started": starting(replace(HEALTHY, task=YOUNG, log=READY)),
        "task that is not registered yet": starting(replace(HEALTHY, task=YOUNG, registrations=NONE, log=READY)),
        "task that never ran": starting(
            replace(HEALTHY, task=replace(YOUNG, started_at=None, **STOPPED), registrations={}, log=NOT_READY)
        ),
        "task that could not be described": audited.unread_record(
            REGION, TaskNudge(REGION, "tutorial", "web", TASK_ID), Unread("ecs:DescribeTasks is refused"), NOW
        ),
        "end of a task": audited.ended_record(
            REGION, replace(TASK, last_status="STOPPED", stop_code="ServiceSchedulerInitiated"), NOW
        ),
        "what was verified of a service": one(
            audited.verified_records(REGION, SERVICE, "pass", {"fail": [OTHERS[0]], "pass": [TASK_ID, OTHERS[1]]}, NOW)
        ),
        "what was verified of a service of which ECS counts more tasks": one(
            audited.verified_records(REGION, SERVICE, "pass", {"pass": [TASK_ID]}, NOW, 2)
        ),
        "deployment": deployment_record(COMPLETED, NOW),
        "service": audited.service_record(REGION, "tutorial", "web", about_service, NOW),
        "what is left of a task that is gone": audited.registration_record(
            REGION, "tutorial", "web", TASK_ID, of_registration(GHOST, 5), NOW
        ),
        "what may be left of a task that is just gone": audited.registration_record(
            REGION, "tutorial", "web", TASK_ID, of_registration(GHOST, 1), NOW
        ),
        "what deleted services left in a namespace": audited.namespace_record(
            REGION, NAMESPACE.arn, of_namespace(LEFT), NOW
        ),
        "announcement": announcement_record(REGION, opened(members(1)), NOW),
        "announcement of an end": announcement_record(REGION, resolved(), NOW),
        "sweep": audited.sweep_record(REGION, ["tutorial"], 2, NOW),
        "look at Regions that are not linked": audited.regions_record(
            REGION,
            (REGION, "eu-west-1"),
            {
                "us-east-1": Unlinked("us-east-1", "prod/web"),
                "us-east-2": Unlinked("us-east-2"),
                "af-south-1": Unread("servicediscovery:ListNamespaces is refused"),
            },
            NOW,
        ),
        "sweep of a Region that may not be listed": audited.unswept_record(
            REGION, Unread("ecs:ListClusters is refused"), NOW
        ),
        "page of a sweep": audited.page_record(
            REGION, ClusterPage(REGION, "tutorial", meshed=40, running=400, verified=399), True, NOW
        ),
        "batch": audited.batch_record(
            REGION, 1, {"pass": 1}, {"ecs:DescribeTasks": 1, "servicediscovery:GetInstance": 1}, NOW
        ),
        "canary": audited.canary_record(Canary(REGION, (NOW - timedelta(seconds=7)).isoformat()), NOW),
        "heartbeat": heartbeat_record(REGION, NOW),
        "announcement of a digest": announcement_record(REGION, digested(5), NOW),
    }
