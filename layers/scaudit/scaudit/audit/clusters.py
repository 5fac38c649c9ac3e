"""Whole clusters, page by page: what only shows when everything is seen."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from scaudit.audit import records
from scaudit.audit.region import Audit
from scaudit.audit.services import AT_ONCE
from scaudit.checks import BY_ID
from scaudit.collect.aws import ecs
from scaudit.judge.scaudit_itself import judge_estate
from scaudit.model import Unread
from scaudit.model.places import Subject
from scaudit.model.seen import Coverage
from scaudit.queue.messages import ClusterPage, RegionSweep, ServiceLook
from scaudit.store.items import Swept
from scaudit.store.keys import estate, itself

MOST_UNMET = 700
"""Services that a page's message carries the names of: it must fit a message (AWS: SQS, 256 KB)."""
GIVEN_UP = timedelta(hours=1)
"""A sweep of a cluster that did nothing for so long is lost, and the next one may begin."""
MOST_ATTEMPTS, AGAIN = 3, 60
"""So often, and after so many seconds, services that could not be read, or listed, are asked for again."""
LONG = timedelta(days=1)
"""What is not verified for so long is no passing trouble of AWS's."""


def look_at_services_asked_for(audit: Audit, looks: Mapping[str, ServiceLook], cluster: str, chain: str) -> list[str]:
    """Audit these services of one cluster, by name, in full, few at a time. Those for whom there is no time, or whom
    AWS does not describe now, are sent for anew: a message that is only given back too often is a dead letter. What is
    still not described is left to the sweeps, which count it (SC904). Returns those of which something could not be
    written."""
    unwritten, left = list[str](), list(looks)
    while left and audit.has_time():
        group, left = left[:AT_ONCE], left[AT_ONCE:]
        counted = audit.services(cluster, group, chain, group, ())
        unwritten += counted.unwritten
        for look in (looks[name] for name in counted.unanswered):
            if look.attempt < MOST_ATTEMPTS:
                audit.edges.queue.send(replace(look, attempt=look.attempt + 1), AGAIN)
    for name in left:
        audit.edges.queue.send(looks[name])
    return unwritten


def look_at_page(audit: Audit, message: ClusterPage) -> None:
    """Audit the services of one page of a cluster, as far as the time allows, and send what is left of the cluster
    on its way."""
    if not audit.has_time():
        audit.edges.queue.send(message)
        return
    cluster, names, token = message.cluster, list(message.services), message.token
    if not _has_turn(audit, message):
        return
    if not names:
        listed = ecs.service_page(audit.reads, cluster, token)
        if isinstance(listed, Unread):
            _not_listed(audit, message, listed)
            return
        names, token = listed
        unmet = message.unmet if message.token else audit.remembered_services(cluster, names)
        message = replace(message, unmet=sorted(set(unmet) - set(names))[:MOST_UNMET])
    at = audit.edges.clock()
    standing = audit.edges.ledger.standing_services(audit.region, cluster)
    if not message.services and not message.token:
        for service in sorted(standing - set(names)):
            audit.edges.queue.send(ServiceLook(audit.region, cluster, service))
    fresh = audit.fresh(cluster)
    done, put_off = message, list[str]()
    while names and audit.has_time():
        group, names = names[:AT_ONCE], names[AT_ONCE:]
        counted = audit.services(cluster, group, message.chain, standing, fresh)
        put_off += [*counted.unanswered, *counted.unwritten]
        done = replace(
            done,
            meshed=done.meshed + counted.meshed,
            running=done.running + counted.running,
            verified=done.verified + counted.verified,
            unread=done.unread + counted.unread,
        )
    if put_off and message.attempt < MOST_ATTEMPTS:
        names += put_off
        done = replace(done, attempt=message.attempt + 1)
    else:  # a task of each at least
        done = replace(done, running=done.running + len(put_off))
    audit.edges.write(records.page_record(audit.region, done, bool(names or token), at))
    if names or token:
        audit.edges.queue.send(replace(done, services=names, token=token), AGAIN if put_off else 0)
    else:
        _ends(audit, done, at)


def _has_turn(audit: Audit, message: ClusterPage) -> bool:
    """Whether this sweep of the cluster may go on: False while an earlier one still does."""
    place, now = estate(audit.region), audit.edges.clock()
    return audit.edges.ledger.chain(place, message.cluster, message.chain, now + GIVEN_UP, now)


def _end(audit: Audit, message: ClusterPage) -> None:
    """This sweep of the cluster is over."""
    audit.edges.ledger.end_chain(estate(audit.region), message.cluster, message.chain, audit.edges.clock())


def _not_listed(audit: Audit, message: ClusterPage, why: Unread) -> None:
    """The services of a page are not known. What may be listed later is asked for again, and else left to the next
    sweep: when there was no whole one for an hour nothing was verified for as long, or nothing ever."""
    if asked_again(audit, message, why):
        return
    may_be = _may_be_told(why)
    cluster, at, before = message.cluster, audit.edges.clock(), audit.swept(message.cluster)
    running = max(before.tasks if before else 0, message.running)
    if may_be and (before is None or at - before.at > GIVEN_UP):
        unlisted = "" if message.verified < running else why.reason  # where none ran, or all were met, more may by now
        _covered(audit, Coverage(cluster, running, message.verified, unlisted=unlisted), at)
    _end(audit, message)


def asked_again(audit: Audit, message: ClusterPage | RegionSweep, why: Unread) -> bool:
    """Send for what could not be listed once more, unless that was done too often: what is left is the next sweep's,
    and no dead letter."""
    if not _may_be_told(why) or message.attempt >= MOST_ATTEMPTS:
        return False
    audit.edges.queue.send(replace(message, attempt=message.attempt + 1), AGAIN)
    return True


def _may_be_told(why: Unread) -> bool:
    """Whether AWS may answer later; of what is refused SC902 tells, and of a shape that is not known SC901."""
    return not why.action and not why.odd


def _covered(audit: Audit, coverage: Coverage, at: datetime) -> None:
    """Keep how much of a cluster was verified, and since when that is too little where it is so for a day."""
    place = itself(audit.region)
    stood = audit.standing[place].get(Subject("SC904"), {}).get(coverage.cluster)
    if stood and stood.since and at - stood.since >= LONG:
        coverage = replace(coverage, short_since=stood.since)
    audit.recorder.itself(judge_estate({coverage.cluster: coverage}, None, at), at)


def _ends(audit: Audit, done: ClusterPage, at: datetime) -> None:
    """A cluster was gone through. That tasks were not verified counts if it was so the last time, too: counts are
    taken while tasks come and go."""
    before = audit.swept(done.cluster)
    steady = before is not None and before.verified < before.tasks
    if done.unread and done.verified >= done.running:
        unread = Unread(f"{done.unread} services of cluster {done.cluster} could not be described")
        audit.recorder.itself(judge_estate({done.cluster: unread}, None, at), at)
    else:
        _covered(audit, Coverage(done.cluster, done.running, done.verified if steady else done.running), at)
    _end(audit, done)
    for service in done.unmet:  # gone: how it stood is to be forgotten
        audit.edges.queue.send(ServiceLook(audit.region, done.cluster, service))
    audit.edges.ledger.swept(
        audit.region, Swept(done.cluster, done.meshed, done.running, done.verified, tuple(sorted(BY_ID)), at)
    )
