"""Why it would not be known that nothing is wrong."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from scaudit.model import Status
from scaudit_cli.ask.form import count, minute

if TYPE_CHECKING:
    from scaudit.store.overview import Overview, Undecided

STALE = timedelta(minutes=90)
"""The slowest sweep has been by within this: `SweepRate` is an hour at most, and the alarm HeartbeatSilent waits so."""


def open_words(found: "Undecided") -> str:
    """What is unknown or pending, in a sentence."""
    kinds = ((found.tasks, "task"), (found.services, "service"))
    number = " and ".join(count(number, what) for number, what in kinds if number)
    checks = f" ({', '.join(found.checks)})" if found.checks else ""
    if found.status is Status.PENDING:
        are = "is" if found.tasks + found.services == 1 else "are"
        return f"{number} of {found.where} {are} pending{checks}"
    told = "the saved query on them, and scaudit check, tell why"
    return f"{number} of {found.where} could not be judged{checks}; {told}"


def doubts(region: "Overview", at: datetime) -> list[str]:
    """Why it is not known of a Region that nothing is wrong, in sentences."""
    found = [] if region.swept else [f"{region.region}: no cluster was swept yet"]
    found += [f"{region.region}: {name} was not swept yet" for name in region.unswept]
    found += [f"{region.region}: {open_words(each)}" for each in region.undecided]
    for each in region.swept:
        if at - each.at > STALE:
            found.append(f"{region.region}: {each.cluster} was last swept {minute(each.at)}")
        if each.verified < each.tasks:
            found.append(
                f"{region.region}: {each.tasks - each.verified} of {each.tasks} tasks of {each.cluster} "
                "were not verified"
            )
    if region.heartbeat is None:
        found.append(f"{region.region}: no heartbeat for a day")
    elif at - region.heartbeat > STALE:
        found.append(f"{region.region}: the last heartbeat was {minute(region.heartbeat)}")
    return found
