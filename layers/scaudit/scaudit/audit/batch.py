"""A batch of queue records: each message to its place, one audit for all, and the ids of those to try again."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from aws_lambda_powertools import Logger

from scaudit.audit.clusters import Clusters
from scaudit.audit.context import Edges
from scaudit.audit.self_watch import look_at_itself, pass_canary, pass_rehearsal
from scaudit.audit.services import Services
from scaudit.audit.tasks import Audit
from scaudit.collect.aws.reads import Reads
from scaudit.judge.rules import Rules
from scaudit.queue.bodies import parse
from scaudit.queue.messages import (
    Canary,
    ClusterPage,
    Hopeless,
    IncidentLook,
    Message,
    NotOurs,
    OwnLook,
    Rehearsal,
    ServiceLook,
    TaskNudge,
)
from scaudit.settings import VerifySettings, included

logger = Logger(child=True)


def verify(records: Sequence[Mapping[str, Any]], reads: Reads, edges: Edges, settings: VerifySettings) -> list[str]:
    """Audit what the records are about, grouped by cluster. Returns the ids of the messages to be delivered again:
    whatever could not be recorded is not acknowledged, and the others are not held up by it."""
    audit = Audit(
        settings.region, reads, edges, Rules(settings.settle_scale, settings.second_look, settings.start_deadline)
    )
    services = Services(audit)
    clusters = Clusters(audit, services)
    nudges: dict[str, dict[str, TaskNudge]] = defaultdict(dict)
    senders: dict[str, list[str]] = defaultdict(list)
    looks: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    pages: list[tuple[ClusterPage, str]] = []
    retry: set[str] = set()

    def attempt(ids: Sequence[str], work: Callable[[], None]) -> None:
        try:
            work()
        except Exception:  # one group must not sink the batch; its messages come again and end in the dead-letter queue
            logger.exception("not recorded, will be tried again", extra={"message_ids": ids})
            retry.update(ids)

    for record in records:
        id = record["messageId"]
        try:
            message = parse(record["body"])
        except Hopeless as error:
            attempt([id], partial(edges.queue.bury, record, str(error)))
            continue
        match message if _ours(message, settings) else NotOurs("another Region, or a cluster that is not included"):
            case TaskNudge() as nudge:
                nudge = nudge if nudge.chain else replace(nudge, chain=id)
                known = nudges[nudge.cluster].get(nudge.task)
                nudges[nudge.cluster][nudge.task] = _merged(nudge, known) if known else nudge
                senders[nudge.cluster].append(id)
            case ClusterPage() as page:
                pages.append((page if page.chain else replace(page, chain=id), id))
            case ServiceLook() as look:
                looks[look.cluster][look.service].append(id)
            case OwnLook():
                attempt([id], partial(look_at_itself, audit, settings.topic))
            case Canary() as canary:
                attempt([id], partial(pass_canary, canary, edges))
            case Rehearsal() as asked:
                attempt([id], partial(pass_rehearsal, asked, edges))
            case IncidentLook(key, subject):
                attempt([id], partial(edges.ledger.touch, key, subject, edges.clock()))
            case NotOurs(reason):
                logger.debug("not ours", extra={"reason": reason})
    for cluster, tasks in nudges.items():
        attempt(senders[cluster], partial(audit.tasks, cluster, tasks))
    for cluster, wanted in looks.items():
        ids = [id for found in wanted.values() for id in found]
        attempt(ids, partial(services.look, cluster, list(wanted), ids[0]))
    for page, id in pages:  # last: they take what time is left
        attempt([id], partial(clusters.page, page))
    attempt([record["messageId"] for record in records], audit.finish)
    return sorted(retry)


def _ours(message: Message, settings: VerifySettings) -> bool:
    if isinstance(message, NotOurs | IncidentLook):
        return True
    if message.region != settings.region:
        return False
    return isinstance(message, OwnLook | Canary | Rehearsal) or included(message.cluster, settings.include_clusters)


def _merged(one: TaskNudge, other: TaskNudge) -> TaskNudge:
    """Two nudges about one task: the later event's, with every suspicion on record at its first sight."""
    newest = max(one, other, key=lambda nudge: (nudge.version, nudge.look))
    suspected = {
        subject: min(nudge.suspected[subject] for nudge in (one, other) if subject in nudge.suspected)
        for subject in {*one.suspected, *other.suspected}
    }
    return replace(newest, suspected=suspected)
