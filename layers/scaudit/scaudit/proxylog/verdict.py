"""How the proxy stood when its log ended, and the lines that prove it."""

from collections.abc import Iterable

from scaudit.proxylog import match
from scaudit.proxylog.life import HICCUP, Life
from scaudit.proxylog.lines import Mark, Reason, moment
from scaudit.proxylog.start import Outcome

FROZEN = 3
"""Readiness checks in a row without an answer: AWS calls a container unhealthy after 3 failures (the default)."""

_Judged = tuple[Outcome, str, list[Mark | None]]


def judge(life: Life) -> _Judged:
    run, opened = life.run, life.run.opened
    if life.gone:
        return Outcome.EXITED, f"The agent gave up: {life.gone.text}", [life.dump, life.gone.line]
    if life.draining:
        return Outcome.STOPPED, "The agent was told to stop and drained its listeners.", [run.ready, life.draining]
    if run.dead:
        words = f"{run.dead.text}; {run.dying}" if run.dying and run.dying != run.dead.text else run.dead.text
        times = f" after {life.starts} starts" if life.starts > 1 else ""
        why = f"Envoy ended{times} and was not started again: {words}"
        return Outcome.EXITED, why, [opened, run.ready, run.dead.line]
    if not run.ready:
        return _not_ready(life)
    faults = list(_faults(life))
    if faults:
        why = "; ".join(fault.text for fault in faults)
        return Outcome.DEGRADED, f"Envoy started its workers, but {why}", [run.ready, *(f.line for f in faults)]
    if blind := blindness(life):
        return Outcome.UNKNOWN, f"Envoy started its workers, but {blind}", [run.ready, run.hidden]
    if run.mixed:
        why = "Envoy started its workers, but lines of two of its processes are mixed in this log"
        return Outcome.UNKNOWN, why, [run.opened, run.ready, run.mixed]
    return _fine(life)


def _fine(life: Life) -> _Judged:
    run, wanted = life.run, life.environment.mapping or {}
    if not life.environment.tells_listeners:
        gap = "the start-up line that names the wanted listeners is not in this log, or cannot be read"
        return Outcome.UNKNOWN, f"Envoy started its workers, but {gap}.", [run.ready]
    gone = match.missing(wanted, run.added, ())
    unexcused = [key for key in gone if not any(match.key_of(name, wanted) == key for name in run.removed)]
    proof = [life.dump, run.opened, *run.added.values(), run.ready]
    if unexcused:
        why = f"the log does not show that it added {', '.join(unexcused)}"
        return Outcome.DEGRADED, f"Envoy started its workers, but {why}", proof
    if not wanted and not run.added and not life.environment.relay:
        why = "the log neither names a wanted listener nor shows one that was added"
        return Outcome.UNKNOWN, f"Envoy started its workers, but {why}", proof
    has = f"all {len(wanted)} wanted listeners" if len(wanted) > 1 else "its listeners"
    if run.removed:
        has += f" (the control plane took {', '.join(run.removed)} away again)"
    before = []
    if life.restarted:
        before.append("an earlier run of Envoy ended")
    if run.was_lost:
        before.append("the control plane was lost for a while")
    if run.was_unanswered:
        before.append("Envoy left readiness checks unanswered for a while")
    if before:
        now = f"Envoy runs with {has}, but {' and '.join(before)}"
        return Outcome.RECOVERED, now, [life.ended, *proof, run.closed_last, run.clusters, run.unanswered_last]
    return Outcome.HEALTHY, f"Envoy started its workers with {has}, and nothing after that says otherwise.", proof


def _not_ready(life: Life) -> _Judged:
    run = life.run
    if blind := blindness(life):
        live = " (the agent had it answer LIVE)" if run.live else ""
        why = f"It cannot be seen whether Envoy started its workers{live}: {blind}"
        return Outcome.UNKNOWN, why, [life.dump, run.hidden]
    if not (run.opened or life.environment.whole) or not life.level:
        why = "The start-up lines are not in this log, and nothing in it says how Envoy stands."
        return Outcome.UNKNOWN, why, [run.closed_last]
    if (run.served and run.added) or run.live:
        sign = "served requests" if run.served else "answered LIVE"
        why = f"Envoy {sign}, so it is ready, but lines are missing from this log"
        return Outcome.UNKNOWN, why, [run.opened, run.served]
    why, line = _waiting(life)
    return Outcome.NOT_READY, f"Envoy has not started its workers: {why}", [life.dump, run.opened, line]


def _waiting(life: Life) -> tuple[str, Mark | None]:
    run = life.run
    if not run.opened:
        return "the agent has not started it yet.", None
    if run.closed_last:
        cause = run.refused or (
            life.socket_missing.text if life.socket_missing else "nobody answers on its socket, or it may not use it"
        )
        return f"the control plane closed its stream {run.closed} times (code {run.code}): {cause}", run.closed_last
    if run.waits_for and not (run.waits_for == "listeners" and run.listeners_answered):
        return f"the control plane has not sent its {run.waits_for}.", run.clusters
    return "the log ends before.", None


def blindness(life: Life) -> str:
    """Why lines that would say more are not in this log; nothing if they would be."""
    if life.environment.elsewhere:
        return f"APPNET_ENVOY_LOG_DESTINATION={life.environment.destination} sends the log to a file."
    if life.hides or (life.run.hidden and not life.run.ready):
        return f"the log level {life.level if life.hides else 'of a while'} hides what Envoy says at level info."
    return ""


def _faults(life: Life) -> Iterable[Reason]:
    """What a line says is wrong with a proxy that is ready."""
    run, wanted = life.run, life.environment.mapping or {}
    for name, reason in run.rejected.items():
        yield Reason(f"listener {name} was rejected: {reason.text}", reason.line)
    for name, reason in run.unbound.items():
        yield Reason(f"listener {name} was not bound: {reason.text}", reason.line)
    for name, line in run.removed.items():
        if life.environment.tells_listeners and not match.is_egress(name, wanted):
            yield Reason(f"listener {name} was removed", line)
    for kind, reason in run.refused_configuration.items():
        yield Reason(f"it rejected a {kind} from the control plane: {reason.text}", reason.line)
    for kind, line in run.timeouts.items():
        yield Reason(f"the control plane sent no {kind} in time", line)
    if run.lost:
        cause = f": {run.refused}" if run.refused else ""
        yield Reason(f"its control plane was lost and has not come back{cause}", run.lost)
    if run.drained:
        yield Reason("its inbound listeners were drained on request", run.drained)
    if run.unanswered_last and run.unanswered >= FROZEN and not _spoke_since(life):
        yield Reason(f"it left the last {run.unanswered} readiness checks unanswered", run.unanswered_last)


def _spoke_since(life: Life) -> bool:
    last, latest = moment(life.run.unanswered_at), moment(life.latest)
    return bool(last and latest and (latest - last).total_seconds() > HICCUP)
