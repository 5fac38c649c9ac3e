"""One message about many incidents: what the budget or an outbreak withheld, what was there already, what still is."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import islice

from scaudit.announce.outbox import Outbox
from scaudit.announce.pool import Entry, Fate, baseline_due, digest_wait
from scaudit.announce.storm import Storm
from scaudit.announce.words import summary
from scaudit.announce.words.message import Message
from scaudit.model.incidents import Incident, Open, Phase
from scaudit.store.items import Kept
from scaudit.store.keys import BASELINE, DIGEST, REMINDER, storm

MOST = 2000
"""Announcements that one digest covers: their keys must fit its item (AWS: 400 KB), their marks the function's time."""
DAY = timedelta(hours=24)


def reminder_due(still: Iterable[Open]) -> datetime:
    """When to remind for the first time of what is still open: a day after the oldest of it was told."""
    return min(each.told_at for each in still if each.told_at) + DAY


class Digests:
    """The digests and the reminder of one Region."""

    def __init__(self, outbox: Outbox, storm: Storm) -> None:
        self._outbox, self._storm = outbox, storm
        self._withheld, self._region = outbox.withheld, outbox.settings.region

    def look(self, digest: str, kept: Kept, now: datetime) -> None:
        """Say what is to be said by now. What comes into the pool meanwhile is for the next one."""
        if digest == REMINDER:
            self._remind(kept, now)
            return
        waiting = self._withheld.waiting(self._region, digest)
        if waiting and self._storm.stands(now):
            if not kept.incident.told:
                self._save(digest, kept, replace(kept.incident, phase=Phase.OPEN, told=1))
            return
        if waiting and digest == BASELINE and now < baseline_due(waiting):
            self._outbox.send_for(digest, kept, int((baseline_due(waiting) - now).total_seconds()) + 1)
            return
        self._say(digest, kept, list(islice(filter(self._holds, waiting), MOST)), now)
        if self._withheld.waiting(self._region, digest):
            after = self._outbox.ledger.incident(storm(self._region), digest)
            self._outbox.send_for(digest, after, digest_wait(digest, now))

    def _say(self, digest: str, kept: Kept, waiting: list[Entry], now: datetime) -> None:
        taken = [e for e in waiting if e.fate is Fate.TAKEN or self._withheld.take(self._region, e, Fate.TAKEN, now)]
        idle = replace(kept.incident, phase=Phase.QUIET, told=0)
        if taken:
            self._outbox.say(storm(self._region), digest, kept, idle, self._message(digest, taken), now)
        elif kept.incident.told:
            self._save(digest, kept, idle)

    def _holds(self, entry: Entry) -> bool:
        """Whether it is still so. What is not open is over soon, and nobody needs to hear of it, or it fails again."""
        if entry.fate is Fate.TAKEN or entry.state == "resolved":
            return True
        return self._outbox.ledger.incident(entry.place, entry.subject).incident.phase is Phase.OPEN

    def _message(self, digest: str, entries: list[Entry]) -> Message:
        withheld = [(entry.key, entry.data) for entry in entries]
        if digest == DIGEST:
            return summary.digest(withheld, self._region, self._outbox.account)
        estate = self._outbox.ledger.estate(self._region).values()
        return summary.baseline(withheld, self._region, self._outbox.account, sum(each.services for each in estate))

    def _remind(self, kept: Kept, now: datetime) -> None:
        if kept.incident.told_at and now < kept.incident.told_at + DAY:
            return
        unsaid = {(entry.place, entry.subject) for entry in self._withheld.waiting(self._region)}
        still = [
            each
            for each in self._outbox.ledger.open_incidents(self._region)
            if each.told_at and (each.place, each.subject) not in unsaid
        ]
        if still and now >= reminder_due(still):
            told = summary.reminder(still, now, self._region, self._outbox.account)
            self._outbox.say(storm(self._region), REMINDER, kept, Incident(told_at=now), told, now)

    def _save(self, digest: str, kept: Kept, incident: Incident) -> None:
        self._outbox.save(storm(self._region), digest, kept, incident)
