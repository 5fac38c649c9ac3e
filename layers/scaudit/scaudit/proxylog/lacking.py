"""What a proxy still waits for whose workers do not run, and what a log cannot tell."""

from scaudit.proxylog.life import Life
from scaudit.proxylog.lines import Mark, shown
from scaudit.proxylog.start import Outcome

_Judged = tuple[Outcome, str, list[Mark | None]]


def not_ready(life: Life) -> _Judged:
    """The outcome for an Envoy whose workers no line starts: not ready and what it waits for, or unknown and why."""
    run = life.run
    if blind := blindness(life):
        live = " (the agent had it answer LIVE)" if run.live else ""
        why = f"It cannot be seen whether Envoy started its workers{live}: {blind}"
        return Outcome.UNKNOWN, why, [life.dump, run.hidden]
    if not life.first:
        why = "No line has the form of one of the agent or of Envoy, so that it is no log of a proxy as it is written."
        return Outcome.UNKNOWN, why, []
    if not (run.opened or life.environment.whole) or not life.level:
        why = "The start-up lines are not in this log, and nothing in it says how Envoy stands."
        return Outcome.UNKNOWN, why, [run.closed_last]
    if run.foreign and not run.waits_for:
        form = "JSON" if run.foreign.text.startswith("{") else "in a format of somebody's choice"
        why = f"It cannot be seen whether Envoy started its workers: its log is {form}, and not in its own format"
        return Outcome.UNKNOWN, why, [run.opened, run.foreign]
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
    if run.closed_at and run.closed_last:
        cause = run.refused or (
            life.socket_missing.text if life.socket_missing else "nobody answers on its socket, or it may not use it"
        )
        return f"the control plane closed its stream {run.closed} times (code {run.code}): {cause}", run.closed_last
    if run.waits_for == "clusters" and not run.clusters:
        return "the control plane has not sent its clusters.", None
    if run.waits_for == "listeners" and not run.listeners_answered:
        return "its clusters came, but the control plane has not sent its listeners.", run.clusters
    if run.waits_for == "endpoints":
        return "its clusters came, but not the endpoints (or secrets) that they need.", run.clusters
    if run.listeners_answered:
        return f"its listeners came, but {_wanted_by_listeners(life)}.", next(reversed(run.added.values()), None)
    return "the log ends while it starts.", None


def _wanted_by_listeners(life: Life) -> str:
    if targets := life.run.targets:
        named = "; ".join(f"{name} waits for {_resource(target)}" for target, name in list(targets.items())[:3])
        return f"not what they need: {named}"
    return "not the routes or secrets that they need"


def _resource(target: str) -> str:
    """`target SdsApi NAME`, `shared target RdsRouteConfigSubscription RDS init NAME`."""
    what, _, name = shown(target).rpartition(" ")
    kind = next((kind for word, kind in (("SdsApi", "secret"), ("Rds", "routes")) if word in what), what)
    return f"{kind} {name}"


def blindness(life: Life) -> str:
    """Why lines that would say more are not in this log; nothing if they would be."""
    if life.environment.elsewhere and not (life.run.opened or life.first_of_envoy):
        # Where the agent cannot write that file, it writes here (its source, newAgentLogWriter).
        return f"APPNET_ENVOY_LOG_DESTINATION={life.environment.destination} sends the log to a file."
    if life.hides or (life.run.hidden and not life.run.ready):
        return f"the log level {life.level if life.hides else 'of a while'} hides what Envoy says at level info."
    return ""
