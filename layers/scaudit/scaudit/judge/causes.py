"""Which failure explains which, and which explanations keep an effect quiet."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace

from scaudit.checks import BY_ID
from scaudit.checks.check import Verdict
from scaudit.model import Severity, Status
from scaudit.model.incidents import Member
from scaudit.model.places import Subject

SERVICE = "-"


def explain(
    verdicts: Sequence[Verdict], standing: Collection[Subject] = (), *, replaced: bool = False
) -> list[Verdict]:
    """Give each failure the failed check that explains it, found along `after`, among findings on the same subject; and
    each cause the severity of the worst that it explains of its own task.

    A failure without an endpoint explains those of every endpoint, unless it names those that it accounts for; one
    endpoint never explains another's. `standing` is what is on record as failing: it
    explains too, unless this very look judged it. A task of a deployment that was `replaced` fails for reasons of its
    own: what the service declares today explains nothing of it.
    """
    if all(v.status is not Status.FAIL for v in verdicts):
        return list(verdicts)  # as of nearly every task
    judged = {v.subject for v in verdicts if v.status in (Status.PASS, Status.FAIL)}
    failed = [v for v in verdicts if v.status is Status.FAIL]
    after = {check_id: check.after for check_id, check in BY_ID.items()} | {v.check.id: v.check.after for v in verdicts}

    def explains(check_id: str, effect: Verdict) -> bool:
        if not {Subject(check_id, effect.endpoint), Subject(check_id)}.isdisjoint(set(standing) - judged):
            return True
        return any(
            v.endpoint in ("", effect.endpoint) and (v.explains is None or effect.endpoint in v.explains)
            for v in failed
            if v.check.id == check_id and not (replaced and v.member == SERVICE != effect.member)
        )

    def cause(check_id: str, effect: Verdict) -> str:
        for earlier in after.get(check_id, ()):
            further = cause(earlier, effect)
            if further or explains(earlier, effect):
                return further or earlier
        return ""

    told = [replace(v, caused_by=cause(v.check.id, v)) if v.status is Status.FAIL else v for v in verdicts]
    return [replace(v, severity=_worst(v, told)) if v.status is Status.FAIL else v for v in told]


def _worst(cause: Verdict, told: Sequence[Verdict]) -> Severity:
    """An effect is quiet while its cause speaks: as loudly as the effect would."""
    effects = (
        v for v in told if v.status is Status.FAIL and v.caused_by == cause.check.id and v.member == cause.member
    )
    return max([cause.severity, *(v.severity for v in effects if cause.endpoint in ("", v.endpoint))])


def unexplained(members: Sequence[Member], speaking: Mapping[str, Severity]) -> Iterator[Member]:
    """The members of an incident, without the causes that do not speak, or less loudly than they would. `speaking` has
    the severity at which each check is announced or due to be: one that is suppressed, ignored, below AlertSeverity or
    over is not in it."""
    for member in members:
        loudness = speaking.get(member.caused_by)
        quiet = loudness is not None and loudness >= member.severity
        yield member if quiet or not member.caused_by else replace(member, caused_by="")
