"""The worst that stands against a service or an endpoint, of all that was found."""

from collections.abc import Sequence

from scaudit.checks.check import Verdict
from scaudit.model import Severity, Status
from scaudit.model.service_states import Worst


def is_settled(verdict: Verdict) -> bool:
    """Whether time alone makes nothing else of it; advice, which nearly every service has, may stand."""
    if verdict.status is Status.FAIL:
        return verdict.severity is Severity.INFO
    return verdict.status in (Status.PASS, Status.SKIPPED)


def worst(verdicts: Sequence[Verdict]) -> Worst | None:
    """What weighs most among what speaks for itself: a failure by its severity, then what is not known or pending by
    that of its check, then what is only worth a note."""
    telling = (Status.FAIL, Status.UNKNOWN, Status.PENDING)
    speaking = [v for v in verdicts if v.status in telling and not (v.caused_by or v.suppressed)]
    if not speaking:
        return None

    def weight(verdict: Verdict) -> tuple[bool, bool, Severity]:
        fails = verdict.status is Status.FAIL
        return fails and verdict.severity > Severity.INFO, not fails, verdict.severity

    most = max(speaking, key=weight)
    alike = {v.member for v in speaking if v.check is most.check and v.status is most.status}
    return Worst(most.check.id, most.status, most.severity.word, len(alike))


def is_same(before: Worst | None, now: Worst | None) -> bool:
    """Whether the same stands against it as before: of how many tasks, and how bad, may change while it does."""
    return (before and (before.check, before.status)) == (now and (now.check, now.status))
