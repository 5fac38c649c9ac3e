"""A batch of queue records: each message to its place, one audit for all, and the ids of those to try again."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from aws_lambda_powertools import Logger

from scaudit.audit import Audit, Edges
from scaudit.collect.reads import Reads
from scaudit.events import ClusterPage, Hopeless, IncidentLook, NotOurs, TaskNudge, parse
from scaudit.judge import Rules
from scaudit.settings import VerifySettings, included

logger = Logger(child=True)


def verify(records: Iterable[Mapping[str, Any]], reads: Reads, edges: Edges, settings: VerifySettings) -> list[str]:
    """Audit what the records are about, grouped by cluster. Returns the ids of the messages to be delivered again:
    whatever could not be recorded is not acknowledged, and the others are not held up by it."""
    rules = Rules(settings.settle_scale, settings.second_look)
    audit = Audit(settings.region, reads, edges, rules)
    nudges: dict[str, dict[str, TaskNudge]] = defaultdict(dict)
    senders: dict[str, list[str]] = defaultdict(list)
    retry: list[str] = []

    def attempt(ids: list[str], work: Callable[[], None]) -> None:
        try:
            work()
        except Exception:  # one group must not sink the batch; its messages come again and end in the dead-letter queue
            logger.exception("not recorded, will be tried again", extra={"message_ids": ids})
            retry.extend(ids)

    for record in records:
        id = record["messageId"]
        try:
            message = parse(record["body"])
        except Hopeless as error:
            reason = str(error)
            attempt([id], lambda record=record, reason=reason: edges.queue.bury(record, reason))  # type: ignore[misc]
            continue
        if isinstance(message, TaskNudge | ClusterPage) and not _ours(message, settings):
            message = NotOurs(f"cluster {message.cluster} in {message.region} is not included")
        match message:
            case TaskNudge():
                known = nudges[message.cluster].get(message.task)
                nudges[message.cluster][message.task] = _merged(message, known)
                senders[message.cluster].append(id)
            case ClusterPage():
                attempt([id], lambda message=message: audit.page(message))  # type: ignore[misc]
            case IncidentLook(key, subject):
                attempt([id], lambda k=key, s=subject: edges.ledger.touch(k, s, edges.clock()))  # type: ignore[misc]
            case NotOurs(reason):
                logger.debug("not ours", extra={"reason": reason})
    for cluster, wanted in nudges.items():
        attempt(senders[cluster], lambda c=cluster, w=wanted: audit.tasks(c, w))  # type: ignore[misc]
    attempt([record["messageId"] for record in records] if not retry else [], audit.close)
    return retry


def _ours(message: TaskNudge | ClusterPage, settings: VerifySettings) -> bool:
    return message.region == settings.region and included(message.cluster, settings.include_clusters)


def _merged(one: TaskNudge, other: TaskNudge | None) -> TaskNudge:
    """Two nudges about one task: the later event's, with every suspicion on record at its first sight."""
    if other is None:
        return one
    newest = max(one, other, key=lambda nudge: (nudge.version, nudge.look))
    suspected = {
        subject: min(n.suspected[subject] for n in (one, other) if subject in n.suspected)
        for subject in {*one.suspected, *other.suspected}
    }
    return TaskNudge(newest.region, newest.cluster, newest.service, newest.task, newest.version, newest.look, suspected)
