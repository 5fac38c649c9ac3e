"""Which incidents do not speak alone, and why."""

from datetime import datetime
from enum import Enum

from scaudit.announce.outbreak import Outbreaks
from scaudit.announce.pool import Fate, Pool
from scaudit.model.incidents import Incident, News
from scaudit.model.life import Step
from scaudit.store.changes import Digest, IncidentChanged
from scaudit.values import dataclass


class Reason(Enum):
    """Why an incident does not speak alone, and the digest that tells it instead, if any."""

    NO_NEWS = "nothing is new", None
    THERE_BEFORE = "it was there before scaudit", Digest.BASELINE
    OUTBREAK = "an outbreak speaks for it", Digest.OVERFLOW
    AFTER_ANOTHER = "what waits of the same incident comes first", Digest.OVERFLOW
    OVER_BUDGET = "the budget of this window is spent", Digest.OVERFLOW

    def __init__(self, why: str, digest: Digest | None) -> None:
        self.why, self.digest = why, digest


@dataclass(frozen=True, slots=True)
class Withholding:
    """Decides for one announcement at a time. Every method raises what AWS raises."""

    pool: Pool
    outbreaks: Outbreaks

    def knows(self, of: IncidentChanged, before: Incident) -> bool:
        """Whether users were told in the baseline of this incident, so that it does not open when others join it."""
        fates = self._in_baseline(of, before)
        return bool(before.told) and Fate.WAITING not in fates and Fate.ALONE not in fates

    def waits(self, of: IncidentChanged, before: Incident) -> bool:
        """Whether the baseline is still to tell of this incident: what is worse by now opens it, instead of that."""
        return bool(before.told) and Fate.WAITING in self._in_baseline(of, before)

    def _in_baseline(self, of: IncidentChanged, before: Incident) -> list[Fate]:
        found = self.pool.of(of) if before.baseline else ()
        return [each.fate for each in found if each.digest is Digest.BASELINE and each.episode == before.episode]

    def reason(self, of: IncidentChanged, found: Step, now: datetime, *, outbreak: bool) -> Reason | None:
        """Why an incident does not speak alone; None when it may. An `outbreak` always may. Of the rest, what still
        fails waits for the outbreak that it is of, then for what already waits of the same incident, and then it must
        fit the budget."""
        over, opened = found.news is News.RESOLVED, found.news is News.OPENED
        if found.news is News.NONE:
            return Reason.NO_NEWS
        if outbreak:
            return None
        if opened and found.incident.baseline:
            return Reason.THERE_BEFORE
        if not over and self.outbreaks.mutes(of, found.incident, now):
            return Reason.OUTBREAK
        if self.pool.holds_up(of, over=over):
            return Reason.AFTER_ANOTHER
        return None if self.pool.spend(of.place.region, now) else Reason.OVER_BUDGET
