"""What is to be said is first written into an outbox, then published or left to a digest, then marked as done.

So it is never lost, it is said twice only when a crash comes between publishing and marking, and then to the letter as
before. And nobody but the owner of an incident's outbox moves its announcements into the pool of digests, or out of it.
"""

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from scaudit.announce import publish, records
from scaudit.announce.pool import Fate, Withheld, digest_wait
from scaudit.announce.words import message
from scaudit.announce.words.message import Message
from scaudit.model.arn import Arn
from scaudit.model.incidents import Incident, Phase
from scaudit.model.places import Place, Subject
from scaudit.queue.messages import IncidentLook
from scaudit.queue.queue import Queue
from scaudit.settings import NotifySettings
from scaudit.store.items import Kept
from scaudit.store.keys import BASELINE, storm, text_of
from scaudit.store.ledger import Ledger

LEASE = 150
"""Seconds for which an outbox belongs to the copy of notify that filled it: longer than the function may run."""


class Overtaken(RuntimeError):
    """Another copy of notify wrote the incident first: derive it anew."""


@dataclass(frozen=True, slots=True)
class Outbox:
    """What an announcement touches; `sns` is the boto3 client. Every method raises what AWS raises."""

    ledger: Ledger
    withheld: Withheld
    queue: Queue
    sns: Any
    settings: NotifySettings
    write: Callable[[Mapping[str, Any]], None]

    @property
    def account(self) -> str:
        return Arn.of(self.settings.topic).account

    def say(
        self, place: Place, subject: Subject | str, kept: Kept, incident: Incident, told: Message, now: datetime
    ) -> None:
        """Announce something about an incident that is from now on as given. Raises Overtaken."""
        self._say(place, subject, kept, incident, message.dump(told), now)

    def deliver(self, place: Place, subject: Subject | str, kept: Kept, now: datetime) -> bool:
        """Deliver an outbox that was left behind; while it may still be in its writer's hands (False), look again
        later. Raises Overtaken."""
        if kept.outbox_at and now < kept.outbox_at + timedelta(seconds=LEASE):
            self.queue.send(IncidentLook(place.key, text_of(subject)), LEASE)
            return False
        self._say(place, subject, kept, kept.incident, kept.outbox, now)
        return True

    def save(
        self,
        place: Place,
        subject: Subject | str,
        kept: Kept,
        incident: Incident,
        outbox: str = "",
        at: datetime | None = None,
    ) -> Kept:
        """Remember an incident as given. Raises Overtaken."""
        after = Kept(incident, kept.revision + 1, outbox, at)
        if not self.ledger.save(place, subject, after):
            raise Overtaken(f"{place.key} {text_of(subject)}: written by another copy meanwhile")
        return after

    def publish(self, told: Message, now: datetime) -> None:
        """Publish and record an announcement. Until it is marked as said, a crash repeats it to the letter."""
        publish.announce(self.sns, self.settings.topic, told)
        self.write(records.announcement_record(self.settings.region, told, now))
        self.withheld.said(self.settings.region, told.covers, now)

    def _say(
        self, place: Place, subject: Subject | str, kept: Kept, incident: Incident, outbox: str, now: datetime
    ) -> None:
        """Take the outbox, deal with what is in it, mark it as done. Of several copies that find an abandoned one, one
        takes it."""
        filled = self.save(place, subject, kept, incident, outbox, now)
        try:
            told = message.load(outbox)
            if self._wanted(place, subject, filled, told, now):
                if told.digest and isinstance(subject, Subject):
                    self._withhold(place, subject, filled, told, now)
                else:
                    self.publish(told, now)
            self.save(place, subject, filled, incident)
        except Exception:  # this copy lives on and gives the outbox up, so that its retry need not wait for the lease
            with suppress(Overtaken):
                self.save(place, subject, filled, incident, outbox)
            raise

    def _wanted(self, place: Place, subject: Subject | str, filled: Kept, told: Message, now: datetime) -> bool:
        """Take back what this replaces in the pool: what waits when its incident is over, so that nobody needs to hear
        of it; and a baseline opening that is to be said otherwise, unless that was or is about to be said."""
        state = told.data["state"]
        if isinstance(subject, str) or state not in ("open", "resolved") or told.digest == BASELINE:
            return True
        entries = self.withheld.of(place, subject)
        mine = [entry for entry in entries if entry.episode == filled.incident.episode and entry.state != "resolved"]
        if state == "open":
            earlier = [entry for entry in mine if entry.digest == BASELINE and entry.state == "open"]
            return all(self.withheld.take(self.settings.region, entry, Fate.ALONE, now) for entry in earlier)
        back = [entry for entry in mine if self.withheld.take(self.settings.region, entry, Fate.MOOT, now)]
        return not any(entry.state == "open" for entry in back)

    def _withhold(self, place: Place, subject: Subject, filled: Kept, told: Message, now: datetime) -> None:
        self.withheld.add(place, subject, filled.incident.episode, told, now)
        kept = self.ledger.incident(storm(self.settings.region), told.digest)
        if not kept.incident.told:
            self.send_for(told.digest, kept, digest_wait(told.digest, now))

    def send_for(self, digest: str, kept: Kept, wait: int) -> None:
        """Have a digest looked at in `wait` seconds, and remember that. Raises Overtaken."""
        place = storm(self.settings.region)
        self.queue.send(IncidentLook(place.key, digest), wait)
        if not kept.outbox:  # otherwise its owner sees to what has come since
            self.save(place, digest, kept, replace(kept.incident, phase=Phase.OPEN, told=1))
