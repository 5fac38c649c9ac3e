"""A batch of stream records: each change to its place, once."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any

from scaudit.announce.digests import Digests
from scaudit.announce.incidents import Incidents
from scaudit.announce.outbox import Outbox
from scaudit.announce.outbreak import Outbreaks
from scaudit.announce.pool import Pool
from scaudit.announce.publish import Publisher
from scaudit.announce.records import heartbeat_record
from scaudit.announce.withholding import Withholding
from scaudit.announce.words import test_alert
from scaudit.attempts import Attempts
from scaudit.queue.queue import Queue
from scaudit.settings import NotifySettings
from scaudit.store.changes import AlertTestAsked, CanaryPassed, Digest, DigestDue, IncidentChanged, gathered
from scaudit.store.ledger import Ledger
from scaudit.values import dataclass


@dataclass(frozen=True, slots=True)
class Edges:
    """Everything outside the core that notify touches; `sns` and `events` are boto3 clients (no `events` where no bus
    is named), `write` takes a record."""

    ledger: Ledger
    pool: Pool
    queue: Queue
    sns: Any
    events: Any
    clock: Callable[[], datetime]
    write: Callable[[Mapping[str, Any]], None]


def notify(records: Iterable[Mapping[str, Any]], edges: Edges, settings: NotifySettings) -> list[str]:
    """Announce what is new about whatever the stream records tell of, each incident once. Returns the sequence numbers
    of those that could not be dealt with: the stream is read again from the first of them."""
    publisher = Publisher(edges.sns, edges.events, edges.queue, settings, edges.write)
    outbox = Outbox(edges.ledger, edges.pool, edges.queue, publisher)
    outbreaks = Outbreaks(edges.ledger, edges.queue, settings)
    incidents = Incidents(edges.ledger, edges.queue, settings, outbox, Withholding(edges.pool, outbreaks), outbreaks)
    digests = Digests(edges.ledger, edges.pool, settings.account, outbox, outbreaks)
    attempt = Attempts("not announced")
    for change, numbers in gathered(records, attempt):
        with attempt(numbers):
            now = edges.clock()
            match change:
                case IncidentChanged():
                    incidents.look(change, now)
                case DigestDue():
                    digests.look(change, now)
                case CanaryPassed():
                    edges.ledger.digest(DigestDue(change.region, Digest.REMINDER))  # the table must answer
                    edges.write(heartbeat_record(change.region, now, home=settings.region))
                case AlertTestAsked():  # whatever the severity and the budget
                    publisher.publish(test_alert.write(change, settings.account), now)
    return sorted(attempt.failed)
