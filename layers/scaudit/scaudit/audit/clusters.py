"""Whole clusters, page by page: what only shows when everything is seen."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import TypeVar

from scaudit.audit import records
from scaudit.audit.services import NotNow, Services
from scaudit.audit.tasks import Audit
from scaudit.checks import BY_ID
from scaudit.collect.aws import ecs
from scaudit.judge.scaudit_itself import judge_estate
from scaudit.model import Unread
from scaudit.model.seen import Coverage
from scaudit.queue.messages import ClusterPage, ServiceLook
from scaudit.store.items import Swept
from scaudit.store.keys import estate

T = TypeVar("T")
AT_ONCE = 2 * ecs.SERVICES_PER_CALL
"""Services that are looked at together, so that pages of tasks and of logs are full."""
GIVEN_UP = timedelta(hours=1)
"""A sweep of a cluster that did nothing for so long is lost, and the next one may begin."""
MOST_ATTEMPTS, AGAIN = 3, 60
"""So often, and after so many seconds, services of a page that could not be read are asked for again."""


class Clusters:
    """Goes through clusters, as part of one batch's audit."""

    def __init__(self, audit: Audit, services: Services) -> None:
        self._audit, self._services = audit, services
        self._region, self._reads, self._edges = audit.region, audit.reads, audit.edges

    def page(self, message: ClusterPage) -> None:
        """Audit the services of one page of a cluster, as far as the time allows, and send what is left of the cluster
        on its way. Raises NotNow."""
        if not self._services.has_time():
            self._edges.queue.send(message)
            return
        cluster, names, token = message.cluster, list(message.services), message.token
        if not self._has_turn(message):
            return
        if not names:
            listed = _now(ecs.service_page(self._reads, cluster, token))
            if isinstance(listed, Unread):
                self._end(message)
                return
            names, token = listed
        at = self._edges.clock()
        standing = self._edges.ledger.standing_services(self._region, cluster)
        if not message.services and not message.token:
            for service in sorted(standing - set(names)):
                self._edges.queue.send(ServiceLook(self._region, cluster, service))
        swept = self._services.swept(cluster)
        fresh = BY_ID.keys() - set(swept.checks if swept else ())
        done, put_off = message, list[str]()
        while names and self._services.has_time():
            group, names = names[:AT_ONCE], names[AT_ONCE:]
            before = self._audit.tasks_judged, self._audit.tasks_unread
            meshed, later = self._services.audit(cluster, group, message.chain, standing, fresh)
            verified = self._audit.tasks_judged - before[0]
            unread = self._audit.tasks_unread - before[1] + len(later)
            put_off += later
            done = replace(
                done,
                meshed=done.meshed + meshed,
                running=done.running + verified + unread,
                verified=done.verified + verified,
            )
        if put_off and message.attempt < MOST_ATTEMPTS:
            names += put_off
            done = replace(done, attempt=message.attempt + 1, running=done.running - len(put_off))
        self._edges.write(records.page_record(self._region, done, bool(names or token), at))
        if names or token:
            self._edges.queue.send(replace(done, services=names, token=token), AGAIN if put_off else 0)
        else:
            self._ends(done, at)

    def _has_turn(self, message: ClusterPage) -> bool:
        """Whether this sweep of the cluster may go on: False while an earlier one still does."""
        pk, now = estate(self._region), self._edges.clock()
        return self._edges.ledger.chain(pk, message.cluster, message.chain, now + GIVEN_UP, now)

    def _end(self, message: ClusterPage) -> None:
        """This sweep of the cluster is over."""
        self._edges.ledger.end_chain(estate(self._region), message.cluster, message.chain, self._edges.clock())

    def _ends(self, done: ClusterPage, at: datetime) -> None:
        """A cluster was gone through. That tasks were not verified counts if it was so the last time, too: counts are
        taken while tasks come and go."""
        before = self._services.swept(done.cluster)
        steady = before is not None and before.verified < before.tasks
        coverage = Coverage(done.cluster, done.running, done.verified if steady else done.running)
        self._audit.findings.estate(judge_estate({done.cluster: coverage}, None, at), at)
        self._end(done)
        self._edges.ledger.swept(
            self._region, Swept(done.cluster, done.meshed, done.running, done.verified, tuple(sorted(BY_ID)), at)
        )


def _now(answer: T) -> T:
    """Raise NotNow for what may be read later. A refusal stays as it is: SC902 tells of it."""
    if isinstance(answer, Unread) and not answer.action:
        raise NotNow(answer.reason)
    return answer
