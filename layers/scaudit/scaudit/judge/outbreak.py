"""When too much breaks at once: which services of a cluster, or of most clusters of a Region, began to fail together,
whether that is still so, and what need not be told beside it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from scaudit.checks import BY_ID
from scaudit.checks.check import run
from scaudit.checks.derived import Outbreak
from scaudit.checks.facts import Facts
from scaudit.model import Status, Unread
from scaudit.model.incidents import Incident, Member, MemberState, News, Open, Phase
from scaudit.model.life import Step
from scaudit.values import dataclass

OUTBREAK = BY_ID["SC903"]
REGION = ""
"""What an outbreak in most clusters of a Region is called, in place of its cluster."""
TOGETHER = timedelta(minutes=15)
"""Services that begin to fail within this time fail together, and so long after it was noticed others may join."""
LONGEST_MUTE = timedelta(days=1)
_NEVER = Incident()


@dataclass(frozen=True, slots=True)
class Began:
    """What began together: the incidents, and the services they are of, which are the outbreak's members; None when
    nobody can tell."""

    incidents: Sequence[Open]
    members: Sequence[Member] | None


def began(
    wrong: Sequence[Open], services: Mapping[str, int], known: Mapping[str, Incident], cluster: str, now: datetime
) -> Began:
    """What began to fail in the outbreak of a cluster, or of the REGION; no members while it is plausible.

    `wrong` is all that is open in the Region, `services` how many there are by cluster, as swept, and `known` the
    outbreaks on record by cluster. What the Region's outbreak covers begins none of a cluster.
    """
    own, region = known.get(cluster, _NEVER), known.get(REGION, _NEVER)
    incidents = together(wrong, own, cluster, now)
    if cluster and own.phase is Phase.QUIET:
        if region.phase is Phase.QUIET and began(wrong, services, {}, REGION, now).members:
            return Began((), ())
        incidents = [each for each in incidents if not covers(region, each.noticed_at)]
    return Began(incidents, members(incidents, services, own, cluster, now))


def together(wrong: Iterable[Open], outbreak: Incident, cluster: str, now: datetime) -> list[Open]:
    """What began together, the first in front: lately, or with an outbreak that is not over. What was there before
    scaudit has begun nobody knows when."""
    found = [
        each
        for each in wrong
        if not each.baseline
        and each.subject.check != OUTBREAK.id
        and each.place.cluster
        and cluster in (REGION, each.place.cluster)
        and (now - TOGETHER <= each.noticed_at if outbreak.phase is Phase.QUIET else covers(outbreak, each.noticed_at))
    ]
    return sorted(found, key=lambda each: (each.noticed_at, each.place.name, each.subject.check))


def members(
    began: Sequence[Open], services: Mapping[str, int], outbreak: Incident, cluster: str, now: datetime
) -> list[Member] | None:
    """The outbreak's members, the services that fail; none while their share is plausible; None when nobody can tell.

    `services` is how many there are by cluster; those of a cluster that no sweep went through do not count.
    """
    counted = {name: count for name, count in services.items() if cluster in (REGION, name)}
    failing: dict[str, dict[str, Member]] = {}
    for each in began:
        if each.place.cluster in counted:
            member = Member(each.place.name, MemberState.FAIL, now, OUTBREAK.severity, since=each.noticed_at)
            failing.setdefault(each.place.cluster, {}).setdefault(each.place.name, member)
    every = [member for found in failing.values() for member in found.values()]
    known = max(sum(counted.values()), len(every))
    seen = Outbreak(
        services_failing=len(every),
        services_known=known,
        cluster=cluster,
        clusters_failing=sum(2 * len(found) > counted[name] for name, found in failing.items()),
        clusters_known=sum(count > 0 for count in counted.values()),
        services_told=outbreak.told if outbreak.phase is not Phase.QUIET else 0,
    )
    facts = Facts(outbreak=seen if known or not began else Unread("no sweep has counted the services yet"))
    verdict = run(OUTBREAK, facts, member="-", began=None, now=now, scale=1)
    if verdict.status is Status.FAIL:
        return [replace(each, sentence=verdict.sentence, severity=verdict.severity) for each in every]
    return [] if verdict.status is Status.PASS else None


def completed(found: Step, members: Sequence[Member], now: datetime) -> Step:
    """The next step of an outbreak, once nothing can join it any more: it names, again, all that is of it, since it
    speaks in the place of all of them."""
    incident = found.incident
    told, noticed = incident.told_at, incident.noticed_at
    if found.news is not News.NONE or incident.phase is not Phase.OPEN or told is None or noticed is None:
        return found
    joined = any(member.since and member.since > told for member in members)
    if not joined or now < noticed + TOGETHER:
        return found
    grown = replace(incident, told=len(members), told_at=now, growths=incident.growths + 1)
    return Step(grown, News.GREW)


def may_begin(incident: Incident, now: datetime) -> bool:
    """Whether an outbreak that is seen now is the beginning of an incident, too."""
    return incident.noticed_at is not None and not incident.baseline and now - TOGETHER <= incident.noticed_at


def covers(outbreak: Incident, noticed_at: datetime) -> bool:
    """Whether what was noticed at this moment is of an outbreak: it is not over, and this was in its own quarter of an
    hour."""
    if outbreak.phase is Phase.QUIET or outbreak.opened_at is None:
        return False
    return outbreak.opened_at <= noticed_at <= (outbreak.noticed_at or outbreak.opened_at) + TOGETHER


def mutes(outbreak: Incident, incident: Incident, now: datetime) -> bool:
    """Whether an outbreak speaks in the place of an incident of its cluster."""
    if incident.noticed_at is None or incident.baseline or not covers(outbreak, incident.noticed_at):
        return False
    return now < (outbreak.noticed_at or incident.noticed_at) + LONGEST_MUTE
