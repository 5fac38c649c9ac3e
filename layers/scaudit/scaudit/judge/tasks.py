"""What one look saw of a task, put to the checks: facts in, verdicts out."""

from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any

from scaudit.checks import ABOUT
from scaudit.checks.check import Verdict, run
from scaudit.checks.derived import ExpectedPort
from scaudit.checks.facts import Facts
from scaudit.judge.as_read import as_read
from scaudit.judge.proxy import BY_LOG, facts_of_proxy
from scaudit.judge.registrations import throttled
from scaudit.judge.rules import Rules
from scaudit.model import (
    Deployment,
    Endpoint,
    Instance,
    Moot,
    Service,
    Severity,
    Status,
    Task,
    TaskDefinition,
    Unread,
)
from scaudit.model.seen import LOOKED_AT, UNTOLD, Seen
from scaudit.model.sentences import remarked
from scaudit.proxylog import ProxyStart

_MENDED = BY_LOG - {"proxy_log", "proxy_settings"}
"""The facts of a log that its later lines may turn. An end of Envoy stays one."""
OUTLIVED = timedelta(hours=1)
"""Since its deployment was replaced; longer than any task takes to drain and stop."""


def judge_task(seen: Seen, rules: Rules) -> list[Verdict]:
    """Every check about a task; one that names the endpoint is asked once for each of them."""
    worlds = _worlds(seen, rules.settle_scale)
    member, began, once = seen.task.id, seen.task.started_at, worlds[:1]
    verdicts = [
        run(check, facts, member=member, began=began, now=seen.at, scale=rules.settle_scale)
        for check in ABOUT["task"]
        for facts in (worlds if "endpoint" in check.inputs else once)
    ]
    return _as_far_as_told(seen, verdicts)


def judge_unstarted(seen: Seen, rules: Rules) -> list[Verdict]:
    """What the log and ECS say of a task that does not run: it was stopped, or is stuck before RUNNING past its
    deadline. Nothing of it has still to settle."""
    task, idle = seen.task, Moot(f"the task is {seen.task.last_status}")
    facts = Facts(
        **_as_read(seen),
        deployment=seen.deployment,
        address=idle,
        endpoint=idle,
        expected_port=idle,
        instance=idle,
        replaced_since=None,
        second_set=idle,
        throttled_at=None,
        **facts_of_proxy(seen, rules.settle_scale),
    )
    verdicts = [
        run(check, facts, member=task.id, began=task.created_at, now=seen.at, scale=0) for check in ABOUT["task"]
    ]
    return _as_far_as_told(seen, verdicts)


def _as_far_as_told(seen: Seen, verdicts: list[Verdict]) -> list[Verdict]:
    """Of a log that was not read to its end only what fails counts: nothing passes by what is not in a part of it. And
    what a log that was judged before did not tell, it has not told since."""
    cut = Unread(seen.log.cut) if isinstance(seen.log, ProxyStart) and seen.log.cut else None
    if not (cut or seen.untold):
        return verdicts

    if isinstance(seen.log, ProxyStart) and seen.log.doubtful:
        verdicts = [_doubted(v, seen.log.cut) for v in verdicts]

    def missing(v: Verdict) -> Unread | None:
        if v.status is Status.PASS and not BY_LOG.isdisjoint(v.check.inputs):
            return cut
        return UNTOLD if v.check.id in seen.untold and v.sentence == LOOKED_AT.reason else None

    return [
        replace(v, status=Status.UNKNOWN, sentence=why.reason, unread=(why,)) if (why := missing(v)) else v
        for v in verdicts
    ]


def _doubted(v: Verdict, why: str) -> Verdict:
    """A failure that a line says and another, which was not read, may have mended, while ECS calls the proxy HEALTHY:
    it is not proven now, and not to be forgotten."""
    if v.status is not Status.FAIL or _MENDED.isdisjoint(v.check.inputs):
        return v
    sentence = remarked(v.sentence, f"whether it was mended since is not known: {why}")
    return replace(v, severity=min(v.severity, Severity.WARNING), sentence=sentence, unread=(Unread(why),))


