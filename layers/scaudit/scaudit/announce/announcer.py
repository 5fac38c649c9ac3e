"""An incident that may have changed: derive it from its members, see what is new, and who is to say it."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from aws_lambda_powertools import Logger

from scaudit.announce import records
from scaudit.announce.digests import Digests
from scaudit.announce.outbox import Outbox
from scaudit.announce.pool import UNSAID, Fate, Withheld
from scaudit.announce.storm import SUBJECT as OUTBREAK
from scaudit.announce.storm import Storm
from scaudit.announce.words import incident, test_alert
from scaudit.announce.words.incident import Where
from scaudit.announce.words.message import Message
from scaudit.checks import BY_ID
from scaudit.checks.check import Check
from scaudit.model import Severity
from scaudit.model.incidents import Incident, News, Phase
from scaudit.model.life import Step, step
from scaudit.model.places import Place, Subject
from scaudit.queue.messages import IncidentLook
from scaudit.queue.queue import Queue
from scaudit.settings import NotifySettings
from scaudit.store.items import Kept
from scaudit.store.keys import BASELINE, CANARY, DIGEST, REMINDER, TOUCH, member_of, subject_of
from scaudit.store.ledger import Ledger

logger = Logger(child=True)


class Announcer:
    """Announces what is new. `sns` is the boto3 client, `write` takes the record of an announcement."""

    def __init__(
        self,
        ledger: Ledger,
        withheld: Withheld,
        queue: Queue,
        sns: Any,  # noqa: ANN401
        settings: NotifySettings,
        clock: Callable[[], datetime],
        write: Callable[[Mapping[str, Any]], None],
    ) -> None:
        self._ledger, self._withheld, self._queue = ledger, withheld, queue
        self._settings, self._clock, self._write = settings, clock, write
        self._outbox = Outbox(ledger, withheld, queue, sns, settings, write)
        self._storm = Storm(self._outbox)
        self._digests = Digests(self._outbox, self._storm)

    def look(self, place: Place, subject: Subject | str, *, due: bool) -> None:
        """Announce what is new about one incident; `due` says that a delayed look brought us here.

        Raises Overtaken when the incident changed meanwhile, and whatever AWS raises.
        """
        now = self._clock()
        kept = self._ledger.incident(place, subject)
        if kept.outbox:
            if not self._outbox.deliver(place, subject, kept, now):
                return
            kept = self._ledger.incident(place, subject)
        if subject in (DIGEST, BASELINE, REMINDER):
            self._digests.look(subject, kept, now)
        elif subject == CANARY:
            self._write(records.heartbeat_record(self._settings.region, now))
        elif isinstance(subject, str):  # a test alert: whatever the severity and the budget
            told = test_alert.announcement(subject, self._settings.region, self._outbox.account)
            self._outbox.publish(told, now)
        else:
            self._incident(place, subject, kept, now, due=due)

    def _incident(self, place: Place, subject: Subject, kept: Kept, now: datetime, *, due: bool) -> None:
        settings, before = self._settings, kept.incident
        began = self._storm.together(before, now) if subject == OUTBREAK else None
        members = self._ledger.members(place, subject) if began is None else self._storm.members(began, now)
        if members is None:
            return
        found = step(
            members,
            before,
            now,
            hold_down=settings.hold_down,
            alert_severity=None if subject.check in settings.ignore_checks else settings.alert_severity,
            gather=settings.announce_delay if began is None else 0,
        )
        if found.look_again and (due or found.incident != before):
            self._queue.send(IncidentLook(place.key, subject.key), found.look_again)
        if found.news is News.NONE or self._was_told_already(place, subject, before, found):
            if found.incident != before:
                self._outbox.save(place, subject, kept, found.incident)
        else:
            known = BY_ID.get(subject.check) or _retired(subject.check)
            told = incident.announcement(known, self._where(place, subject), before, found, members, began)
            told = replace(told, digest=self._digest(place, subject, found, told, now))
            self._outbox.say(place, subject, kept, found.incident, told, now)
        for member in found.settled:  # last: until it is said why an incident is over, the members must tell
            self._ledger.settle(place, subject, member, now)
        self._consider_the_storm(subject, before, found, now)

    def _was_told_already(self, place: Place, subject: Subject, before: Incident, found: Step) -> bool:
        """Whether an incident that more than the baseline speaks of now was told with the baseline."""
        if found.news is not News.OPENED or not before.told:
            return False
        entries = self._withheld.of(place, subject)
        mine = [each for each in entries if each.digest == BASELINE and each.episode == before.episode]
        return not any(each.fate in (Fate.WAITING, Fate.ALONE) for each in mine)

    def _digest(self, place: Place, subject: Subject, found: Step, told: Message, now: datetime) -> str:
        """The digest that an announcement is to be left to; none when it may be said alone. An outbreak always may;
        the rest must let it, and what already waits of the same incident, go first, and then fit the budget."""
        if subject == OUTBREAK:
            return ""
        if found.news is News.OPENED and found.incident.baseline:
            return BASELINE
        over = found.news is News.RESOLVED
        unsaid = [e for e in self._withheld.of(place, subject) if e.fate in UNSAID]
        if over:  # what only waits is taken back
            waits = any(each.fate is Fate.TAKEN or each.state == "resolved" for each in unsaid)
        else:
            waits = any(each.digest == DIGEST for each in unsaid)
        if waits or (not over and self._storm.stands(now)) or not self._withheld.spend(self._settings.region, now):
            return DIGEST
        return ""

    def _consider_the_storm(self, subject: Subject, before: Incident, found: Step, now: datetime) -> None:
        if subject == OUTBREAK and found.news is News.RESOLVED:
            self._storm.over(now)
        elif before.phase is Phase.OPEN and found.incident.phase is Phase.CLEAR:
            self._storm.abates()

    def _where(self, place: Place, subject: Subject) -> Where:
        return Where(place, subject.endpoint, self._outbox.account, self._settings.audit_log_group)


def _retired(id: str) -> Check:
    """A check that is no longer in the catalogue: what is left to say of it is that its incident is closed."""
    return Check(id, f"check {id}", about="", severity=Severity.ERROR, fix="", judge=lambda: iter(()))


def announce_changes(records: Iterable[Mapping[str, Any]], announcer: Announcer) -> list[str]:
    """Look once at each incident that the stream records are about. Returns the sequence numbers of the records
    whose incident could not be dealt with: the stream is read again from the first of them."""
    wanted: dict[tuple[Place, Subject | str], list[tuple[str, bool]]] = defaultdict(list)
    for record in records:
        change = record["dynamodb"]
        place, sk = Place.of(change["Keys"]["pk"]["S"]), change["Keys"]["sk"]["S"]
        touched = sk.startswith(TOUCH)
        subject = subject_of(sk.removeprefix(TOUCH)) if touched else member_of(sk)[0]
        wanted[place, subject].append((change["SequenceNumber"], touched))
    retry: list[str] = []
    for (place, subject), changes in wanted.items():
        try:
            announcer.look(place, subject, due=any(touched for _, touched in changes))
        except Exception:  # one incident must not hold up the others; its records come again
            logger.exception("not announced, will be tried again", extra={"key": place.key, "subject": str(subject)})
            retry.extend(number for number, _ in changes)
    return retry
