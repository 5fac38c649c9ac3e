"""Which members of incidents verdicts move, and in which order these are written."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime

from scaudit.checks.check import Verdict
from scaudit.model import Severity, Status
from scaudit.model.incidents import Member, MemberState, Stood
from scaudit.model.places import Subject


def moves(
    stood: Stood,
    verdicts: Sequence[Verdict],
    at: datetime,
    *,
    created_at: datetime | None = None,
    fresh: Collection[str] = (),
    lost: bool = False,
    running: int = 0,
    rolling: bool = False,
) -> list[tuple[Subject, Member]]:
    """Only `pass` and `fail` move an incident, a pass only where something stands against it, and what is of severity
    info none at all: it is in the records. An effect must not stand alone, whenever this run may die."""
    failed = MemberState.LOST if lost else MemberState.FAIL
    proven = [_as_proven(v, stood) for v in verdicts]
    return [
        (
            v.subject,
            Member(
                id=v.member,
                state=failed if v.status is Status.FAIL else MemberState.PASS,
                observed_at=at,
                severity=v.severity,
                sentence=v.sentence,
                caused_by=v.caused_by,
                suppressed=v.suppressed,
                until=v.until,
                baseline=v.check.id in fresh,
                task_created_at=created_at,
                running=running,
                rolling=rolling,
            ),
        )
        for v in sorted((v for v in proven if _moves(v, stood)), key=lambda v: _turn(v, stood))
    ]


def _as_proven(verdict: Verdict, stood: Stood) -> Verdict:
    """A failure of which something was not read is as it was proven before."""
    known = stood.get(verdict.subject, {}).get(verdict.member)
    if verdict.status is not Status.FAIL or not (verdict.unread and known and known.severity > verdict.severity):
        return verdict
    return replace(verdict, severity=known.severity, sentence=known.sentence)


def _moves(verdict: Verdict, stood: Stood) -> bool:
    if verdict.status is Status.FAIL:
        return verdict.severity > Severity.INFO or verdict.subject in stood
    return verdict.status is Status.PASS and bool(stood) and verdict.subject in stood


def _turn(verdict: Verdict, stood: Stood) -> int:
    """The effects that pass come before their causes, those that fail after them."""
    if verdict.status is Status.FAIL:
        return 2 if verdict.caused_by else 1
    known = stood.get(verdict.subject, {}).get(verdict.member)
    return 0 if known and known.caused_by else 1
