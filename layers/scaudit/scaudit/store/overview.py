"""All that is on record of a Region, for whoever asks what is wrong there."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from scaudit.model.incidents import Member, MemberState, Open
from scaudit.model.places import Place, Subject
from scaudit.store import keys, members
from scaudit.store.changes import CanaryPassed
from scaudit.store.items import Swept
from scaudit.store.keys import INCIDENT, TOUCH, standing_in
from scaudit.store.ledger import Ledger
from scaudit.store.table import Table

SAMPLES = 3
"""So many members of each problem are read: their sentences are mostly alike."""


@dataclass(frozen=True, slots=True)
class Problem:
    """What stands against one place: `count` members fail or are lost, of which some are `samples`. `announced` is the
    open incident that users are or will be told of, None for what is only on record."""

    place: Place
    subject: Subject
    count: int = 0
    samples: tuple[Member, ...] = ()
    announced: Open | None = None


@dataclass(frozen=True, slots=True)
class Overview:
    """A Region: the last sweep of each cluster, what is wrong, and when a canary of the sweep last came through queue
    and verify into the table, None when none did for a day."""

    region: str
    swept: tuple[Swept, ...] = ()
    problems: tuple[Problem, ...] = ()
    heartbeat: datetime | None = None


def overview(table: Table, region: str) -> Overview:
    """What the table knows of a Region: a query for each cluster that was swept in the last days, and three more; and
    the members of what is wrong, a hundred a call. The indexes may be seconds behind. Raises what AWS raises."""
    ledger = Ledger(table)
    swept = tuple(sorted(ledger.estate(region).values(), key=lambda each: each.cluster))
    open_ = {(each.place, each.subject): each for each in ledger.open_incidents(region)}
    clusters = {"", *(each.cluster for each in swept), *(place.cluster for place, _ in open_)}
    standing = _standing(table, region, clusters)
    wanted = [
        (place.key, keys.member(subject, one)) for (place, subject), ids in standing.items() for one in ids[:SAMPLES]
    ]
    read: dict[tuple[Place, Subject], list[Member]] = {}
    for item in table.fetch(wanted):
        if MemberState(item["state"]) in members.SPEAKING:  # else it passed since the index was asked
            known = Place.of(item["pk"]), keys.member_of(item["sk"])[0]
            read.setdefault(known, []).append(members.member_of(item))
    problems = tuple(
        Problem(*of, len(standing.get(of, ())), tuple(read.get(of, ())), open_.get(of))
        for of in {**open_, **standing}
        if of in open_ or of in read
    )
    pk, name = CanaryPassed(region).key
    canary = table.get(pk, TOUCH + name)
    return Overview(region, swept, problems, datetime.fromisoformat(canary["touched_at"]) if canary else None)


def _standing(table: Table, region: str, clusters: Iterable[str]) -> dict[tuple[Place, Subject], list[str]]:
    """The ids of the members that fail or are lost, by place and subject."""
    found: dict[tuple[Place, Subject], list[str]] = {}
    for cluster in sorted(clusters):
        for item in table.standing(standing_in(region, cluster)):
            if not item["sk"].startswith(INCIDENT):
                subject, member = keys.member_of(item["sk"])
                found.setdefault((Place.of(item["pk"]), subject), []).append(member)
    return found
