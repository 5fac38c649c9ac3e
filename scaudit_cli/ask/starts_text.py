"""How the tasks of deployments started, for people and for machines (docs/operating.md tells the fields)."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any

from scaudit.model.sentences import clean
from scaudit_cli.ask.form import count, iso, minute
from scaudit_cli.ask.starts import Event, Rollout, Start

SHOWN = 5
"""Deployments of a service that are written for people: the newest."""
REASONS = 3
"""So many reasons why something is not known are written for people."""
_OF_A_TASK = re.compile(r"\S*[0-9a-f]{32}\S*")
_USUAL = (" in progress.", " completed.")


def lines(region: str, since: datetime, rollouts: Sequence[Rollout], *, cut: bool) -> Iterator[str]:
    """The newest deployments of each service; `cut` says that there was more about them than was read."""
    of: dict[str, list[Rollout]] = {}
    for rollout in rollouts:
        of.setdefault(f"{rollout.cluster}/{rollout.service}", []).append(rollout)
    for name, its in of.items():
        yield f"{region} {clean(name)}, deployments since {minute(since)}"
        if cut:
            yield "  there are more lines than are read: a shorter --since shows all of them"
        elif len(its) > SHOWN:
            yield f"  {count(len(its) - SHOWN, 'earlier one')}: --output json has all"
        for rollout in its[-SHOWN:]:
            yield from words(rollout)


def words(rollout: Rollout) -> Iterator[str]:
    """A line of the deployment, then what its tasks took, each with those of whom it is not so or not known."""
    at = rollout.began.at if rollout.began else rollout.first_at
    yield f"  {at:%Y-%m-%d %H:%M}  {clean(rollout.id)}: {_end(rollout)}"
    for reason in dict.fromkeys(event.reason for event in rollout.events):
        if reason and not reason.endswith(_USUAL):
            yield f"    ECS: {clean(reason)}"
    if not rollout.starts:
        yield "    no start of a task of it is on record"
        return
    for name, lines in (
        ("RUNNING", _running(rollout.starts)),
        ("registered", _registered(rollout.starts)),
        ("proxy ready", _ready(rollout.starts)),
    ):
        for number, line in enumerate(lines):
            yield f"    {'' if number else name:12} {clean(line)}"


def _end(rollout: Rollout) -> str:
    ended, took = rollout.ended, rollout.took
    if ended:
        word = _word(ended)
        return (
            f"{word} after {_seconds(took.total_seconds())}"
            if took is not None
            else f"{word} {ended.at:%Y-%m-%d %H:%M}"
        )
    return "no end told by ECS" if rollout.events else "no event of ECS on record"


def _word(event: Event) -> str:
    return event.name.removeprefix("SERVICE_DEPLOYMENT_")


def _running(starts: Sequence[Start]) -> Iterator[str]:
    took = [start.running for start in starts if start.running is not None]
    yield f"{len(took)} of {count(len(starts), 'task')}{_span(took, 'after creation')}"
    never = sum(start.never_ran for start in starts)
    if never:
        yield f"{never} never: stopped before"
    others = Counter(start.status for start in starts if start.running is None and not start.never_ran)
    yield from (f"{number} not yet: {status} when last looked at" for status, number in sorted(others.items()))


def _registered(starts: Sequence[Start]) -> Iterator[str]:
    """Of those that are to be registered: neither clients nor what never ran."""
    by = [start.by for start in starts if start.by is not None]
    late = [start.not_at for start in starts if start.by is not None and start.not_at is not None]
    none = [start.not_at for start in starts if start.by is None and start.not_at is not None]
    unknown = _alike(map(_why_registration, starts))
    if not (by or none or unknown):
        return
    within = f", at most {_seconds(max(by))} after creation" if by else ""
    yield f"{len(by)} of {len(by) + len(none) + unknown.total()}{within}"
    if late:
        yield f"{len(late)} not at the first look: the slowest not yet after {_seconds(max(late))}"
    if none:
        yield f"{len(none)} not seen so: still missing {_seconds(max(none))} after creation"
    yield from _reasons(unknown)


def _why_registration(start: Start) -> str:
    return start.why_registration if start.by is None and start.not_at is None else ""


def _ready(starts: Sequence[Start]) -> Iterator[str]:
    took = [start.ready for start in starts if start.ready is not None]
    yield f"{len(took)} of {len(starts)}{_span(took, 'after its log began')}"
    if none := sum(start.unready for start in starts):
        yield f"{none} not: the log shows no start of Envoy's workers"
    yield from _reasons(_unready(starts))


def _unready(starts: Iterable[Start]) -> Counter[str]:
    """Those of whom it is not known, by the reason."""
    return _alike(start.why_ready for start in starts if start.ready is None and not start.unready)


def _alike(reasons: Iterable[str]) -> Counter[str]:
    """How many there are of each reason. Those that differ in what they say of a task alone are one: the first."""
    first: dict[str, str] = {}
    return Counter(first.setdefault(_OF_A_TASK.sub("", reason), reason) for reason in reasons if reason)


def _reasons(unknown: Counter[str]) -> Iterator[str]:
    most = unknown.most_common(REASONS)
    yield from (f"{number} unknown: {why}" for why, number in most)
    if rest := unknown.total() - sum(number for _, number in most):
        yield f"{rest} unknown for other reasons: --output json has them"


def _span(took: Sequence[float], what: str) -> str:
    if not took:
        return ""
    least, most = _seconds(min(took)), _seconds(max(took))
    if least == most:
        return f", {most} {what}"
    least = least.removesuffix(" s") if max(took) < 120 else least
    return f", {least} to {most} {what}"


def _seconds(took: float) -> str:
    if took >= 120:
        return f"{int(took) // 60} min {int(took) % 60} s"
    return f"{took:.0f} s" if took >= 10 or took == int(took) else f"{took:.1f} s"


def as_json(rollout: Rollout) -> dict[str, Any]:
    """The same for machines."""
    starts, last, took = rollout.starts, rollout.events[-1] if rollout.events else None, rollout.took
    running = [start.running for start in starts if start.running is not None]
    ready = [start.ready for start in starts if start.ready is not None]
    by = [start.by for start in starts if start.by is not None]
    why = _alike(map(_why_registration, starts))
    return {
        "region": rollout.region,
        "cluster": rollout.cluster,
        "service": rollout.service,
        "deployment": rollout.id,
        "began_at": iso(rollout.began.at if rollout.began else None),
        "looked_at": iso(rollout.looked_at),
        "event": _word(last) if last else None,
        "event_at": iso(last.at if last else None),
        "reason": last.reason if last else "",
        "seconds": took.total_seconds() if took is not None else None,
        "tasks": len(starts),
        "running": {
            "tasks": len(running),
            "least": min(running, default=None),
            "most": max(running, default=None),
            "never": sum(start.never_ran for start in starts),
        },
        "registered": {
            "tasks": len(by),
            "at_most": max(by, default=None),
            "not_at": max((s.not_at for s in starts if s.by is not None and s.not_at is not None), default=None),
            "never_seen": sum(start.by is None and start.not_at is not None for start in starts),
            "unknown": why.total(),
            "because": sorted(why),
        },
        "ready": {
            "tasks": len(ready),
            "least": min(ready, default=None),
            "most": max(ready, default=None),
            "never_seen": sum(start.unready for start in starts),
            "unknown": _unready(starts).total(),
            "because": sorted(_unready(starts)),
        },
    }
