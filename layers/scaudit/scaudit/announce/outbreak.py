"""SC903: when too much breaks at once, this alone is announced, and what broke with it waits until it is over."""

from dataclasses import replace
from datetime import datetime

from scaudit.judge import outbreak
from scaudit.judge.outbreak import OUTBREAK, REGION, Began
from scaudit.model.incidents import Incident, Member, MemberState, News, Open, Phase
from scaudit.model.life import Step
from scaudit.model.places import Subject
from scaudit.queue.messages import IncidentLook
from scaudit.queue.queue import Queue
from scaudit.settings import NotifySettings
from scaudit.store.changes import Digest, DigestDue, IncidentChanged
from scaudit.store.keys import itself
from scaudit.store.ledger import Ledger
from scaudit.values import dataclass

INDEX_LAG = 10
"""Seconds after which the index shows what was written (AWS: DynamoDB, usually within one second)."""


@dataclass(frozen=True, slots=True)
class Outbreaks:
    """The outbreaks of one stack, each of a cluster or of most clusters of a Region."""

    ledger: Ledger
    queue: Queue
    settings: NotifySettings

    def of(self, region: str, scope: str) -> IncidentChanged:
        """The incident of a cluster's outbreak, or of the REGION's, in scaudit's own place."""
        return IncidentChanged(itself(region), Subject(OUTBREAK.id, scope))

    def known(self, region: str) -> dict[str, Incident]:
        """Those on record, by cluster."""
        found = self.ledger.incidents(itself(region), OUTBREAK.id)
        return {subject.endpoint: incident for subject, incident in found.items()}

    def mutes(self, of: IncidentChanged, incident: Incident, now: datetime) -> bool:
        """Whether an incident must wait: it is of an outbreak that is on record, or that is to be seen and will be at
        once."""
        region, scopes = of.place.region, (REGION, of.place.cluster)
        if OUTBREAK.id in self.settings.ignore_checks or not all((of.place.cluster, incident.noticed_at)):
            return False
        known = self.known(region)
        if any(outbreak.mutes(known[scope], incident, now) for scope in scopes if scope in known):
            return True
        quiet = [scope for scope in scopes if known.get(scope, Incident()).phase is Phase.QUIET]
        if not quiet or not outbreak.may_begin(incident, now):
            return False
        wrong, services = self._wrong(region)
        for scope in quiet:
            if outbreak.began(wrong, services, known, scope, now).members:
                self.ledger.touch(self.of(region, scope), now)
                return True
        return False

    def is_alone(self, of: IncidentChanged, now: datetime) -> bool:
        """Whether of no other service the same was noticed lately."""
        lately = outbreak.together(self.ledger.open_incidents(of.place.region), Incident(), REGION, now)
        return all(each.place == of.place or each.subject.check != of.subject.check for each in lately)

    def began(self, of: IncidentChanged, state: Incident, now: datetime) -> Began | None:
        """What began to fail together with the outbreak that is on record as given; None for what is no outbreak. One
        that does not fail any more has those for members that were closed, where most of what left it was: then it is
        closed as they were."""
        if of.subject.check != OUTBREAK.id:
            return None
        region, scope = of.place.region, of.subject.endpoint
        found = outbreak.began(*self._wrong(region), self.known(region) | {scope: state}, scope, now)
        if found.members or state.phase is Phase.QUIET:
            return found
        known = [m for m in self.ledger.members(of.place, of.subject) if m.state is MemberState.CLOSED]
        closed = [m for m in known if state.opened_at and m.observed_at >= state.opened_at]
        left = state.told - len({each.place for each in found.incidents})
        return replace(found, members=closed) if 2 * len(closed) > left else found

    def _wrong(self, region: str) -> tuple[list[Open], dict[str, int]]:
        """All that is open in a Region, and how many services there are by cluster."""
        wrong, estate = self.ledger.open_incidents(region), self.ledger.estate(region)
        return wrong, {name: swept.services for name, swept in estate.items()}

    def heed(self, of: IncidentChanged, before: Incident, found: Step, closed: str, now: datetime) -> None:
        """What follows when an incident changed. An outbreak that is announced is looked at when nothing can join it
        any more, and when it is announced as over, what waited for that may speak. When another incident has cleared,
        or was `closed` for this reason, the outbreaks that it may be of are looked at, once the index shows that."""
        if of.subject.check == OUTBREAK.id:
            if found.news is News.OPENED:
                self.queue.send(IncidentLook(*of.key), int(outbreak.TOGETHER.total_seconds()))
            elif found.news is News.RESOLVED:
                self.ledger.touch(DigestDue(of.place.region, Digest.OVERFLOW), now)
        elif before.phase is Phase.OPEN and found.incident.phase is not Phase.OPEN:
            for scope, state in self.known(of.place.region).items():
                if state.phase is Phase.OPEN and scope in (REGION, of.place.cluster):
                    its = self.of(of.place.region, scope)
                    if closed and before.noticed_at and outbreak.covers(state, before.noticed_at):
                        member = Member(of.place.name, MemberState.CLOSED, now, closed_because=closed)
                        self.ledger.record(its.place, its.subject, member)
                    self.queue.send(IncidentLook(*its.key), INDEX_LAG)
