"""Whole clusters, page by page: what only shows when everything is seen."""

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TypeVar

from scaudit.audit import records
from scaudit.audit.region import Audit
from scaudit.audit.services import AT_ONCE
from scaudit.checks import BY_ID
from scaudit.collect.aws import ecs
from scaudit.judge.scaudit_itself import judge_estate
from scaudit.model import Unread
from scaudit.model.seen import Coverage
from scaudit.queue.messages import ClusterPage, ServiceLook
from scaudit.store.items import Swept
from scaudit.store.keys import estate

T = TypeVar("T")
MOST_UNMET = 700
"""Services that a page's message carries the names of: it must fit a message (AWS: SQS, 256 KB)."""
GIVEN_UP = timedelta(hours=1)
"""A sweep of a cluster that did nothing for so long is lost, and the next one may begin."""
MOST_ATTEMPTS, AGAIN = 3, 60
"""So often, and after so many seconds, services of a page that could not be read are asked for again."""


class NotNow(RuntimeError):
    """AWS could not answer what the message is about, and may later: the message is to come again."""


def look_at_services_asked_for(audit: Audit, cluster: str, names: Collection[str], chain: str) -> list[str]:
    """Audit these services of one cluster in full, few at a time; those for whom there is no time are sent for anew,
    since a message that is only given back too often is a dead letter. Returns those that are to be looked at later."""
    later, left = list[str](), list(names)
    while left and audit.has_time():
        group, left = left[:AT_ONCE], left[AT_ONCE:]
        counted = audit.services(cluster, group, chain, group, ())
        later, left = [*later, *counted.later], [*counted.left, *left]
    for name in left:
        audit.edges.queue.send(ServiceLook(audit.region, cluster, name))
    return later


def look_at_page(audit: Audit, message: ClusterPage) -> None:
    """Audit the services of one page of a cluster, as far as the time allows, and send what is left of the cluster
    on its way. Raises NotNow."""
    if not audit.has_time():
        audit.edges.queue.send(message)
        return
    cluster, names, token = message.cluster, list(message.services), message.token
    if not _has_turn(audit, message):
        return
    if not names:
        listed = now(ecs.service_page(audit.reads, cluster, token))
        if isinstance(listed, Unread):
            _end(audit, message)
            return
        names, token = listed
        unmet = message.unmet if message.token else audit.remembered_services(cluster)
        message = replace(message, unmet=sorted(set(unmet) - set(names))[:MOST_UNMET])
    at = audit.edges.clock()
    standing = audit.edges.ledger.standing_services(audit.region, cluster)
    if not message.services and not message.token:
        for service in sorted(standing - set(names)):
            audit.edges.queue.send(ServiceLook(audit.region, cluster, service))
    swept = audit.swept(cluster)
    fresh = BY_ID.keys() - set(swept.checks if swept else ())
    done, put_off = message, list[str]()
    while names and audit.has_time():
        group, names = names[:AT_ONCE], names[AT_ONCE:]
        counted = audit.services(cluster, group, message.chain, standing, fresh)
        put_off += counted.later
        names = [*counted.left, *names]
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


def _ends(audit: Audit, done: ClusterPage, at: datetime) -> None:
    """A cluster was gone through. That tasks were not verified counts if it was so the last time, too: counts are
    taken while tasks come and go."""
    before = audit.swept(done.cluster)
    steady = before is not None and before.verified < before.tasks
    coverage: Coverage | Unread = Coverage(done.cluster, done.running, done.verified if steady else done.running)
    if done.unread and done.verified >= done.running:
        coverage = Unread(f"{done.unread} services of cluster {done.cluster} could not be described")
    audit.recorder.itself(judge_estate({done.cluster: coverage}, None, at), at)
    _end(audit, done)
    for service in done.unmet:  # gone: how it stood is to be forgotten
        audit.edges.queue.send(ServiceLook(audit.region, done.cluster, service))
    audit.edges.ledger.swept(
        audit.region, Swept(done.cluster, done.meshed, done.running, done.verified, tuple(sorted(BY_ID)), at)
    )


def now(answer: T) -> T:
    """The answer. A refusal is one, SC902 tells of it, and so is what has an unknown shape, of which SC901 tells.
    Raises NotNow for what may be read later."""
    if isinstance(answer, Unread) and not answer.action and not answer.odd:
        raise NotNow(answer.reason)
    return answer
