"""The storm budget: how many announcements may go out one by one, and the pool of those that wait for the digest.

Items: pk = region//storm; sk = budget#window counts a window's single announcements, withheld#id is one that waits,
and the digest itself is kept as the incident of the subject `digest`.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from scaudit.items import partition, text
from scaudit.table import Table

WINDOW = 300
"""Seconds of one budget, and the longest that a withheld announcement waits for its digest."""
BUDGET = 20
"""Announcements that go out one by one in a window."""
DIGEST = "digest"
_WITHHELD = "withheld#"


def storm(region: str) -> str:
    """The partition key of the budget and of what it withholds."""
    return partition(region, "", "storm")


class Withheld:
    """The budget and the pool of one table."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def spend(self, region: str, now: datetime) -> bool:
        """Take one announcement from this window's budget; False when it is used up."""
        window = int(now.timestamp()) // WINDOW
        return self._table.update(
            storm(region),
            f"budget#{window}",
            "SET expires_at = :expires_at ADD used :one",
            "attribute_not_exists(used) OR used < :budget",
            {":one": 1, ":budget": BUDGET, ":expires_at": (window + 2) * WINDOW},
        )

    def add(self, region: str, id: str, data: dict[str, Any], now: datetime) -> None:
        """Put an announcement into the pool; the same one twice is one."""
        self._table.put({"pk": storm(region), "sk": _WITHHELD + id, "data": data, "withheld_at": text(now)})

    def holds(self, region: str, id: str) -> bool:
        """Whether this announcement is in the pool already."""
        return self._table.get(storm(region), _WITHHELD + id) is not None

    def waiting(self, region: str) -> list[dict[str, Any]]:
        """What is in the pool, the longest waiting first."""
        found = sorted(self._table.query(storm(region), _WITHHELD), key=lambda item: (item["withheld_at"], item["sk"]))
        return [item["data"] for item in found]

    def remove(self, region: str, ids: Sequence[str]) -> None:
        """Take these out of the pool: their digest is published."""
        for id in ids:
            self._table.delete(storm(region), _WITHHELD + id)
