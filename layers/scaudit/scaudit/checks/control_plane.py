"""SC304 and SC309: what Envoy had from its control plane, by the words of its own log."""

from collections.abc import Iterator

from scaudit.checks.check import Finding, Trigger, check
from scaudit.model import Severity
from scaudit.proxylog import ControlPlane

_LOG = "seen: transcripts of the public agent with a real Envoy, and the agent's source"


@check(
    "SC304",
    title="the control plane answered, for clusters and for listeners",
    about="task",
    on=Trigger.TASK,
    severity=Severity.CRITICAL,
    after=("SC301",),
    why="Envoy learns of clusters and listeners from the control plane alone; unanswered, it knows nobody.",
    fix="If ecs:Poll is named, allow it on task-set/CLUSTER/* to the container instance's role; else look at the ECS "
    "agent and the relay on the host, and replace the task.",
    source=_LOG,
)
def control_plane_answered(control_plane: ControlPlane) -> Iterator[Finding]:
    missing = [
        what
        for what, answered in (
            ("clusters", control_plane.clusters_answered),
            ("listeners", control_plane.listeners_answered),
        )
        if not answered
    ]
    if missing:
        yield Finding(f"the control plane {_why_silent(control_plane)}; it gave no {' and no '.join(missing)}")
    elif control_plane.lost:
        reason = control_plane.refused or "no reason given"
        yield Finding(f"the control plane was lost after Envoy was ready: {reason}", Severity.WARNING)


def _why_silent(control: ControlPlane) -> str:
    if control.refused:
        return f"refused: {control.refused}"
    if control.timeouts:
        return f"let {', '.join(control.timeouts)} time out"
    if control.socket_missing:
        return "cannot be reached, its socket does not exist"
    if control.closed:
        return f"closed the stream {control.closed} times without a reason"
    return "kept silent"


@check(
    "SC309",
    title="Envoy took what the control plane gave it: clusters, routes, endpoints and secrets",
    about="task",
    on=Trigger.TASK | Trigger.SERVICE,
    severity=Severity.ERROR,
    after=("SC303",),
    why="A listener without its secret or its routes is bound and refuses every call, while ECS says HEALTHY.",
    fix="Mend what the log names (a certificate, for a Secret), then force a new deployment so that it is sent anew.",
    source=f"{_LOG}; Envoy's source, initial_fetch_timeout and update_rejected",
)
def configuration_is_taken(control_plane: ControlPlane) -> Iterator[Finding]:
    for kind in control_plane.timeouts:
        if kind not in ("Cluster", "Listener"):
            yield Finding(f"the control plane sent no {kind} in time")
    for kind, reason in control_plane.rejected.items():
        yield Finding(f"Envoy rejected the {kind}: {reason}")
