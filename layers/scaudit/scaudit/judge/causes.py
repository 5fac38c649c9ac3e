"""Which failure explains which, and which explanations keep an effect quiet."""

from collections.abc import Collection, Sequence
from dataclasses import replace

from scaudit.checks import BY_ID
from scaudit.checks.check import Area, Verdict
from scaudit.model import Status
from scaudit.model.incidents import Member, MemberState, Stood
from scaudit.model.places import Subject

SERVICE = "-"
_AFTER = {check_id: check.after for check_id, check in BY_ID.items()}


def explain(
    verdicts: Sequence[Verdict], standing: Collection[Subject] = (), *, replaced: bool = False
) -> list[Verdict]:
    """Give each failure the failed check that explains it, found along `after`, among findings on the same subject.

    A failure without an endpoint explains those of every endpoint, unless it names those that it accounts for; one
    endpoint never explains another's. `standing` is what is on record as failing: it explains too, unless this very
    look judged it. A task of a deployment that was `replaced` fails for reasons of its own: what the service declares
    today explains nothing of it.
    """
    if not any(v.status is Status.FAIL and v.check.after for v in verdicts):
        return list(verdicts)  # as of nearly every task
    on_record = set(standing)
    if on_record:
        on_record -= {v.subject for v in verdicts if v.status in (Status.PASS, Status.FAIL)}
    failed = [v for v in verdicts if v.status is Status.FAIL]
    fine = {v.subject for v in verdicts if v.status is Status.PASS and v.check.area is Area.PROXY}
    after = _AFTER | {v.check.id: v.check.after for v in verdicts}

    def explains(check_id: str, effect: Verdict) -> bool:
        if on_record and not {Subject(check_id, effect.endpoint), Subject(check_id)}.isdisjoint(on_record):
            return True
        return any(
            v.endpoint in ("", effect.endpoint) and (v.explains is None or effect.endpoint in v.explains)
            for v in failed
            if v.check.id == check_id and not (replaced and v.member == SERVICE != effect.member)
        )

    def cause(check_id: str, effect: Verdict) -> str:
        for earlier in after.get(check_id, ()):
            if not {Subject(earlier, effect.endpoint), Subject(earlier)}.isdisjoint(fine):
                continue  # a proxy that got so far was not kept from it by what comes before
            further = cause(earlier, effect)
            if further or explains(earlier, effect):
                return further or earlier
        return ""

    return [replace(v, caused_by=cause(v.check.id, v)) if v.status is Status.FAIL else v for v in verdicts]


def as_heard(subject: Subject, members: Sequence[Member], stood: Stood, ignored: Collection[str]) -> list[Member]:
    """The members of one incident as loud as they are to be, beside all that `stood` against their service.

    An effect is quiet only while its cause speaks (`told_by`). A cause speaks as loudly as the worst that it explains,
    however little it weighs by itself.
    """
    effects = [
        m.severity
        for of, found in stood.items()
        if subject.endpoint in ("", of.endpoint) and of.check not in ignored
        for m in found.values()
        if m.caused_by and not m.suppressed and told_by(of, m, stood, ignored) == subject.check
    ]

    def heard(m: Member) -> Member:
        cause = told_by(subject, m, stood, ignored)
        return replace(m, caused_by=cause, severity=m.severity if cause else max([m.severity, *effects]))

    return [heard(m) if m.state in (MemberState.FAIL, MemberState.LOST) else m for m in members]


def told_by(subject: Subject, member: Member, stood: Stood, ignored: Collection[str]) -> str:
    """The check that is told instead of a member that fails, empty where it is to be told itself: its cause or, where
    that is suppressed, `ignored` or over and so explains nothing, what next on the way from it to the effect stands."""
    if not member.caused_by:
        return ""

    def standing(check: str) -> list[tuple[Subject, Member]]:
        subjects = [] if check in ignored else [Subject(check, endpoint) for endpoint in {subject.endpoint, ""}]
        found = [(of, stood.get(of, {}).get(each)) for of in subjects for each in (member.id, SERVICE)]
        return [(of, m) for of, m in found if m and not m.suppressed]

    if any(not cause.caused_by for _, cause in standing(member.caused_by)):
        return member.caused_by
    for earlier in _AFTER.get(subject.check, ()):
        for of, cause in standing(earlier):
            return told_by(of, cause, stood, ignored) or earlier
    return ""
