"""Whether users were told of an incident yet, and when one that is well again is over."""

from collections.abc import Iterable
from datetime import timedelta
from typing import TYPE_CHECKING

from scaudit_cli.ask.form import minute

if TYPE_CHECKING:
    from scaudit.model.incidents import Incident
    from scaudit.model.places import Place, Subject
    from scaudit.store.changes import Digest
    from scaudit.store.table import Table


def unsent_in(table: "Table", regions: Iterable[str]) -> dict[tuple["Place", "Subject"], "Digest"]:
    """The incidents whose opening waits for a digest, by place and subject: a query for each Region. Raises what AWS
    raises."""
    from scaudit.announce.pool import Pool

    waiting = [each for region in regions for each in Pool(table).waiting(region) if each.state == "open"]
    return {(each.incident.place, each.incident.subject): each.digest for each in waiting}


def waits_in(digest: "Digest") -> str:
    """Where an incident is told that nobody heard of yet."""
    return f"in {'the baseline' if digest == 'baseline' else 'a digest'}, not sent yet"


def well(incident: "Incident", hold_down: timedelta) -> str:
    """Since when an incident is well that is not over yet, and when it is."""
    if incident.clear_since is None:
        return ""
    over = f", about {minute(incident.clear_since + hold_down)}" if not incident.returns else "; it came back before"
    return f"well since {minute(incident.clear_since)}: resolved after HoldDown{over}"
