"""Whether users were told of an incident yet, and when one that is well again is over."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from scaudit.values import dataclass
from scaudit_cli.ask.form import minute

if TYPE_CHECKING:
    from scaudit.model.incidents import Incident, Member
    from scaudit.model.places import Place, Subject
    from scaudit.store.changes import Digest
    from scaudit.store.table import Table

SURE = timedelta(hours=1)
"""So long after an incident was over its last passes are written for certain."""


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


def members_of(table: "Table", places: Iterable["Place"]) -> dict[tuple["Place", "Subject"], list["Member"]]:
    """Every member on record in these places, by subject: what fails, is lost or closed, and for 30 days what failed
    and passed. A query for each place; raises what AWS raises."""
    from scaudit.store import keys, members

    found: dict[tuple[Place, Subject], list[Member]] = {}
    for place in places:
        of_place = table.query(place.key, keys.MEMBER)
        for subject, member in table.read(members.entry_of, of_place, members.unreadable):
            found.setdefault((place, subject), []).append(member)
    return found


def unheard(
    members: Mapping[tuple["Place", "Subject"], Sequence["Member"]],
    incidents: Mapping[tuple["Place", "Subject"], "Incident"],
    hold_down: timedelta,
) -> dict[tuple["Place", "Subject"], datetime]:
    """What failed and passed again while notify saw neither, as in an outage of it: its members are on record, and no
    incident of that time is. When the last of them passed. Of an incident that came back it is not known."""
    passed = {of: max(m.observed_at for m in found) for of, found in members.items() if _all_pass(found)}
    return {of: at for of, at in passed.items() if _is_unheard(incidents.get(of), at, hold_down)}


def silenced(members: Sequence["Member"]) -> str:
    """Why nothing is told of what fails or is lost, or nothing: a tag suppresses all of it."""
    against = [m for m in members if m.state in ("fail", "lost")]
    if not (against and all(m.suppressed for m in against)):
        return ""
    until = min(m.until for m in against)
    return "suppressed by a tag" + (f" until {until}" if until else "")


def _all_pass(members: Sequence["Member"]) -> bool:
    return all(member.state == "pass" for member in members)


def _is_unheard(incident: "Incident | None", at: datetime, hold_down: timedelta) -> bool:
    """Passes are on record until an incident is over, and from then on only of what failed anew."""
    if incident is None:
        return True
    ended = incident.resolved_at or (incident.clear_since and incident.clear_since + hold_down)
    return incident.phase == "quiet" and not incident.returns and ended is not None and at > ended + SURE


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
