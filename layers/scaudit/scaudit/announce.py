"""An incident that may have changed: derive it from its members, say what is new, remember what was said."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from aws_lambda_powertools import Logger

from scaudit import publish, report
from scaudit.checks import BY_ID
from scaudit.events import IncidentLook
from scaudit.incidents import Incident, Member, Step, step
from scaudit.items import TOUCH
from scaudit.ledger import Ledger
from scaudit.message import Message, Place, compose
from scaudit.queue import Queue
from scaudit.settings import NotifySettings

logger = Logger(child=True)


class Overtaken(RuntimeError):
    """Another copy of notify wrote the incident first: derive it anew."""


@dataclass(frozen=True, slots=True)
class Announcer:
    """What an announcement touches; `sns` is the boto3 client."""

    ledger: Ledger
    queue: Queue
    sns: Any
    settings: NotifySettings
    clock: Callable[[], datetime]
    write: Callable[[Mapping[str, Any]], None]

    def look(self, pk: str, subject: str, *, due: bool) -> None:
        """Announce what is new about one incident; `due` says that a delayed look brought us here.

        Publishes before it remembers: a crash in between repeats the announcement under the same message id, and
        never loses it. Raises Overtaken when the incident changed meanwhile.
        """
        now = self.clock()
        members = self.ledger.members(pk, subject)
        before, revision = self.ledger.incident(pk, subject)
        settings = self.settings
        severity = None if subject.split("#")[0] in settings.ignore_checks else settings.alert_severity
        news = step(members, before, now, hold_down=settings.hold_down, alert_severity=severity)
        if news.look_again and (due or news.incident != before):
            self.queue.send(IncidentLook(pk, subject), news.look_again)
        if news.news:
            message = self._compose(pk, subject, before, news, members)
            publish.announce(self.sns, settings.topic, message)
            self.write(report.announcement_record(settings.region, message, now))
        for member in news.settled:
            self.ledger.settle(pk, subject, member, now)
        if news.incident != before and not self.ledger.save(pk, subject, news.incident, revision):
            raise Overtaken(f"{pk} {subject}: written by another copy meanwhile")

    def _compose(self, pk: str, subject: str, before: Incident, news: Step, members: Sequence[Member]) -> Message:
        region, cluster, service = pk.split("/")
        check, endpoint = subject.split("#")
        place = Place(
            region=region,
            account=self.settings.topic.split(":")[4],
            cluster=cluster,
            service=service,
            endpoint="" if endpoint == "-" else endpoint,
            audit_log_group=self.settings.audit_log_group,
        )
        return compose(BY_ID[check], place, before, news, members)


def announce_changes(records: Iterable[Mapping[str, Any]], announcer: Announcer) -> list[str]:
    """Look once at each incident that the stream records are about. Returns the sequence numbers of the records
    whose incident could not be dealt with: the stream is read again from the first of them."""
    wanted: dict[tuple[str, str], list[tuple[str, bool]]] = defaultdict(list)
    for record in records:
        change = record["dynamodb"]
        pk, sk = change["Keys"]["pk"]["S"], change["Keys"]["sk"]["S"]
        touched = sk.startswith(TOUCH)
        subject = sk.removeprefix(TOUCH) if touched else sk.rsplit("#", 1)[0]
        wanted[pk, subject].append((change["SequenceNumber"], touched))
    retry: list[str] = []
    for (pk, subject), changes in wanted.items():
        try:
            announcer.look(pk, subject, due=any(touched for _, touched in changes))
        except Exception:  # one incident must not hold up the others; its records come again
            logger.exception("not announced, will be tried again", extra={"key": pk, "subject": subject})
            retry.extend(number for number, _ in changes)
    return retry
