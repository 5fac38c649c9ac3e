"""What stood on record when a batch began."""

from scaudit.model.incidents import Stood
from scaudit.model.places import Place
from scaudit.store.ledger import Ledger
from scaudit.values import dataclass


@dataclass(eq=False)
class Standing(dict[Place, Stood]):
    """One batch's view of the ledger: what stood against each service, by its place, read once."""

    ledger: Ledger

    def __missing__(self, place: Place) -> Stood:
        self[place] = self.ledger.standing(place)
        return self[place]