def _worlds(seen: Seen, scale: float) -> list[Facts]:
    """The facts about the task, once for each endpoint it serves."""
    task, definition, deployment = seen.task, seen.task_definition, seen.deployment
    of_proxy = facts_of_proxy(seen, scale)
    if isinstance(deployment, Moot):
        of_proxy = dict.fromkeys(of_proxy, deployment)
    # Not `replace`, which takes twice as long: there are many facts, and this is done for every task.
    about_task = partial(
        Facts,
        **_as_read(seen),
        deployment=deployment,
        address=own_address(task, definition),
        replaced_since=None,
        throttled_at=throttled(seen.service, task.created_at),
        second_set=isinstance(seen.service, Service) and seen.service.shifting and seen.replaced,
        **of_proxy,
    )
    if not isinstance(deployment, Deployment):
        nothing = about_task(endpoint=deployment, expected_port=deployment, instance=deployment)
        return _outlived(seen, nothing) or [nothing]
    if not deployment.endpoints:
        client = Moot("client only: the deployment serves no endpoint, so there is nothing to register")
        return [about_task(endpoint=client, expected_port=client, instance=client)]
    return [
        about_task(
            endpoint=endpoint,
            expected_port=expected_port(task, endpoint, definition),
            instance=seen.registrations.get(endpoint.name, Unread("the registration was not read")),
        )
        for endpoint in deployment.endpoints
    ]


def _as_read(seen: Seen) -> dict[str, Any]:
    return {**as_read(seen), "service": seen.service or Unread("service deleted")}


def _outlived(seen: Seen, nothing: Facts) -> list[Facts]:
    """A task that still runs an hour after its deployment was replaced, once for each endpoint that still leads to it.

    When that was is not told; but no later than the last change of a PRIMARY deployment that is complete.
    """
    service = seen.service
    if not isinstance(service, Service) or service.primary is None:
        return []
    if service.primary.in_progress or service.shifting:
        return []
    since = service.primary.moved_at
    if seen.at - since < OUTLIVED:
        return []
    return [
        replace(nothing, endpoint=endpoint, instance=instance, replaced_since=since)
        for endpoint in service.primary.endpoints
        if isinstance(instance := seen.registrations.get(endpoint.name), Instance)
    ]


def own_address(task: Task, task_definition: TaskDefinition | Unread) -> str | Unread | Moot:
    """The private address of the task's own network interface, which ECS registers in awsvpc mode."""
    if task.address:
        return task.address
    if isinstance(task_definition, Unread):
        return task_definition
    if task_definition.network_mode != "awsvpc":
        return Moot(f"{task_definition.network_mode} mode: the task has no address of its own")
    return Unread("the task's network interface shows no private address")


def expected_port(
    task: Task, endpoint: Endpoint, task_definition: TaskDefinition | Unread
) -> ExpectedPort | Unread | Moot:
    """The port that Cloud Map must carry for this task and endpoint.

    In awsvpc mode without override it is the container port (AWS: "By default, the Service Connect proxy listens on
    the containerPort"; two real ListInstances outputs agree). With an override, and in bridge mode (the host port of
    the proxy container), it follows from documents but was never seen, so it is not confirmed.
    """
    if isinstance(task_definition, Unread):
        return task_definition
    if task_definition.network_mode not in ("awsvpc", "bridge"):
        return Moot(f"{task_definition.network_mode} mode has no Service Connect: see SC103")
    if endpoint.ingress_port_override:
        return ExpectedPort((endpoint.ingress_port_override,), confirmed=False)
    if task_definition.network_mode == "awsvpc":
        if endpoint.port_name not in task_definition.ports:
            return Moot(f"portName {endpoint.port_name} has no port mapping: see SC102")
        return ExpectedPort((task_definition.ports[endpoint.port_name],), confirmed=True)
    if task.proxy_host_ports:
        return ExpectedPort(task.proxy_host_ports, confirmed=False)
    return Unread("bridge mode: the proxy container shows no host port")
