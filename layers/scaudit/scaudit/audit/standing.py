"""What stood on record when a batch began."""

from dataclasses import dataclass

from scaudit.model.incidents import Stood
from scaudit.store.ledger import Ledger


@dataclass(eq=False)
class Standing(dict[str, Stood]):
    """One batch's view of the ledger: what stood against each service, by its partition key, read once."""

    ledger: Ledger

    def __missing__(self, pk: str) -> Stood:
        self[pk] = self.ledger.standing(pk)
        return self[pk]
