"""Whether users were told of an incident yet, and when one that is well again is over."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from scaudit.values import dataclass
from scaudit_cli.ask.form import minute

if TYPE_CHECKING:
    from scaudit.model.incidents import Incident
    from scaudit.model.places import Place, Subject
    from scaudit.store.changes import Digest
    from scaudit.store.table import Table


@dataclass(frozen=True, slots=True)
class Unsent:
    """The opening of an incident waits for this digest, which is sent at the `earliest` then; None where that is over,
    and something else holds it up."""

    digest: "Digest"
    earliest: datetime | None = None


def unsent_in(table: "Table", regions: Iterable[str], now: datetime) -> dict[tuple["Place", "Subject"], Unsent]:
    """The incidents whose opening waits for a digest, by place and subject: a query for each Region. Raises what AWS
    raises."""
    from scaudit.announce.pool import Pool, baseline_due, digest_wait

    found: dict[tuple[Place, Subject], Unsent] = {}
    for region in regions:
        waiting = Pool(table).waiting(region)
        for each in (each for each in waiting if each.state == "open"):
            at = each.withheld_at + timedelta(seconds=digest_wait(each.digest, each.withheld_at))
            if each.digest == "baseline":
                at = baseline_due([one for one in waiting if one.digest == each.digest])
            found[each.incident.place, each.incident.subject] = Unsent(each.digest, at if at > now else None)
    return found


def waits_in(unsent: Unsent) -> str:
    """Where an incident is told that nobody heard of yet, and when."""
    told = f"in {'the baseline' if unsent.digest == 'baseline' else 'a digest'}, not sent yet"
    return f"{told}: {minute(unsent.earliest)} at the earliest" if unsent.earliest else told


def well(incident: "Incident", hold_down: timedelta) -> str:
    """Since when an incident is well that is not over yet, and when it is."""
    if incident.clear_since is None:
        return ""
    over = f", about {minute(incident.clear_since + hold_down)}" if not incident.returns else "; it came back before"
    return f"well since {minute(incident.clear_since)}: resolved after HoldDown{over}"
