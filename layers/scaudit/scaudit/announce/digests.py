"""One message about many incidents: what was left to it, what was there already, what still is."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import islice

from scaudit.announce.outbox import Outbox
from scaudit.announce.outbreak import Outbreaks
from scaudit.announce.pool import Entry, Fate, Pool, baseline_due, digest_wait
from scaudit.announce.words import summary
from scaudit.announce.words.announcement import Announcement
from scaudit.judge.outbreak import REGION, mutes
from scaudit.model.incidents import Open, Phase
from scaudit.store.changes import Digest, DigestDue
from scaudit.store.items import DigestState, Kept
from scaudit.store.ledger import Ledger
from scaudit.values import dataclass

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
    outbreaks: Outbreaks

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
        if waiting and due.digest is Digest.BASELINE and now < baseline_due(waiting):
            self.outbox.send_for(due, kept, int((baseline_due(waiting) - now).total_seconds()) + 1)
            return
        muted, free = self._muted(due.region, waiting, now)
        # The end of an outbreak wakes its digest; should that get lost, or its day be over, a sweep does.
        state = DigestState(waits=bool(muted))
        self._say(due, kept, state, list(islice(filter(self._holds, free), MOST_COVERED)), now)
        if any(each.key not in muted for each in self.pool.waiting(due.region, due.digest)):
            self.outbox.send_for(due, self.ledger.digest(due), digest_wait(due.digest, now))

    def _muted(self, region: str, waiting: Sequence[Entry], now: datetime) -> tuple[set[str], list[Entry]]:
        """The keys of what waits for the outbreak that it is of to be over, and the rest."""
        standing = self.outbreaks.known(region) if waiting else {}

        def muted(entry: Entry) -> bool:
            scopes = {REGION, entry.incident.place.cluster} & standing.keys()
            if entry.fate is Fate.TAKEN or entry.state == "resolved" or not scopes:
                return False
            state = self.ledger.incident(entry.incident.place, entry.incident.subject).state
            return any(mutes(standing[scope], state, now) for scope in scopes)

        keys = {entry.key for entry in waiting if muted(entry)}
        return keys, [entry for entry in waiting if entry.key not in keys]

    def _say(
        self, due: DigestDue, kept: Kept[DigestState], state: DigestState, waiting: list[Entry], now: datetime
    ) -> None:
        taken = [e for e in waiting if e.fate is Fate.TAKEN or self.pool.take(due.region, e, Fate.TAKEN, now)]
        if taken:
            self.outbox.say(due, kept, state, self._words(due, taken), now)
        elif kept.state != state:
            self.outbox.save(due, kept, state)

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
