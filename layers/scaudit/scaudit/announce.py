"""An incident that may have changed: derive it from its members, say what is new, remember what was said.

What is said is first written into the incident's outbox, then published, then marked as said. So it is never lost,
it is said twice only when a crash comes between publishing and marking, and then to the letter as before.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from aws_lambda_powertools import Logger

from scaudit import compose, message, publish, rehearsal, report
from scaudit.check import Check
from scaudit.checks import BY_ID
from scaudit.compose import Place
from scaudit.events import TEST, IncidentLook
from scaudit.incidents import Incident, News, Phase, step
from scaudit.items import TOUCH, Kept
from scaudit.ledger import Ledger
from scaudit.message import Message
from scaudit.model import Severity
from scaudit.queue import Queue
from scaudit.self_watch import CANARY
from scaudit.settings import NotifySettings
from scaudit.withheld import DIGEST, WINDOW, Withheld, storm

LEASE = 150
"""Seconds for which an outbox belongs to the copy of notify that filled it: longer than the function may run."""
logger = Logger(child=True)


class Overtaken(RuntimeError):
    """Another copy of notify wrote the incident first: derive it anew."""


@dataclass(frozen=True, slots=True)
class Announcer:
    """What an announcement touches; `sns` is the boto3 client."""

    ledger: Ledger
    withheld: Withheld
    queue: Queue
    sns: Any
    settings: NotifySettings
    clock: Callable[[], datetime]
    write: Callable[[Mapping[str, Any]], None]

    def look(self, pk: str, subject: str, *, due: bool) -> None:
        """Announce what is new about one incident; `due` says that a delayed look brought us here.

        Raises Overtaken when the incident changed meanwhile, and whatever AWS raises.
        """
        now = self.clock()
        kept = self.ledger.incident(pk, subject)
        if kept.outbox:
            if not self._delivered(pk, subject, kept, now):
                return
            kept = self.ledger.incident(pk, subject)
        if subject == DIGEST:
            self._digest(pk, kept, now)
        elif subject == CANARY:
            self.write(report.heartbeat_record(self.settings.region, now))
        elif subject.startswith(TEST):
            self._rehearse(subject, now)
        else:
            self._incident(pk, subject, kept, now, due=due)

    def _incident(self, pk: str, subject: str, kept: Kept, now: datetime, *, due: bool) -> None:
        settings, before = self.settings, kept.incident
        check, endpoint = subject.split("#")
        members = self.ledger.members(pk, subject)
        severity = None if check in settings.ignore_checks else settings.alert_severity
        found = step(
            members,
            before,
            now,
            hold_down=settings.hold_down,
            alert_severity=severity,
            gather=settings.announce_delay,
        )
        if found.look_again and (due or found.incident != before):
            self.queue.send(IncidentLook(pk, subject), found.look_again)
        if found.news is not News.NONE:
            known = BY_ID.get(check) or _retired(check)
            told = compose.announcement(known, self._place(pk, endpoint), before, found, members)
            self._tell(pk, subject, kept, found.incident, told, now)
        elif found.incident != before:
            self._save(pk, subject, kept, found.incident)
        for member in found.settled:  # last: until it is said why an incident is over, the members must tell
            self.ledger.settle(pk, subject, member, now)

    def _tell(self, pk: str, subject: str, kept: Kept, incident: Incident, told: Message, now: datetime) -> None:
        """Say it, or put it into the pool when the budget is used up."""
        region = self.settings.region
        if not self.withheld.holds(region, told.id) and self.withheld.spend(region, now):
            self._say(pk, subject, kept, incident, message.dump(told), now)
        else:
            self._withhold(told, now)
            self._save(pk, subject, kept, incident)

    def _say(self, pk: str, subject: str, kept: Kept, incident: Incident, outbox: str, now: datetime) -> None:
        """Take the outbox, publish what is in it, mark it as said. Of several copies that find an abandoned one, one
        takes it."""
        filled = self._save(pk, subject, kept, incident, outbox, now)
        try:
            self._publish(pk, subject, filled, now)
        except Exception:  # this copy lives on and gives the outbox up, so that its retry need not wait for the lease
            with suppress(Overtaken):
                self._save(pk, subject, filled, incident, filled.outbox)
            raise

    def _publish(self, pk: str, subject: str, filled: Kept, now: datetime) -> None:
        """Publish what an outbox holds, then mark it as said."""
        told = message.load(filled.outbox)
        publish.announce(self.sns, self.settings.topic, told)
        self.write(report.announcement_record(self.settings.region, told, now))
        self.withheld.remove(self.settings.region, told.covers)
        self._save(pk, subject, filled, filled.incident)

    def _rehearse(self, subject: str, now: datetime) -> None:
        """Say the test alert, whatever the severity and the budget. A crash in between repeats it to the letter."""
        region, topic = self.settings.region, self.settings.topic
        told = rehearsal.announcement(subject, region, topic.split(":")[4])
        publish.announce(self.sns, topic, told)
        self.write(report.announcement_record(region, told, now))

    def _delivered(self, pk: str, subject: str, kept: Kept, now: datetime) -> bool:
        """Deliver an outbox that was left behind; while it may still be in its writer's hands, look again later."""
        if kept.outbox_at and now < kept.outbox_at + timedelta(seconds=LEASE):
            self.queue.send(IncidentLook(pk, subject), LEASE)
            return False
        self._say(pk, subject, kept, kept.incident, kept.outbox, now)
        return True

    def _withhold(self, told: Message, now: datetime) -> None:
        """Over budget: into the pool, and a digest is sent for unless one is on its way already."""
        region = self.settings.region
        self.withheld.add(region, told.id, told.data | {"subject": told.subject}, now)
        digest = self.ledger.incident(storm(region), DIGEST)
        if not digest.incident.told:
            self._send_for_digest(digest, now)

    def _send_for_digest(self, kept: Kept, now: datetime) -> None:
        pk = storm(self.settings.region)
        self.queue.send(IncidentLook(pk, DIGEST), WINDOW - int(now.timestamp()) % WINDOW)
        self._save(pk, DIGEST, kept, replace(kept.incident, phase=Phase.OPEN, told=1))

    def _digest(self, pk: str, kept: Kept, now: datetime) -> None:
        """Say in one message what was withheld. What comes into the pool meanwhile is for the next one."""
        region = self.settings.region
        waiting = self.withheld.waiting(region)
        idle = replace(kept.incident, phase=Phase.QUIET, told=0)
        if waiting:
            told = compose.digest(waiting, region, self.settings.topic.split(":")[4])
            self._say(pk, DIGEST, kept, idle, message.dump(told), now)
        elif kept.incident.told:
            self._save(pk, DIGEST, kept, idle)
        if self.withheld.waiting(region):
            self._send_for_digest(self.ledger.incident(pk, DIGEST), now)

    def _save(
        self, pk: str, subject: str, kept: Kept, incident: Incident, outbox: str = "", at: datetime | None = None
    ) -> Kept:
        after = Kept(incident, kept.revision + 1, outbox, at)
        if not self.ledger.save(pk, subject, after):
            raise Overtaken(f"{pk} {subject}: written by another copy meanwhile")
        return after

    def _place(self, pk: str, endpoint: str) -> Place:
        region, cluster, service = pk.split("/")
        return Place(
            region=region,
            account=self.settings.topic.split(":")[4],
            cluster=cluster,
            service=service,
            endpoint="" if endpoint == "-" else endpoint,
            audit_log_group=self.settings.audit_log_group,
        )


def _retired(id: str) -> Check:
    """A check that is no longer in the catalogue: what is left to say of it is that its incident is closed."""
    return Check(id, f"check {id}", about="", severity=Severity.ERROR, fix="", judge=lambda: iter(()))


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
