"""What is to be said is first written into an outbox, then published or left to a digest, then marked as done.

So it is never lost, it is said twice only when a crash comes between publishing and marking, and then to the letter as
before. And nobody but the owner of an incident's outbox moves its announcements into the pool of digests, or out of it.
"""

import json
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict, replace
from datetime import datetime, timedelta
from typing import Any

from scaudit.announce.pool import Pool, digest_wait
from scaudit.announce.publish import Publisher
from scaudit.announce.words.announcement import Announcement
from scaudit.model.incidents import Incident
from scaudit.model.life import unheard
from scaudit.queue.messages import IncidentLook
from scaudit.queue.queue import Queue
from scaudit.store.changes import Digest, DigestDue, IncidentChanged
from scaudit.store.items import DigestState, Kept
from scaudit.store.ledger import Ledger
from scaudit.values import dataclass

LEASE = 150
"""Seconds for which an outbox belongs to the copy of notify that filled it: longer than the function may run."""
Owner = IncidentChanged | DigestDue


class Overtaken(RuntimeError):
    """Another copy of notify wrote the incident first: derive it anew."""


@dataclass(frozen=True, slots=True)
class Outbox:
    """The outboxes of incidents and digests. Every method raises what AWS raises, and
    Overtaken where it writes."""

    ledger: Ledger
    pool: Pool
    queue: Queue
    publisher: Publisher

    def emptied(self, of: Owner, now: datetime) -> Kept[Any] | None:
        """What is on record, once an outbox that was left behind is delivered; None while it may still be in its
        writer's hands: it is looked at again later."""
        kept = self.ledger.kept(of)
        if kept.outbox_at and now < kept.outbox_at + timedelta(seconds=LEASE):
            self.queue.send(IncidentLook(*of.key), LEASE)
            return None
        if kept.outbox:
            self.say(of, kept, kept.state, load(kept.outbox), now)
            kept = self.ledger.kept(of)
        return kept

    def say(self, of: Owner, kept: Kept[Any], state: Incident | DigestState, told: Announcement, now: datetime) -> None:
        """Announce something about an incident or a digest that is from now on as given: take the outbox, deal with
        what is in it, mark it as done. Of several copies that find an abandoned one, one takes it."""
        outbox = dump(told)
        filled: Kept[Any] = self.save(of, kept, _unsent(state, kept.state), outbox, now)
        try:
            state = _sent(state, told, now)
            if isinstance(of, DigestDue):
                self.publisher.publish(told, now)
                self._heard(of.region, told.covers, now)
                self.pool.said(of.region, told.covers, now)
            elif self.pool.admits(of, filled.state, told, now):
                self._withhold(of, filled, told, now) if told.digest else self.publisher.publish(told, now)
            elif told.data["state"] == "resolved":
                state = unheard(filled.state)
            else:  # the baseline took it in this very moment, as it was: what is worse is told after that
                state = replace(filled.state, told_severity=kept.state.told_severity)
                self.queue.send(IncidentLook(*of.key), LEASE)
            self.save(of, filled, state)
        except Exception:  # this copy lives on and gives the outbox up, so that its retry need not wait for the lease
            with suppress(Overtaken):
                self.save(of, filled, filled.state, outbox)
            raise

    def save(
        self,
        of: Owner,
        kept: Kept[Any],
        state: Incident | DigestState,
        outbox: str = "",
        at: datetime | None = None,
    ) -> Kept[Any]:
        """Remember an incident or a digest as given."""
        after: Kept[Any] = Kept(state, kept.revision + 1, outbox, at)
        if not self.ledger.save(of, after):
            raise Overtaken(f"{' '.join(of.key)}: written by another copy meanwhile")
        return after

    def _withhold(self, of: IncidentChanged, filled: Kept[Incident], told: Announcement, now: datetime) -> None:
        self.pool.add(of, filled.state, told, now)
        digest = DigestDue(of.place.region, Digest(told.digest))
        kept = self.ledger.digest(digest)
        if not kept.state.on_its_way:
            self.send_for(digest, kept, digest_wait(digest.digest, now))

    def _heard(self, region: str, covers: Sequence[str], now: datetime) -> None:
        """Users hear only now of what was left to a digest: that is when its incidents were announced."""
        keys = set(covers)
        for entry in self.pool.waiting(region) if keys else ():
            if entry.key in keys and entry.state != "resolved":
                self.ledger.heard(entry.incident, entry.withheld_at, now)

    def send_for(self, digest: DigestDue, kept: Kept[DigestState], wait: int) -> None:
        """Have a digest looked at in `wait` seconds, and remember that."""
        self.queue.send(IncidentLook(*digest.key), wait)
        if not kept.outbox:  # otherwise its owner sees to what has come since
            self.save(digest, kept, replace(kept.state, on_its_way=True))


def _unsent(state: Incident | DigestState, before: Incident | DigestState) -> Incident | DigestState:
    """As it is on record while SNS may not have been reached: users were told what they were told before, of this
    opening."""
    if not (isinstance(state, Incident) and isinstance(before, Incident)):
        return state
    same = (state.episode, state.returns) == (before.episode, before.returns)
    return replace(state, told_at=before.told_at if same else None, resolved_at=before.resolved_at)


def _sent(state: Incident | DigestState, told: Announcement, now: datetime) -> Incident | DigestState:
    """An incident is told, or its end is, when it is sent, however long SNS could not be reached."""
    if not isinstance(state, Incident):
        return state
    return replace(state, resolved_at=now) if told.data["state"] == "resolved" else replace(state, told_at=now)


def dump(told: Announcement) -> str:
    """An announcement as the table keeps it, to be said again to the letter."""
    return json.dumps(asdict(told), separators=(",", ":"))


def load(outbox: str) -> Announcement:
    """What `dump` wrote."""
    return Announcement(**json.loads(outbox))
