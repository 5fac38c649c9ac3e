"""A task that fails under one subject, the same task when it passes, and either some time later."""

from dataclasses import replace
from datetime import timedelta

from scaudit.model import Severity
from scaudit.model.incidents import Member, MemberState
from tests.builders import NOW, TASK_ID

FAIL = Member(
    TASK_ID,
    MemberState.FAIL,
    NOW,
    Severity.CRITICAL,
    "registered port is 9999",
    task_created_at=NOW - timedelta(minutes=5),
)
PASS = Member(TASK_ID, MemberState.PASS, NOW, task_created_at=FAIL.task_created_at)


def later(member: Member, seconds: float) -> Member:
    return replace(member, observed_at=member.observed_at + timedelta(seconds=seconds))
