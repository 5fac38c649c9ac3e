"""Which failure explains which."""

from collections.abc import Collection, Sequence
from dataclasses import replace

from scaudit.checks import BY_ID
from scaudit.checks.check import Verdict
from scaudit.model import Status


def explain(verdicts: Sequence[Verdict], standing: Collection[tuple[str, str]] = ()) -> list[Verdict]:
    """Give each failure the failed check that explains it, found along `after`, among findings on the same subject.

    A failure without an endpoint explains those of every endpoint; one endpoint never explains another's. `standing`
    has the check and endpoint of what is on record as failing: it explains too, unless this very look saw it pass.
    """
    if all(v.status is not Status.FAIL for v in verdicts):
        return list(verdicts)  # as of nearly every task
    passed = {(v.check.id, v.endpoint) for v in verdicts if v.status is Status.PASS}
    failed = {(v.check.id, v.endpoint) for v in verdicts if v.status is Status.FAIL} | (set(standing) - passed)
    after = {id: check.after for id, check in BY_ID.items()} | {v.check.id: v.check.after for v in verdicts}

    def cause(id: str, endpoint: str) -> str:
        for earlier in after.get(id, ()):
            further = cause(earlier, endpoint)
            if further or not failed.isdisjoint(((earlier, endpoint), (earlier, ""))):
                return further or earlier
        return ""

    return [replace(v, caused_by=cause(v.check.id, v.endpoint)) if v.status is Status.FAIL else v for v in verdicts]
