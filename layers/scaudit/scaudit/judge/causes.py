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

    An effect is quiet only while its cause speaks: a cause that is suppressed, `ignored` or over explains nothing of a
    member. A cause speaks as loudly as the worst that it explains, however little it weighs by itself.
    """
    effects = [
        m.severity
        for of, found in stood.items()
        if subject.endpoint in ("", of.endpoint) and of.check not in ignored
        for m in found.values()
        if m.caused_by == subject.check and not m.suppressed
    ]

    def speaks(cause: str, effect: Member) -> bool:
        known = (stood.get(Subject(cause, endpoint), {}) for endpoint in {subject.endpoint, ""})
        standing = [m for found in known for member in (effect.id, SERVICE) if (m := found.get(member))]
        return cause not in ignored and any(not m.suppressed and not m.caused_by for m in standing)

    def heard(m: Member) -> Member:
        if m.caused_by and not speaks(m.caused_by, m):
            m = replace(m, caused_by="")
        return m if m.caused_by else replace(m, severity=max([m.severity, *effects]))

    return [heard(m) if m.state in (MemberState.FAIL, MemberState.LOST) else m for m in members]
