"""When too much breaks at once: which services began to fail together, and whether that is still plausible."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from scaudit.checks import BY_ID
from scaudit.checks.check import run
from scaudit.checks.facts import Facts, Outbreak
from scaudit.model import Status, Unread
from scaudit.model.incidents import Incident, Member, MemberState, Open, Phase

OUTBREAK = BY_ID["SC903"]
TOGETHER = timedelta(minutes=15)
"""Services that begin to fail within this time fail together."""


def together(wrong: Iterable[Open], outbreak: Incident, now: datetime) -> list[Open]:
    """What began together, the first in front: lately, or with an outbreak that is not over. What was there before
    scaudit has begun nobody knows when."""
    since = outbreak.opened_at if outbreak.phase is not Phase.QUIET and outbreak.opened_at else now - TOGETHER
    found = [
        each for each in wrong if each.noticed_at >= since and not each.baseline and each.subject.check != OUTBREAK.id
    ]
    return sorted(found, key=lambda each: (each.noticed_at, each.place.name, each.subject.check))


def members(began: Iterable[Open], services: Mapping[str, int], now: datetime) -> list[Member] | None:
    """The outbreak's members, the services that fail; none while their share is plausible; None when nobody can tell.

    `services` is how many there are by cluster; those of a cluster that no sweep went through do not count.
    """
    failing: dict[str, Member] = {}
    for each in began:
        if each.place.cluster in services:
            failing.setdefault(
                each.place.name,
                Member(each.place.name, MemberState.FAIL, now, OUTBREAK.severity, since=each.noticed_at),
            )
    known = max(sum(services.values()), len(failing))
    facts = Facts(outbreak=Outbreak(len(failing), known) if known else Unread("no sweep has counted the services yet"))
    verdict = run(OUTBREAK, facts, member="-", began=None, now=now, scale=1)
    if verdict.status is Status.FAIL:
        return [replace(each, sentence=verdict.sentence, severity=verdict.severity) for each in failing.values()]
    return [] if verdict.status is Status.PASS else None
