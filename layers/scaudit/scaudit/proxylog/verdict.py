"""How the proxy stood when its log ended, and the lines that prove it."""

from scaudit.proxylog.faults import faults, is_frozen, unclear, unexplained
from scaudit.proxylog.lacking import blindness, not_ready
from scaudit.proxylog.life import Life
from scaudit.proxylog.lines import Mark
from scaudit.proxylog.start import Outcome

_Judged = tuple[Outcome, str, list[Mark | None]]
_STARTED = "Envoy started its workers"


def judge(life: Life) -> _Judged:
    """The outcome, the sentence that says why, and the lines that prove it (None among them is no line)."""
    run, opened = life.run, life.run.opened
    if life.gone:
        return Outcome.EXITED, f"The agent gave up: {life.gone.text}", [life.dump, life.gone.line]
    if run.dead and not life.draining:
        words = f"{run.dead.text}; {run.dying}" if run.dying and run.dying != run.dead.text else run.dead.text
        times = f" after {life.starts} starts" if life.starts > 1 else ""
        why = f"Envoy ended{times} and was not started again: {words}"
        return Outcome.EXITED, why, [opened, run.ready, run.dead.line]
    if (life.strangers or run.mixed) and not (run.ready and any(faults(life))):
        return _mixed(life)
    if life.draining and not is_frozen(life):
        did = f"could not drain its listeners: {life.undrained}" if life.undrained else "drained its listeners"
        return Outcome.STOPPED, f"The agent was told to stop and {did}.", [run.ready, life.draining]
    if life.began and not run.ready:
        return not_ready(life)
    if found := list(faults(life)):
        why = "; ".join(fault.text for fault in found)
        began = f"{_STARTED}, but" if run.ready else "The beginning is not in this log, but it shows that"
        return Outcome.DEGRADED, f"{began} {why}", [run.ready, *(f.line for f in found)]
    if not run.ready:
        return not_ready(life)
    return _perhaps_fine(life)


def _mixed(life: Life) -> _Judged:
    if life.strangers:
        why = "Lines of the proxies of two tasks are in this log: give that of one alone"
        return Outcome.UNKNOWN, why, [life.dump, life.strangers]
    why = "Lines of two runs of Envoy, or of two tasks, are mixed in this log"
    return Outcome.UNKNOWN, why, [life.run.opened, life.run.ready, life.run.mixed]


def _perhaps_fine(life: Life) -> _Judged:
    run = life.run
    if blind := blindness(life):
        return Outcome.UNKNOWN, f"{_STARTED}, but {blind}", [run.ready, run.hidden]
    if run.not_live:
        why = f"it last answered a readiness check with {run.not_live.text}"
        return Outcome.UNKNOWN, f"{_STARTED}, but {why}", [run.ready, run.not_live.line]
    if not life.environment.tells_listeners:
        gap = "the start-up line that names the wanted listeners is not in this log, or cannot be read"
        return Outcome.UNKNOWN, f"{_STARTED}, but {gap}.", [run.ready]
    return _fine(life)


def _fine(life: Life) -> _Judged:
    run, wanted = life.run, life.environment.mapping or {}
    unexcused = unexplained(life)
    proof = [life.dump, run.opened, *run.added.values(), run.ready]
    if unexcused:
        why = f"the log does not show that it added {', '.join(unexcused)}"
        return Outcome.DEGRADED, f"{_STARTED}, but {why}", proof
    if not wanted and not run.added and not life.environment.relay:
        why = "the log neither names a wanted listener nor shows one that was added"
        return Outcome.UNKNOWN, f"{_STARTED}, but {why}", proof
    if reasons := unclear(life):
        why = "; ".join(reason.text for reason in reasons.values())
        return Outcome.UNKNOWN, f"{_STARTED}, but {why}", [run.ready, *(reason.line for reason in reasons.values())]
    has = f"all {len(wanted)} wanted listeners" if len(wanted) > 1 else "its listeners"
    if run.removed:
        has += f" (the control plane took {', '.join(run.removed)} away again)"
    if before := _before(life):
        now = f"Envoy runs with {has}, but {' and '.join(before)}"
        return (
            Outcome.RECOVERED,
            now,
            [life.ended, *proof, run.closed_last, run.clusters, run.mended, run.unanswered_last],
        )
    return Outcome.HEALTHY, f"{_STARTED} with {has}, and nothing after that says otherwise.", proof


def _before(life: Life) -> list[str]:
    run = life.run
    was = (
        (life.restarted, "an earlier run of Envoy ended"),
        (run.was_lost, "the control plane was lost for a while"),
        (run.mended, "configuration came late or was refused at first"),
        (run.was_unanswered, "Envoy left readiness checks unanswered for a while"),
    )
    return [words for happened, words in was if happened]
