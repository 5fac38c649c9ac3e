"""What a proxy's log proves, beside what ECS says. What a line says, counts; that a line is not there counts only where
ECS agrees, for logs drop lines, lag and expire."""

from dataclasses import replace
from datetime import timedelta

from scaudit.judge.ecs_view import EcsView, still
from scaudit.model import Deployment, Moot, Unread
from scaudit.model.proxies import Configuration
from scaudit.model.seen import Seen
from scaudit.proxylog import ControlPlane, Listeners, Outcome, ProxyStart

FRESH = timedelta(minutes=1)
"""A log that begins later than this after the task was RUNNING does so because its first lines have expired."""
SILENT = timedelta(minutes=5)
"""So long without a further unanswered check; a late line, or ECS's next answer, may contradict what is younger."""
LONGEST_STREAM = timedelta(minutes=45)
"""No stream to the control plane stands longer: that resets it every half hour, the agent's bootstrap after 40 minutes
(amazon-ecs-service-connect-agent, pull requests 124 and 130), and Envoy tells of each end."""
Read = ProxyStart | Unread | Moot


def proxy_log(seen: Seen) -> Read:
    """The log as far as it tells of ends of Envoy, and that there was none."""
    log = seen.log
    if not isinstance(log, ProxyStart) or log.exits:
        return log
    if not log.dump_seen:
        return _beginning(seen, log)  # an end may have come before what was read
    return Unread(log.why) if log.verdict is Outcome.UNKNOWN else log


def proxy_settings(seen: Seen) -> Read:
    """The log as far as it tells the settings with which the proxy began."""
    log = seen.log
    if not isinstance(log, ProxyStart) or log.dump_seen or log.complaints or log.metadata_problems:
        return log
    return _beginning(seen, log)


def proxy_start(seen: Seen, view: EcsView) -> Read:
    """The log as far as it tells how the start went."""
    log = seen.log
    if not isinstance(log, ProxyStart) or log.verdict is Outcome.EXITED:
        return log
    if log.frozen and not _is_leaving(log, view):
        if not _answers_again(seen, log, view):
            return log
        log = replace(log, frozen=False)
    if why := _unsaid(seen, log, view):
        return why
    if log.ready:
        return log
    return log if view is EcsView.ILL else Unread(f"{log.why} {still(view)}")


def listeners(seen: Seen, view: EcsView) -> Listeners | Unread | Moot:
    """The listeners as far as the log tells of them, those of a port override among the wanted."""
    log = seen.log
    if not isinstance(log, ProxyStart):
        return log
    found = _with_overrides(log.listeners, seen.deployment)
    said = found.rejected or found.unbound or found.refused_updates or found.lost or found.drained
    if said and not _is_leaving(log, view):
        return found
    return _unsaid(seen, log, view) or _not_running(log) or found


def control_plane(seen: Seen, view: EcsView) -> ControlPlane | Unread | Moot:
    """What the proxy had from its control plane, as far as the log or ECS makes it certain. A refusal counts unless
    ECS contradicts: a proxy that it calls HEALTHY was answered since, and the line is lost."""
    log = seen.log
    if not isinstance(log, ProxyStart):
        return log
    control = log.control_plane
    if _is_leaving(log, view):
        return Moot(log.why)
    if _is_hushed(seen, control, view):
        return _HUSHED
    if control.clusters_answered and control.listeners_answered:
        return control
    if control.lost and not log.dump_seen:
        return replace(control, clusters_answered=True, listeners_answered=True)  # before that, it is not told
    refused = control.lost or (control.refused and not control.clusters_answered)
    if log.dump_seen and (
        control.timeouts or (refused and (view is not EcsView.WELL or log.verdict is Outcome.EXITED))
    ):
        return control
    if log.verdict is Outcome.EXITED:
        return Moot(f"Envoy does not run: see SC303. {log.why}")
    if why := _unsaid(seen, log, view):
        return why
    if view is EcsView.ILL:
        # An Envoy that was not started yet, or just again, has had no time to be answered.
        told = control.refused or control.closed or control.timeouts or control.socket_missing
        waited = control.silent and not log.exits
        return control if told or waited else Moot(f"Envoy does not run: see SC303. {log.why}")
    return Unread(f"the log shows no answer of the control plane. {still(view)}")


