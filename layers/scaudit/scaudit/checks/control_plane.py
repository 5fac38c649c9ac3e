"""What Envoy had from its control plane, by the words of its own log."""

import re
from collections.abc import Collection, Iterator

from scaudit.checks import sources
from scaudit.checks.check import Finding, Trigger, check
from scaudit.model import Severity
from scaudit.model.proxies import Configuration
from scaudit.proxylog import ControlPlane

_LOG = f"{sources.LOGS}; {sources.PROXY_AGENT}"


@check(
    "SC304",
    title="the control plane answered, for clusters and for listeners",
    about="task",
    on=Trigger.TASK,
    late=True,
    severity=Severity.CRITICAL,
    after=("SC301",),
    why="Envoy learns of clusters and listeners from the control plane alone; without an answer it can reach nobody.",
    fix="If ecs:Poll is named, allow it on task-set/CLUSTER/* to the container instance's role without a condition on "
    "ecs:cluster (the policy of Managed Instances lacked it in 2026-03); else look at the ECS agent and the relay on "
    "the host, and replace the task.",
    source=f"{_LOG}; reported: {sources.issue('aws/aws-cdk', 28594)} (the condition), "
    f"{sources.issue('aws/amazon-ecs-service-connect-agent', 142)}",
)
def control_plane_answered(control_plane: ControlPlane) -> Iterator[Finding]:
    """Whether clusters and listeners came, by the proxy's log; a stream that was lost only after Envoy was ready is a
    warning."""
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
        words = f"its stream ended {control_plane.closed} times, and no line shows that it came back: {reason}"
        shows = "Envoy is silent of one that is back until it is sent something, or the stream ends by routine"
        yield Finding(f"the control plane was lost after Envoy was ready: {words}. {shows}", Severity.WARNING)


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


_OF_SC304 = ("Cluster", "Listener")
"""What did not come of these, SC304 tells."""
_SENT = {
    "Cluster": "a cluster",
    "ClusterLoadAssignment": "the endpoints of a cluster",
    "RouteConfiguration": "routes",
    "Secret": "a secret",
}


@check(
    "SC309",
    title="Envoy took what the control plane gave it: clusters, routes, endpoints and secrets",
    about="task",
    on=Trigger.TASK | Trigger.SERVICE,
    late=True,
    severity=Severity.ERROR,
    after=("SC303",),
    why="A listener without its secret or its routes is bound and refuses every call, while ECS says HEALTHY.",
    fix="Mend what the log names (a certificate, for a secret), then force a new deployment, so that it is sent anew.",
    source=f"{_LOG}; {sources.ENVOY} (initial_fetch_timeout, update_rejected). How Service Connect names clusters, "
    "routes and secrets is not known",
)
def configuration_is_taken(configuration: Configuration) -> Iterator[Finding]:
    """What Envoy rejected or never got of clusters, routes, endpoints and secrets, by the proxy's log. Critical
    where the reason names the listener of an endpoint; a refused update is a warning, for the earlier configuration
    serves."""
    control = configuration.control_plane
    for kind in control.timeouts:
        if kind not in _OF_SC304:
            yield Finding(f"{_sent(kind)} ({kind}) did not come in time; {_SOME_CALLS} fail")
    for kind, reason in control.rejected.items():
        calls, severity = _calls(reason, configuration.listeners)
        yield Finding(f"Envoy rejected {_sent(kind)} ({kind}); {calls} fail: {reason}", severity)
    for kind, reason in control.refused_updates.items():
        serves = "the earlier version, if any, stays in use"
        yield Finding(f"Envoy refused an update of {_sent(kind)} ({kind}), {serves}: {reason}", Severity.WARNING)


_SOME_CALLS = "the calls that need it (incoming or outgoing: the log does not tell which)"


def _sent(kind: str) -> str:
    return _SENT.get(kind, "configuration")


def _calls(reason: str, listeners: Collection[str]) -> tuple[str, Severity | None]:
    """Which calls fail for want of what the reason names, and how bad that is: an endpoint's only where the name of its
    listener stands there."""
    words = set(re.findall(r"[A-Za-z0-9_.-]+", reason))
    own = sorted(name for name in listeners if name.startswith("ingress-") and name in words)
    if own:
        endpoints = ", ".join(name.removeprefix("ingress-") for name in own)
        return f"the incoming calls of endpoint {endpoints}", Severity.CRITICAL
    ways = [way for way, word in (("incoming", "ingress"), ("outgoing", "egress")) if word in reason.lower()]
    if len(ways) == 1:
        return f"the calls that need it ({ways[0]} ones by its name, not confirmed on AWS)", None
    return _SOME_CALLS, None
