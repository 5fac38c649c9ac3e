"""An incident that may have changed: derive it from its members, see what is new, and who is to say it."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial

from scaudit.announce.outbox import Outbox
from scaudit.announce.outbreak import Outbreaks
from scaudit.announce.withholding import Withholding
from scaudit.announce.words import incident as words
from scaudit.announce.words.incident import Where
from scaudit.checks import BY_ID, CATALOGUE
from scaudit.judge.causes import as_heard, told_by
from scaudit.judge.outbreak import completed
from scaudit.model.incidents import Member, MemberState, News
from scaudit.model.life import closed_because, step
from scaudit.model.places import Subject
from scaudit.queue.messages import IncidentLook
from scaudit.queue.queue import Queue
from scaudit.settings import NotifySettings
from scaudit.store.changes import IncidentChanged
from scaudit.store.ledger import Ledger
from scaudit.values import dataclass

CAUSES = frozenset(cause for check in CATALOGUE for cause in check.after)
"""The checks that explain others."""


@dataclass(frozen=True, slots=True)
class Incidents:
    """The incidents of one stack."""

    ledger: Ledger
    queue: Queue
    settings: NotifySettings
    outbox: Outbox
    withholding: Withholding
    outbreaks: Outbreaks

    def look(self, of: IncidentChanged, now: datetime) -> None:
        """Members → incident and news → withheld, or not → words → outbox → settled.

        Raises Overtaken when the incident changed meanwhile, and whatever AWS raises.
        """
        kept = self.outbox.emptied(of, now)
        if kept is None:
            return
        began = self.outbreaks.began(of, kept.state, now)
        check = BY_ID.get(of.subject.check) or words.retired(of.subject.check)
        members = began.members if began else self._heard(of, now)
        if members is None:
            return
        derive = partial(
            step,
            members,
            now=now,
            hold_down=self.settings.hold_down,
            alert_severity=None if of.subject.check in self.settings.ignore_checks else self.settings.alert_severity,
            gather=0 if began else self.settings.announce_delay,
            late=check.late,
        )
        found = derive(incident=kept.state)
        if found.news is News.OPENED and self.withholding.knows(of, kept.state):
            found = derive(incident=replace(kept.state, baseline=False))  # what joined it is growth
        elif found.news in (News.ROSE, News.GREW) and self.withholding.waits(of, kept.state):
            found = replace(found, news=News.OPENED, incident=replace(found.incident, baseline=False, growths=0))
        if found.waits and not self.outbreaks.is_alone(of, now):
            found = derive(incident=kept.state, patient=False)
        found = completed(found, members, now) if began else found
        if found.look_again and (of.due or found.incident != kept.state):
            self.queue.send(IncidentLook(*of.key), found.look_again)
        reason = self.withholding.reason(of, found, now, outbreak=began is not None)
        if reason is None or reason.digest:  # alone, or in a digest
            stack = self.settings
            home = "" if of.place.region == stack.region else stack.region
            where = Where(of.place, of.subject.endpoint, stack.account, stack.audit_log_group, home, stack.docs_url)
            told = words.write(check, where, kept.state, found, members, began.incidents if began else None)
            told = replace(told, digest=reason.digest) if reason and reason.digest else told
            self.outbox.say(of, kept, found.incident, told, now)
        elif found.incident != kept.state:
            self.outbox.save(of, kept, found.incident)
        self._settle(of, found.settled, now)  # last: until it is said why an incident is over, the members must tell
        self.outbreaks.heed(of, kept.state, found, closed_because(members), now)

    def _settle(self, of: IncidentChanged, settled: Sequence[Member], now: datetime) -> None:
        """Of a lost task whatever this explained is over with it, and first: it was quiet for its cause, unless that
        was silenced."""
        lost = {m.id for m in settled if m.state is MemberState.LOST and not m.suppressed}
        quiet = lost and of.subject.check in CAUSES and of.subject.check not in self.settings.ignore_checks
        stood = self.ledger.standing(of.place) if quiet else {}
        effects = [
            (subject, m)
            for subject, found in stood.items()
            for m in found.values()
            if m.id in lost and m.state is MemberState.LOST and m.caused_by
        ]
        for subject, member in effects:
            if told_by(subject, member, stood, self.settings.ignore_checks) == of.subject.check:
                self.ledger.settle(of.place, subject, member, now)
        for member in settled:
            self.ledger.settle(of.place, of.subject, member, now)

    def _heard(self, of: IncidentChanged, now: datetime) -> list[Member]:
        """The members, as loud as they are to be beside what else stands against their service. A cause that is known
        as less than it explains is looked at again."""
        members = self.ledger.members(of.place, of.subject)
        failing = [m for m in members if m.state in (MemberState.FAIL, MemberState.LOST)]
        if not failing or (of.subject.check not in CAUSES and not any(m.caused_by for m in failing)):
            return members
        heard = as_heard(of.subject, members, self.ledger.standing(of.place), self.settings.ignore_checks)
        for cause in {m.caused_by for m in heard if m.caused_by}:
            worst = max(m.severity for m in heard if m.caused_by == cause)
            for subject in {Subject(cause, of.subject.endpoint), Subject(cause)}:
                if self.ledger.incident(of.place, subject).state.severity < worst:
                    self.ledger.touch(IncidentChanged(of.place, subject), now)
        return heard
