"""The proxy by the words of its own log."""

from collections.abc import Iterator

from scaudit.checks import sources
from scaudit.checks.check import Finding, Trigger, check
from scaudit.model import Deployment, Severity, Task, TaskDefinition
from scaudit.model.sentences import some
from scaudit.proxylog import Listeners, Outcome, ProxyStart

_LOG = f"{sources.LOGS}; {sources.PROXY_AGENT}"


@check(
    "SC303",
    title="Envoy started its workers in its last run, answers, and has not exited since",
    about="task",
    on=Trigger.TASK,
    late=True,
    severity=Severity.CRITICAL,
    settles=180,
    after=("SC304",),
    why="Envoy carries every request of Service Connect; when it has not started or is gone, none gets through.",
    fix="Read what the log says of the last run; give the task more memory if Envoy was killed, else replace the task.",
    source=_LOG,
)
def envoy_started(proxy_start: ProxyStart) -> Iterator[Finding]:
    """Whether Envoy started its workers in its last run and still runs, by the proxy's log; one that only leaves
    readiness checks unanswered is an error."""
    if proxy_start.frozen and proxy_start.verdict is not Outcome.EXITED:
        unanswered = f"it left the last {proxy_start.unanswered} readiness checks unanswered"
        yield Finding(f"Envoy started its workers, and hangs since: {unanswered}", Severity.ERROR)
    elif proxy_start.verdict is Outcome.EXITED or not proxy_start.ready:
        ends = f" ({proxy_start.ended})" if proxy_start.ended and proxy_start.verdict is not Outcome.EXITED else ""
        yield Finding(f"Envoy is {proxy_start.verdict.value.replace('_', ' ')}{ends}: {proxy_start.why}")


@check(
    "SC305",
    title="every wanted listener is added, none rejected or unbound",
    about="task",
    on=Trigger.TASK,
    late=True,
    severity=Severity.CRITICAL,
    after=("SC303",),
    why="Without a listener nobody reaches the endpoint, or the task reaches nobody, while ECS says HEALTHY.",
    fix="If an address is in use, have the container listen on another port than the one named, or set "
    "ingressPortOverride; if a listener is rejected, force a new deployment.",
    source=_LOG,
)
def listeners_are_added(listeners: Listeners) -> Iterator[Finding]:
    """The listeners that the settings ask for, beside those that the log says were added, bound, rejected or removed.
    What rests on missing lines alone is a warning, a listener that nothing asks for info."""
    for name, reason in listeners.unbound.items():
        yield Finding(f"listener {name} is not bound: {reason}")
    for name, reason in listeners.rejected.items():
        if name not in listeners.unbound:
            yield Finding(f"listener {name} is rejected: {reason}")
    for name in listeners.lost:
        yield Finding(f"listener {name} was taken away by the control plane and has not come back", Severity.ERROR)
    if listeners.drained:
        yield Finding("the incoming listeners were drained on request, and take no calls", Severity.WARNING)
    told = {*listeners.unbound, *listeners.rejected, *listeners.lost}
    if silent := [name for name in listeners.unexplained if name not in told]:
        yield Finding(
            f"listeners {some(sorted(silent))} are expected, but the log does not show them added", Severity.WARNING
        )
    for name, reason in listeners.refused_updates.items():
        yield Finding(f"an update of listener {name} was refused, the earlier one serves: {reason}", Severity.WARNING)
    for name, reason in listeners.unwanted.items():
        yield Finding(f"listener {name}, which nothing asks for, was refused: {reason}", Severity.INFO)


@check(
    "SC306",
    title="Envoy did not crash or restart",
    about="task",
    on=Trigger.TASK,
    late=True,
    severity=Severity.WARNING,
    after=("SC305", "SC303"),
    why="Each crash breaks the connections of that moment, and the number of restarts is limited.",
    fix="Look at the memory of the task and at the lines before the exit; replace the task if it goes on.",
    source=_LOG,
)
def envoy_did_not_crash(proxy_log: ProxyStart) -> Iterator[Finding]:
    """The ends of the Envoy process in the part of the log that was read."""
    if proxy_log.ended:
        yield Finding(f"{proxy_log.ended}, expected never")


def _settings_are_lost(proxy_settings: ProxyStart) -> str | None:
    return None if proxy_settings.dump_seen else "the line with the settings is not in the log"


def _own_listeners(task_definition: TaskDefinition, deployment: Deployment) -> set[str] | None:
    """The ingress listeners that the log must name, one for each endpoint by its discovery name (three real logs). With
    an override, and in bridge mode, it names none (ECS agent, task.go)."""
    overridden = any(endpoint.ingress_port_override for endpoint in deployment.endpoints)
    if task_definition.network_mode != "awsvpc" or overridden:
        return None
    return {f"ingress-{endpoint.name}" for endpoint in deployment.endpoints}


@check(
    "SC307",
    title="the proxy is this deployment's",
    about="task",
    on=Trigger.TASK,
    running_only=True,
    severity=Severity.ERROR,
    settles=180,
    applies=_settings_are_lost,
    after=("SC303",),
    why="A proxy of another deployment serves that one's endpoints and settings.",
    fix="Replace the task (aws ecs stop-task); if it comes back, force a new deployment.",
    source=f"{_LOG} (APPMESH_RESOURCE_ARN); {sources.ANSWERS} (DeploymentId equals it); names of listeners: "
    f"{sources.issue('aws/amazon-ecs-service-connect-agent', 41)}",
)
def proxy_is_this_deployments(
    proxy_settings: ProxyStart, task: Task, deployment: Deployment, task_definition: TaskDefinition
) -> Iterator[Finding]:
    """The task set that the proxy's settings name, beside the task's own; and the ingress listeners that they name,
    beside the deployment's endpoints (a warning)."""
    if proxy_settings.identity and proxy_settings.identity != task.task_set:
        yield Finding(f"the proxy says it is {proxy_settings.identity}, expected {task.task_set}")
    own = _own_listeners(task_definition, deployment)
    if own is not None and proxy_settings.listeners.wanted is not None:
        named = {name for name in proxy_settings.listeners.wanted if name.startswith("ingress-")}
        if named != own:
            said, expected = some(sorted(named)) or "none", some(sorted(own)) or "none"
            yield Finding(f"the proxy was told of ingress listeners {said}, expected {expected}", Severity.WARNING)


@check(
    "SC308",
    title="the proxy reached the metadata endpoint, its settings were accepted",
    about="task",
    on=Trigger.TASK,
    severity=Severity.WARNING,
    why="A proxy that ignores its settings, or cannot ask for its task's metadata, behaves otherwise than declared.",
    fix="Look at what is between the proxy and the task metadata endpoint, and at the environment set for the proxy.",
    source=_LOG,
)
def proxy_settings_are_accepted(proxy_settings: ProxyStart) -> Iterator[Finding]:
    """What the log says went wrong with the task metadata endpoint and with the proxy's settings, a finding for
    each."""
    for problem in (*proxy_settings.metadata_problems, *proxy_settings.complaints):
        yield Finding(problem)
