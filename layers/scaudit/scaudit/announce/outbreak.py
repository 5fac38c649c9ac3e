"""SC903: when too much breaks at once, this alone is announced, and everything else waits until it is over."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from scaudit.judge import outbreak
from scaudit.model.incidents import Incident, Member, News, Open, Phase
from scaudit.model.life import Step
from scaudit.model.places import Subject
from scaudit.queue.messages import IncidentLook
from scaudit.queue.queue import Queue
from scaudit.settings import NotifySettings
from scaudit.store.changes import Digest, DigestDue, IncidentChanged
from scaudit.store.keys import itself
from scaudit.store.ledger import Ledger

SUBJECT = Subject(outbreak.OUTBREAK.id)
INDEX_LAG = 10
"""Seconds after which the index shows what was written (AWS: DynamoDB, usually within one second)."""


@dataclass(frozen=True, slots=True)
class Began:
    """What began together: the incidents, and the services they are of, which are the outbreak's members; None when
    nobody can tell."""

    incidents: Sequence[Open]
    members: Sequence[Member] | None


@dataclass(frozen=True, slots=True)
class Outbreak:
    """The outbreak of one Region: an incident whose members are services."""

    ledger: Ledger
    queue: Queue
    settings: NotifySettings

    @property
    def incident(self) -> IncidentChanged:
        """The incident, in scaudit's own place of the Region."""
        return IncidentChanged(itself(self.settings.region), SUBJECT)

    def stands(self, now: datetime) -> bool:
        """Whether everything else must wait: an outbreak is on record, or it is to be seen and will be at once."""
        if SUBJECT.check in self.settings.ignore_checks:
            return False
        known = self.ledger.incident(self.incident.place, SUBJECT).state
        if known.phase is not Phase.QUIET:
            return True
        if not self.began(known, now).members:
            return False
        self.ledger.touch(self.incident, now)
        return True

    def began(self, known: Incident, now: datetime) -> Began:
        """What began to fail together with the outbreak that is `known`, if it stands."""
        wrong, estate = self.ledger.open_incidents(self.settings.region), self.ledger.estate(self.settings.region)
        incidents = outbreak.together(wrong, known, now)
        services = {cluster: swept.services for cluster, swept in estate.items()}
        return Began(incidents, outbreak.members(incidents, services, now))

    def heed(self, of: IncidentChanged, before: Incident, found: Step, now: datetime) -> None:
        """What follows for the outbreak when an incident changed. If it is announced as over itself, what waited for
        that may speak; when another has cleared it is looked at, once the index shows that."""
        if of.subject == SUBJECT and found.news is News.RESOLVED:
            for digest in (Digest.OVERFLOW, Digest.BASELINE):
                self.ledger.touch(DigestDue(self.settings.region, digest), now)
            return
        cleared = before.phase is Phase.OPEN and found.incident.phase is Phase.CLEAR
        if cleared and self.ledger.incident(self.incident.place, SUBJECT).state.phase is Phase.OPEN:
            self.queue.send(IncidentLook(*self.incident.key), INDEX_LAG)
