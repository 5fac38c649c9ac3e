"""One message about many incidents: what was left to it, what was there already, what still is."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import islice

from scaudit.announce.outbox import Outbox
from scaudit.announce.outbreak import Outbreak
from scaudit.announce.pool import Entry, Fate, Pool, baseline_due, digest_wait
from scaudit.announce.words import summary
from scaudit.announce.words.announcement import Announcement
from scaudit.model.incidents import Open, Phase
from scaudit.store.changes import Digest, DigestDue
from scaudit.store.items import DigestState, Kept
from scaudit.store.ledger import Ledger

MOST_COVERED = 2000
"""Announcements that one digest covers: their keys must fit its item (AWS: 400 KB), their marks the function's time."""
DAY = timedelta(hours=24)


def reminder_due(still: Iterable[Open]) -> datetime:
    """When to remind for the first time of what is still open: a day after the oldest of it was told."""
    return min(each.told_at for each in still if each.told_at) + DAY


@dataclass(frozen=True, slots=True)
class Digests:
    """The digests and the reminders of one stack, which is in `account`."""

    ledger: Ledger
    pool: Pool
    account: str
    outbox: Outbox
    outbreak: Outbreak

    def look(self, due: DigestDue, now: datetime) -> None:
        """Say what is to be said by now. What comes into the pool meanwhile is for the next one. Raises Overtaken when
        another copy was faster, and whatever AWS raises."""
        kept = self.outbox.emptied(due, now)
        if kept is None:
            return
        if due.digest is Digest.REMINDER:
            self._remind(due, kept, now)
        else:
            self._gather(due, kept, now)

    def _gather(self, due: DigestDue, kept: Kept[DigestState], now: datetime) -> None:
        waiting = self.pool.waiting(due.region, due.digest)
        if waiting and self.outbreak.stands(now):
            if not kept.state.on_its_way:
                self.outbox.save(due, kept, DigestState(on_its_way=True))
            return
        if waiting and due.digest is Digest.BASELINE and now < baseline_due(waiting):
            self.outbox.send_for(due, kept, int((baseline_due(waiting) - now).total_seconds()) + 1)
            return
        self._say(due, kept, list(islice(filter(self._holds, waiting), MOST_COVERED)), now)
        if self.pool.waiting(due.region, due.digest):
            self.outbox.send_for(due, self.ledger.digest(due), digest_wait(due.digest, now))

    def _say(self, due: DigestDue, kept: Kept[DigestState], waiting: list[Entry], now: datetime) -> None:
        taken = [e for e in waiting if e.fate is Fate.TAKEN or self.pool.take(due.region, e, Fate.TAKEN, now)]
        if taken:
            self.outbox.say(due, kept, DigestState(), self._words(due, taken), now)
        elif kept.state.on_its_way:
            self.outbox.save(due, kept, DigestState())

    def _holds(self, entry: Entry) -> bool:
        """Whether it is still so. What is not open is over soon, and nobody needs to hear of it, or it fails again."""
        if entry.fate is Fate.TAKEN or entry.state == "resolved":
            return True
        of = entry.incident
        return self.ledger.incident(of.place, of.subject).state.phase is Phase.OPEN

    def _words(self, due: DigestDue, entries: list[Entry]) -> Announcement:
        waited = [(entry.key, entry.data) for entry in entries]
        if due.digest is Digest.OVERFLOW:
            return summary.digest(waited, due.region, self.account)
        estate = self.ledger.estate(due.region).values()
        return summary.baseline(waited, due.region, self.account, sum(each.services for each in estate))

    def _remind(self, due: DigestDue, kept: Kept[DigestState], now: datetime) -> None:
        if kept.state.told_at and now < kept.state.told_at + DAY:
            return
        unsaid = {(e.incident.place, e.incident.subject) for e in self.pool.waiting(due.region)}
        opened = self.ledger.open_incidents(due.region)
        still = [each for each in opened if each.told_at and (each.place, each.subject) not in unsaid]
        if still and now >= reminder_due(still):
            told = summary.reminder(still, now, due.region, self.account)
            self.outbox.say(due, kept, replace(kept.state, told_at=now), told, now)
