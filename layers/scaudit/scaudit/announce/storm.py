"""SC903: when too much breaks at once, this alone is announced, and everything else waits until it is over."""

from datetime import datetime

from scaudit.announce.outbox import Outbox
from scaudit.judge import outbreak
from scaudit.model.incidents import Incident, Member, Open, Phase
from scaudit.model.places import Subject
from scaudit.queue.messages import IncidentLook
from scaudit.store.keys import BASELINE, DIGEST, itself, storm

SUBJECT = Subject(outbreak.OUTBREAK.id)
INDEX_LAG = 10
"""Seconds after which the index shows what was written (AWS: DynamoDB, usually within one second)."""


class Storm:
    """The outbreak of one Region: an incident whose members are services."""

    def __init__(self, outbox: Outbox) -> None:
        self._outbox = outbox
        self._ledger, self._region = outbox.ledger, outbox.settings.region
        self._place = itself(self._region)

    def stands(self, now: datetime) -> bool:
        """Whether everything else must wait: an outbreak is on record, or it is to be seen and will be at once."""
        if outbreak.OUTBREAK.id in self._outbox.settings.ignore_checks:
            return False
        incident = self._ledger.incident(self._place, SUBJECT).incident
        if incident.phase is not Phase.QUIET:
            return True
        if not self.members(self.together(incident, now), now):
            return False
        self._ledger.touch(self._place, SUBJECT, now)
        return True

    def together(self, incident: Incident, now: datetime) -> list[Open]:
        """What began to fail together with the outbreak."""
        return outbreak.together(self._ledger.open_incidents(self._region), incident, now)

    def members(self, began: list[Open], now: datetime) -> list[Member] | None:
        """The outbreak's members, or None when nobody can tell."""
        estate = self._ledger.estate(self._region)
        return outbreak.members(began, {cluster: swept.services for cluster, swept in estate.items()}, now)

    def abates(self) -> None:
        """An incident has cleared: have the outbreak looked at, once the index shows it."""
        if self._ledger.incident(self._place, SUBJECT).incident.phase is Phase.OPEN:
            self._outbox.queue.send(IncidentLook(self._place.key, SUBJECT.key), INDEX_LAG)

    def over(self, now: datetime) -> None:
        """The outbreak is announced as resolved: what waited for that may speak."""
        for digest in (DIGEST, BASELINE):
            self._ledger.touch(storm(self._region), digest, now)
