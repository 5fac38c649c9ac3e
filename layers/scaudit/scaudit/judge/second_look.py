"""When a suspicion may speak, and when a task is worth the next look."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from math import ceil

from scaudit.checks import BY_ID
from scaudit.checks.check import Check, Verdict
from scaudit.judge.rules import Rules
from scaudit.model import Status
from scaudit.model.places import Subject


def is_suspicion(verdict: Verdict) -> bool:
    """Whether a failure rests on what Cloud Map showed at one moment, and so wants confirming."""
    return verdict.status is Status.FAIL and verdict.check.momentary


def contradicted(verdicts: Iterable[Verdict]) -> set[str]:
    """The keys of the subjects under which something wrong is suspected to be registered."""
    return {verdict.subject.key for verdict in verdicts if is_suspicion(verdict) and _contradicts(verdict.check)}


def undispelled(suspected: Mapping[str, str]) -> dict[str, str]:
    """What was suspected of a task that is gone and may be confirmed by the next one of its deployment: something wrong
    was registered for it. What was missing proves nothing: it may have been late, or deregistered already."""
    return {key: first for key, first in suspected.items() if _contradicts(BY_ID.get(Subject.of(key).check))}


def _contradicts(check: Check | None) -> bool:
    """Whether it judges only what is registered, so that somebody must have registered what it finds wrong."""
    return check is not None and check.about == "task" and "instance" in check.asked


def hold_back(
    verdicts: Sequence[Verdict], suspected: Mapping[str, str], known: Collection[Subject], at: datetime, rules: Rules
) -> tuple[list[Verdict], dict[str, str]]:
    """Let a suspicion speak only when a second look, `second_look` seconds after the first, still sees it.

    `suspected` maps the key of a subject to when it was first seen; `known` are those on record as failing already.
    Returns the verdicts, and what is suspected now. A look that could not be taken clears nothing: what was suspected
    stays so, and is soon looked at again.
    """
    held: list[Verdict] = []
    unknown = {verdict.check.id for verdict in verdicts if verdict.status is Status.UNKNOWN}
    still = {key: first for key, first in suspected.items() if Subject.of(key).check in unknown}
    waiting = {Subject.of(key).check for key in still}
    for verdict in verdicts:
        if verdict.status is Status.UNKNOWN and verdict.check.id in waiting:
            held.append(replace(verdict, settled_at=at + timedelta(seconds=rules.second_look)))
            continue
        if not is_suspicion(verdict) or verdict.subject in known:
            held.append(verdict)
            continue
        key = verdict.subject.key
        first = still[key] = suspected.get(key, at.isoformat())
        due = datetime.fromisoformat(first) + timedelta(seconds=rules.second_look)
        if key not in suspected or at < due:
            verdict = replace(verdict, status=Status.PENDING, settled_at=due, caused_by="")
        held.append(verdict)
    return held, still


def next_look(verdicts: Iterable[Verdict], began: datetime | None, at: datetime) -> int:
    """Seconds until a task with unsettled verdicts is worth another look: its age again, but no later than the
    moment the first of them settles, and no more than one SQS delay (900)."""
    age = max((at - began).total_seconds(), 1) if began else 15
    due = [(v.settled_at - at).total_seconds() for v in verdicts if v.settled_at]
    return max(0, min(900, ceil(min([age, *due]))))
