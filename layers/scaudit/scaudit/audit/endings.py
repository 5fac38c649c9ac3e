"""What ends without a pass: subjects that can no longer fail, and what no single task can settle."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from scaudit.checks import BY_ID, about
from scaudit.checks.check import Verdict
from scaudit.model import Service, Status
from scaudit.model.incidents import CANNOT_TELL, EVERY_TASK, Member, MemberState, Stood
from scaudit.model.places import Place, Subject
from scaudit.store.ledger import Ledger

_QUIET_HOUR = timedelta(hours=1)
_BLIND_DAY = timedelta(hours=24)


def over(service: Service | None, subject: Subject) -> str:
    """Why nothing under this subject can fail any more, or nothing."""
    if service is None or service.draining:
        return "service deleted"
    if subject.check not in BY_ID:
        return f"check {subject.check} retired"
    if not any(d.service_connect for d in service.deployments):
        return "Service Connect switched off"
    if subject.endpoint and subject.endpoint not in {e.name for d in service.deployments for e in d.endpoints}:
        return f"endpoint {subject.endpoint} removed"
    if about(subject) == "task" and not service.desired and not service.running:
        return "service scaled to zero"
    return ""


def close_what_is_over(ledger: Ledger, place: Place, stood: Stood, service: Service | None, at: datetime) -> None:
    """Close what stood against a service, now that it is as it was described `at`, and can no longer fail."""
    for subject in stood:
        if why := over(service, subject):
            _close(ledger, place, stood, subject, why, at)


def close_all(ledger: Ledger, place: Place, stood: Stood, why: str, at: datetime) -> None:
    """Close everything that stood against a service."""
    for subject in stood:
        _close(ledger, place, stood, subject, why, at)


def close_unseen(ledger: Ledger, place: Place, stood: Stood, at: datetime) -> None:
    """Close what scaudit found wrong with itself and did not meet again for a day: what it was about may be gone."""
    for subject, members in stood.items():
        for member in members.values():
            if at > member.observed_at + _BLIND_DAY:
                ledger.close(place, subject, member.id, "was not met again for 24 hours", at)


def settle(ledger: Ledger, place: Place, stood: Stood, verdicts: Sequence[Verdict], at: datetime) -> None:
    """Settle what no single task can: every running task of the service was judged, and these are the verdicts."""
    for subject, members in stood.items():
        found = [v for v in verdicts if v.subject == subject]
        passed = bool(found) and all(v.status is Status.PASS for v in found)
        youngest = max(m.observed_at for m in members.values())
        only_lost = all(m.state is MemberState.LOST for m in members.values())
        if passed and only_lost and at > youngest + _QUIET_HOUR:
            ledger.record(place, subject, Member(EVERY_TASK, MemberState.PASS, at, task_created_at=at))
        elif not any(v.status in (Status.PASS, Status.FAIL) for v in found) and at > youngest + _BLIND_DAY:
            _close(ledger, place, stood, subject, f"{CANNOT_TELL}: nothing but unknown for 24 hours", at)


def _close(ledger: Ledger, place: Place, stood: Stood, subject: Subject, why: str, at: datetime) -> None:
    for member in stood[subject]:
        ledger.close(place, subject, member, why, at)
