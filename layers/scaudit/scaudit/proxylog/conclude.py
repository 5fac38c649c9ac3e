"""What was read, put into the values that the rest of scaudit knows."""

from collections.abc import Collection, Iterable
from datetime import datetime

from scaudit.proxylog import match
from scaudit.proxylog.faults import is_frozen, is_lost, is_unwanted, lost, unclear, unexplained
from scaudit.proxylog.lacking import blindness
from scaudit.proxylog.life import Life
from scaudit.proxylog.lines import KEPT, Mark, Reason, moment, shown
from scaudit.proxylog.run import Run
from scaudit.proxylog.start import ControlPlane, Line, Listeners, ProxyStart
from scaudit.proxylog.verdict import judge

MOST_EVIDENCE = 12
_AT_ONCE = 1.0
_Refused = tuple[dict[str, str], dict[str, str], dict[str, str], dict[str, str]]
_NONE_REFUSED: _Refused = ({}, {}, {}, {})


def conclude(life: Life, lines: int) -> ProxyStart:
    """Everything that a log of so many `lines` tells."""
    run, environment = life.run, life.environment
    verdict, why, evidence = judge(life)
    first, ready = moment(life.first), life.in_utc(life.ready_first)
    return ProxyStart(
        verdict=verdict,
        why=shown(why.rstrip(" .") + ".", 400),
        evidence=_few(evidence),
        lines=lines,
        first_at=first,
        dump_seen=environment.whole,
        identity=environment.identity,
        log_level=life.level,
        log_destination=environment.destination,
        ready=run.ready is not None and not run.dead,
        ready_line=life.ready_lines[0] if life.ready_lines else None,
        ready_at=ready,
        seconds_to_ready=_between(first, ready),
        ready_lines=tuple(life.ready_lines),
        envoy_starts=life.starts,
        exits=tuple(life.exits),
        listeners=_listeners(life),
        control_plane=_control_plane(life),
        unanswered=run.unanswered,
        unanswered_at=moment(run.unanswered_at),
        frozen=is_frozen(life),
        stop_line=life.draining.number if life.draining else None,
        metadata_problems=tuple(life.metadata),
        complaints=tuple(life.complaints),
    )


def _between(first: datetime | None, ready: datetime | None) -> float | None:
    """In seconds. Lines that are written at once may change places; more than that is a clock that was set back."""
    seconds = (ready - first).total_seconds() if first and ready else -_AT_ONCE
    return max(seconds, 0.0) if seconds > -_AT_ONCE else None


def _listeners(life: Life) -> Listeners:
    run, wanted = life.run, life.environment.mapping
    blamed = (*run.rejected, *run.unbound, *run.fallen, *run.removed)
    refused = _refused(life) if blamed or run.stale else _NONE_REFUSED
    missing = match.missing(wanted, run.added, blamed) if wanted and not blindness(life) else ()
    return Listeners(
        wanted=wanted,
        added=tuple(run.added),
        rejected=refused[0],
        unbound=refused[1],
        refused_updates=refused[2],
        unwanted=refused[3],
        removed=tuple(run.removed),
        lost=tuple(lost(life)) if run.removed else (),
        drained=run.drained is not None,
        missing=missing,
        unexplained=unexplained(life) if missing else (),
    )


def _refused(life: Life) -> _Refused:
    """Why listeners were rejected, why not bound, of which the earlier one serves, and which nothing asks for."""
    run = life.run
    rejected, unbound, updates, unwanted = _texts(run.rejected), _texts(run.unbound | run.fallen), _texts(run.stale), {}
    for kept in (rejected, unbound):
        for name in [name for name in kept if is_unwanted(life, name)]:
            unwanted[name] = kept.pop(name)
    if not life.began:  # Envoy was up before, so that an earlier listener of the name may serve
        rejected, unbound, updates = {}, {}, {**rejected, **unbound, **updates}
    return rejected, unbound, updates, unwanted


def _control_plane(life: Life) -> ControlPlane:
    run, hazy = life.run, unclear(life)
    return ControlPlane(
        clusters_answered=run.clusters is not None or "Cluster" in run.refused_configuration,
        listeners_answered=run.listeners_answered,
        closed=run.closed,
        code=run.code,
        refused=run.refused,
        lost=is_lost(life),
        closed_at=None if run.set_back else life.in_utc(run.closed_at),
        silent=_silent(run),
        timeouts=tuple([kind for kind in run.timeouts if kind not in hazy]) if run.timeouts else (),
        rejected=_texts(run.refused_configuration, hazy),
        refused_updates=_texts(run.refused_updates, hazy),
        unclear=_texts(hazy),
        socket_missing=life.socket_missing is not None,
    )


def _silent(run: Run) -> bool:
    answered = run.clusters if run.waits_for == "clusters" else run.listeners_answered
    return bool(run.waits_for) and not (run.ready or run.closed or answered)


def _texts(reasons: dict[str, Reason], but: Collection[str] = ()) -> dict[str, str]:
    return {name: reason.text for name, reason in reasons.items() if name not in but} if reasons else {}


def _few(marks: Iterable[Mark | None]) -> tuple[Line, ...]:
    half = MOST_EVIDENCE // 2
    told = sorted({mark.number: mark for mark in marks if mark}.values())
    # one less: of a line that was cut where it was kept, it shows
    return tuple([Line(number, shown(text, KEPT - 1)) for number, text in told[:half] + told[half:][-half:]])
