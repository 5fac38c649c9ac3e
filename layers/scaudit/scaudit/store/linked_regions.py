"""Which Regions are known to be linked to the stack's."""

from scaudit.store.keys import LINKED, estate
from scaudit.store.table import Table


class LinkedRegions:
    """Those of one table, by the stack's own Region, `home`."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def known(self, home: str) -> set[str]:
        """The Regions that are known to be linked."""
        return {item["sk"].removeprefix(LINKED) for item in self._table.query(estate(home).key, LINKED)}

    def link(self, home: str, region: str) -> None:
        """A Region is linked: what stands in it is to be closed when it no longer is."""
        self._table.put({"pk": estate(home).key, "sk": LINKED + region})

    def unlink(self, home: str, region: str) -> None:
        """Nothing stands in a Region that is no longer linked."""
        self._table.delete(estate(home).key, LINKED + region)
