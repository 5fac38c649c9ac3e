"""The budget: how many announcements may go out one by one, and the pool of those that wait for a digest.

Items: pk = region//storm; sk = budget#window counts a window's single announcements, withheld#incident#digest#id is one
that waits for a digest. The digests themselves and the daily reminder lie there, too.

What waits has no fate yet. Its digest takes it, or its incident does, to say it alone or because it is over before
anybody heard of it; whoever is first, the other finds it taken. What is dealt with stays as a tombstone for a day, so
that a copy that crashed meanwhile neither puts it in again nor says it twice.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from scaudit.announce.words.announcement import Announcement
from scaudit.announce.words.envelope import identity
from scaudit.model.incidents import Incident
from scaudit.model.places import Place, Subject
from scaudit.store.changes import Digest, IncidentChanged
from scaudit.store.keys import digests, text
from scaudit.store.table import Table
from scaudit.values import dataclass

WINDOW = 300
"""Seconds of one budget, and the longest that what is over budget waits for its digest."""
BUDGET = 20
"""Announcements that go out one by one in a window."""
QUIET, LONGEST = timedelta(minutes=15), timedelta(hours=1)
"""The baseline is told when nothing was added to it for so long, and at the latest so long after its first."""
_WAITING = "withheld#"
_TOMBSTONE = timedelta(days=1)


class Fate(StrEnum):
    """What became of an announcement in the pool: nothing yet; it is in a digest that may not have been published yet;
    it was said in one; it is said alone; its incident is over and nobody needs to hear of it."""

    WAITING = "waiting"
    TAKEN = "taken"
    SAID = "said"
    ALONE = "alone"
    MOOT = "moot"


UNSAID = (Fate.WAITING, Fate.TAKEN)


@dataclass(frozen=True, slots=True)
class Entry:
    """An announcement of an opening (`episode`, `returns`) of an incident, and the digest it waits for; its form for
    machines, `data`, is empty once it is said."""

    key: str
    incident: IncidentChanged
    digest: Digest
    id: str
    episode: int
    returns: int
    state: str
    fate: Fate
    withheld_at: datetime
    data: dict[str, Any]


def key_of(incident: IncidentChanged, told: Announcement) -> str:
    """The sort key of an incident's announcement in the pool."""
    return f"{_begins(incident)}{told.digest}#{told.id}"


def digest_wait(digest: Digest, now: datetime) -> int:
    """Seconds until what a digest begins to gather may be told."""
    return WINDOW - int(now.timestamp()) % WINDOW if digest is Digest.OVERFLOW else int(QUIET.total_seconds())


def baseline_due(waiting: Sequence[Entry]) -> datetime:
    """When the baseline is complete; `waiting` is not empty, the longest waiting in front."""
    return min(waiting[-1].withheld_at + QUIET, waiting[0].withheld_at + LONGEST)


class Pool:
    """The budget and the pool of one table."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def spend(self, region: str, now: datetime) -> bool:
        """Take one announcement from this window's budget; False when it is used up."""
        window = int(now.timestamp()) // WINDOW
        return self._table.update(
            digests(region).key,
            f"budget#{window}",
            "SET expires_at = :expires_at ADD used :one",
            "attribute_not_exists(used) OR used < :budget",
            {":one": 1, ":budget": BUDGET, ":expires_at": (window + 2) * WINDOW},
        )

    def add(self, of: IncidentChanged, incident: Incident, told: Announcement, now: datetime) -> None:
        """Put an incident's announcement into the pool for its digest, unless it is or was there."""
        item = {
            "pk": digests(of.place.region).key,
            "sk": key_of(of, told),
            "fate": Fate.WAITING,
            "of": list(of.key),
            "episode": incident.episode,
            "returns": incident.returns,
            "news": told.data["state"],
            "announcement": told.data | {"subject": told.subject},
            "withheld_at": text(now),
        }
        self._table.put(item, "attribute_not_exists(fate)")

    def of(self, incident: IncidentChanged) -> list[Entry]:
        """What of this incident is or lately was in the pool, the longest waiting first."""
        return self._entries(incident.place.region, _begins(incident))

    def holds_up(self, of: IncidentChanged, *, over: bool) -> bool:
        """Whether something of an incident must be said before more; if `over`, what waits is taken back."""
        unsaid = [each for each in self.of(of) if each.fate in UNSAID]
        others = [each.state == "resolved" if over else each.digest is Digest.OVERFLOW for each in unsaid]
        return any(others) or any(each.fate is Fate.TAKEN for each in unsaid)

    def admits(self, of: IncidentChanged, begun: Incident, told: Announcement, now: datetime) -> bool:
        """Take back what an announcement replaces: what waits when its incident is over, so that nobody needs to hear
        of it; and a baseline opening that is to be said otherwise, unless that was or is about to be said. What is of
        the same episode before it came back is another opening. False when nothing is left to be said."""
        state = told.data["state"]
        if state not in ("open", "resolved") or told.digest == Digest.BASELINE:
            return True
        opening = begun.episode, begun.returns
        mine = [e for e in self.of(of) if (e.episode, e.returns) == opening and e.state != "resolved"]
        if state == "open":
            mine = [each for each in mine if each.digest is Digest.BASELINE and each.state == "open"]
            return all(self.take(of.place.region, each, Fate.ALONE, now) for each in mine)
        back = [each for each in mine if self.take(of.place.region, each, Fate.MOOT, now)]
        return not any(each.state == "open" for each in back)

    def waiting(self, region: str, digest: Digest | None = None) -> list[Entry]:
        """What a digest, or any of them, has still to say, the longest waiting first."""
        return [each for each in self._entries(region) if each.fate in UNSAID and digest in (None, each.digest)]

    def take(self, region: str, entry: Entry, fate: Fate, now: datetime) -> bool:
        """Decide the fate of what waits; False when another one was decided."""
        return self._table.update(
            digests(region).key,
            entry.key,
            "SET fate = :fate" + ("" if fate is Fate.TAKEN else ", expires_at = :expires_at"),
            "fate = :waiting OR fate = :fate",
            {
                ":fate": fate,
                ":waiting": Fate.WAITING,
                ":expires_at": None if fate is Fate.TAKEN else _expiry(now),
            },
        )

    def said(self, region: str, keys: Sequence[str], now: datetime) -> None:
        """The digest of these is published."""
        for key in keys:
            self._table.update(
                digests(region).key,
                key,
                "SET fate = :said, expires_at = :expires_at REMOVE announcement",
                "fate = :taken",
                {":said": Fate.SAID, ":taken": Fate.TAKEN, ":expires_at": _expiry(now)},
            )

    def _entries(self, region: str, prefix: str = _WAITING) -> list[Entry]:
        found = self._table.read(_entry, self._table.query(digests(region).key, prefix))
        return sorted(found, key=lambda entry: (entry.withheld_at, entry.key))


def _begins(incident: IncidentChanged) -> str:
    return f"{_WAITING}{identity(*incident.key)}#"


def _entry(item: dict[str, Any]) -> Entry:
    _, digest, message_id = item["sk"].removeprefix(_WAITING).split("#")
    place, subject = item["of"]
    return Entry(
        key=item["sk"],
        incident=IncidentChanged(Place.of(place), Subject.of(subject)),
        digest=Digest(digest),
        id=message_id,
        episode=int(item["episode"]),
        returns=int(item.get("returns", 0)),
        state=item["news"],
        fate=Fate(item["fate"]),
        withheld_at=datetime.fromisoformat(item["withheld_at"]),
        data=item.get("announcement", {}),
    )


def _expiry(now: datetime) -> int:
    return int((now + _TOMBSTONE).timestamp())
