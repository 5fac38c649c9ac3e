"""One incident that lives through whatever is seen of its members."""

from dataclasses import dataclass, field, replace
from datetime import timedelta

from scaudit.model import Severity
from scaudit.model.incidents import Incident, Member, MemberState, News
from scaudit.model.life import step
from tests.builders import NOW

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
GATHER, HOLD_DOWN, SWEEP = 60, 600, 15 * MINUTE
OLD = NOW - 9 * HOUR


@dataclass
class Life:
    """One incident, asked whenever something is seen of a member, unless notify is `behind`, whenever it asks itself,
    and at every sweep."""

    alert: Severity = Severity.ERROR
    late: bool = False
    behind: bool = False
    members: dict[str, Member] = field(default_factory=dict)
    incident: Incident = field(default_factory=Incident)
    news: list[News] = field(default_factory=list)

    def see(self, id: str, state: str, minutes: float, created: float | None = None, **changes: object) -> None:
        """Something is seen of a member, some minutes from the beginning."""
        at = NOW + minutes * MINUTE
        known = self.members.get(id)
        fails = state in ("fail", "lost")
        began = ((known and known.since) or at) if fails else None
        born = OLD if created is None else NOW + created * MINUTE
        told = Member(id, MemberState(state), at, Severity.CRITICAL if fails else Severity.INFO, since=began)
        if state == "closed" and known:  # it remains what it was
            told = replace(known, state=MemberState.CLOSED, observed_at=at, closed_because="service deleted")
        self.members[id] = replace(told, task_created_at=born, **changes)
        if not self.behind:
            self.ask(minutes)

    def ask(self, minutes: float) -> None:
        """Time has passed."""
        at = NOW + minutes * MINUTE
        found = step(
            list(self.members.values()),
            self.incident,
            at,
            hold_down=HOLD_DOWN,
            alert_severity=self.alert,
            gather=GATHER,
            late=self.late,
        )
        self.incident = found.incident
        self.news += [found.news] if found.news else []
        for each in found.settled:
            self.members[each.id] = replace(each, state=MemberState.PASS, since=None)
