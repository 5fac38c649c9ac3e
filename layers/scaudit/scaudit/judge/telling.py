"""How failures are told: each with the one that explains it, and those marked that a tag on the ECS service, or on its
cluster, silences.

What is silenced is judged and recorded all the same, and not announced.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from scaudit.checks.check import Verdict
from scaudit.judge.causes import SERVICE, explain
from scaudit.judge.ignore_tags import IGNORE, lasts, suppressed, written
from scaudit.model import Service, Severity, Status, Unread
from scaudit.model.incidents import MemberState, Stood
from scaudit.model.places import Subject


def as_told(
    verdicts: Sequence[Verdict],
    service: Service | Unread | None,
    at: datetime,
    stood: Stood | None = None,
    members: Collection[str] = (SERVICE,),
    *,
    replaced: bool = False,
    tags: Callable[[], Mapping[str, str] | Unread] = dict,
) -> list[Verdict]:
    """The verdicts of one look at a service or a task of it, explained and silenced; `tags` asks for those of its
    cluster. What `stood` against these `members` before explains, too; against the service, nothing of a task whose
    deployment was `replaced`."""
    if all(v.status is not Status.FAIL for v in verdicts):
        return list(verdicts)  # as of nearly every task
    standing = _failing(stood or {}, [m for m in members if not (replaced and m == SERVICE)])
    return silenced(explain(verdicts, standing, replaced=replaced), service, at, tags, stood or {})


def silenced(
    verdicts: Sequence[Verdict],
    service: Service | Unread | None,
    at: datetime,
    tags: Callable[[], Mapping[str, str] | Unread] = dict,
    stood: Stood | None = None,
) -> list[Verdict]:
    """Mark the failures that a tag of the service or of its cluster suppresses. Only where something fails that is more
    than an info, which nearly every service has, are `tags`, those of the cluster, asked for. Where tags could not be
    read this once, what `stood` suppressed stays so. A read that stays refused silences nothing: whose tag it was is
    not on record, so that one which has expired would silence for ever."""
    failing = [v for v in verdicts if v.status is Status.FAIL]
    if not failing:
        return list(verdicts)
    own = service.tags if isinstance(service, Service) else service or {}
    both = own, tags() if max(v.severity for v in failing) > Severity.INFO else {}

    def until(v: Verdict) -> str | None:
        known = (stood or {}).get(v.subject, {}).get(v.member)
        for each in both:
            if isinstance(each, Unread):
                # A version before this kept no date with what was silenced.
                if known and known.suppressed and each.transient and (not known.until or lasts(known.until, at)):
                    return known.until
            elif suppressed(each, v.check.id, at):
                return written(each[IGNORE + v.check.id])
        return None

    return [
        replace(v, suppressed=True, until=end) if v.status is Status.FAIL and (end := until(v)) is not None else v
        for v in verdicts
    ]


def _failing(stood: Stood, members: Collection[str]) -> set[Subject]:
    """Whatever is on record as failing for one of these members."""
    return {
        subject
        for subject, known in stood.items()
        if any(m in known and known[m].state is MemberState.FAIL for m in members)
    }
