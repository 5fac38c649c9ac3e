"""When a suspicion may speak, and when a task is worth the next look."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from math import ceil

from scaudit.checks.check import Verdict
from scaudit.judge.rules import Rules
from scaudit.model import Status


def is_suspicion(verdict: Verdict) -> bool:
    """Whether a failure rests on what Cloud Map showed at one moment, and so wants confirming."""
    return verdict.status is Status.FAIL and verdict.check.momentary


def hold_back(
    verdicts: Sequence[Verdict], suspected: Mapping[str, str], known: Collection[str], at: datetime, rules: Rules
) -> tuple[list[Verdict], dict[str, str]]:
    """Let a suspicion speak only when a second look, `second_look` seconds after the first, still sees it.

    `suspected` maps a subject to when it was first seen; `known` are the subjects on record as failing already.
    Returns the verdicts, and what is suspected now. A look that could not be taken clears nothing: what was suspected
    stays so, and is soon looked at again.
    """
    held: list[Verdict] = []
    unknown = {verdict.check.id for verdict in verdicts if verdict.status is Status.UNKNOWN}
    still = {subject: first for subject, first in suspected.items() if subject.split("#")[0] in unknown}
    waiting = {subject.split("#")[0] for subject in still}
    for verdict in verdicts:
        if verdict.status is Status.UNKNOWN and verdict.check.id in waiting:
            held.append(replace(verdict, settled_at=at + timedelta(seconds=rules.second_look)))
            continue
        if not is_suspicion(verdict) or verdict.subject in known:
            held.append(verdict)
            continue
        first = still[verdict.subject] = suspected.get(verdict.subject, at.isoformat())
        due = datetime.fromisoformat(first) + timedelta(seconds=rules.second_look)
        if verdict.subject not in suspected or at < due:
            verdict = replace(verdict, status=Status.PENDING, settled_at=due, caused_by="")
        held.append(verdict)
    return held, still


def next_look(verdicts: Iterable[Verdict], began: datetime | None, at: datetime) -> int:
    """Seconds until a task with unsettled verdicts is worth another look: its age again, but no later than the
    moment the first of them settles, and no more than one SQS delay (900)."""
    age = max((at - began).total_seconds(), 1) if began else 15
    due = [(v.settled_at - at).total_seconds() for v in verdicts if v.settled_at]
    return max(0, min(900, ceil(min([age, *due]))))