_HUSHED = Unread(
    f"the stream to the control plane was lost, and for {LONGEST_STREAM.seconds // 60} minutes no line tells of it. A "
    "proxy that tries in vain says so within a minute, and a stream that stands ends within 40: lines are missing"
)


def _is_hushed(seen: Seen, control: ControlPlane, view: EcsView) -> bool:
    """Whether a proxy says nothing more of a stream that was lost, for so long that it must have, whether or not the
    stream is back."""
    since = control.closed_at
    runs = view is EcsView.WELL and seen.task.last_status == "RUNNING"
    return control.lost and runs and since is not None and seen.at - since > LONGEST_STREAM


def configuration(seen: Seen, view: EcsView) -> Configuration | Unread | Moot:
    """What Envoy made of the configuration that it was given."""
    log = seen.log
    if not isinstance(log, ProxyStart):
        return log
    control = log.control_plane
    found = Configuration(control, tuple(log.listeners.wanted or ()))
    said = control.rejected or control.refused_updates or set(control.timeouts) - {"Cluster", "Listener"}
    if said and not _is_leaving(log, view):
        return found
    unclear = Unread("; ".join(control.unclear.values())) if control.unclear else None
    return _unsaid(seen, log, view) or _not_running(log) or unclear or found


def _unsaid(seen: Seen, log: ProxyStart, view: EcsView) -> Unread | Moot | None:
    """Why a log that says nothing against its proxy says nothing for it either."""
    if _is_leaving(log, view):
        return Moot(log.why)
    if not log.dump_seen:
        return _beginning(seen, log)
    return Unread(log.why) if log.verdict is Outcome.UNKNOWN else None


def _beginning(seen: Seen, log: ProxyStart) -> Unread | Moot:
    """A log that lacks its start-up lines: they have expired, or were dropped (ECS sends logs without waiting since
    2025-06: under pressure lines are lost)."""
    started = seen.task.started_at
    if started and log.first_at and log.first_at > started + FRESH:
        return Moot("start-up lines no longer kept")
    return Unread(f"start-up lines are missing in a log that is fresh, as if dropped on the way. {log.why}")


def _is_leaving(log: ProxyStart, view: EcsView) -> bool:
    """Whether the proxy was told to stop and ECS has nothing against it: then what it had not done, it need not do."""
    return log.verdict is Outcome.STOPPED and view is not EcsView.ILL


def _answers_again(seen: Seen, log: ProxyStart, view: EcsView) -> bool:
    """Whether a proxy that hung does so no longer: the agent tells of a check without answer every 10 s, and of none
    that is answered, and ECS calls it HEALTHY by the same checks."""
    silent = log.unanswered_at is not None and seen.at - log.unanswered_at > SILENT
    return silent and view is EcsView.WELL and seen.task.last_status == "RUNNING"


def _not_running(log: ProxyStart) -> Moot | None:
    """SC303 tells of a proxy that does not run; what it would have done then is not asked."""
    return (
        None if log.ready and log.verdict is not Outcome.EXITED else Moot(f"Envoy does not run: see SC303. {log.why}")
    )


def _with_overrides(found: Listeners, deployment: Deployment | Unread | Moot) -> Listeners:
    """A listener behind a port override is not among the wanted that the log names (ECS agent), but is wanted."""
    if not (found.unwanted and isinstance(deployment, Deployment)):
        return found
    own = {f"ingress-{endpoint.name}" for endpoint in deployment.endpoints if endpoint.ingress_port_override}
    wanted = {name: why for name, why in found.unwanted.items() if name in own}
    return replace(
        found,
        rejected={**found.rejected, **wanted},
        unwanted={name: why for name, why in found.unwanted.items() if name not in own},
    )
