"""What wakes notify: a change in the table's stream, told by the keys of its item.

A member that changed names its incident. Everything else is touched: an item `touch#…` is written for it anew.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import field
from enum import StrEnum
from typing import Any

from scaudit.model.places import Place, Subject
from scaudit.store.keys import TOUCH, digests, itself, member_of
from scaudit.values import dataclass

_CANARY = "canary"
_TEST = "test#"


class Digest(StrEnum):
    """Messages about many incidents: what is over budget, what was there before scaudit, what is open for a day."""

    OVERFLOW = "digest"
    BASELINE = "baseline"
    REMINDER = "reminder"


@dataclass(frozen=True, slots=True)
class IncidentChanged:
    """An incident may have changed: a member did, or it is `due`, since time alone may change it."""

    place: Place
    subject: Subject
    due: bool = field(default=False, compare=False)

    @property
    def key(self) -> tuple[str, str]:
        """The keys (pk, sk) of the item that tells of it."""
        return self.place.key, self.subject.key


@dataclass(frozen=True, slots=True)
class DigestDue:
    """A digest of a Region may have something to say."""

    region: str
    digest: Digest

    @property
    def key(self) -> tuple[str, str]:
        """The keys (pk, sk) of the item that tells of it."""
        return digests(self.region).key, self.digest


@dataclass(frozen=True, slots=True)
class CanaryPassed:
    """A canary came through queue and verify."""

    region: str

    @property
    def key(self) -> tuple[str, str]:
        """The keys (pk, sk) of the item that tells of it."""
        return itself(self.region).key, _CANARY


@dataclass(frozen=True, slots=True)
class AlertTestAsked:
    """A person asks for a test alert; `id` tells one request from another."""

    region: str
    id: str
    requested_by: str

    @property
    def key(self) -> tuple[str, str]:
        """The keys (pk, sk) of the item that tells of it."""
        return itself(self.region).key, f"{_TEST}{self.id}#{self.requested_by}"


Change = IncidentChanged | DigestDue | CanaryPassed | AlertTestAsked

Attempt = Callable[[Sequence[str]], AbstractContextManager[None]]
"""Does something about the records of these sequence numbers; what fails holds up nothing else."""


def change_of(pk: str, sk: str) -> Change:
    """The change that an item of the stream tells of. Raises ValueError for keys that tell of none."""
    if sk.startswith(TOUCH):
        return touched(pk, sk.removeprefix(TOUCH))
    return IncidentChanged(Place.of(pk), member_of(sk)[0])


def touched(pk: str, name: str) -> Change:
    """The change with this `key`. Raises ValueError for what is none."""
    place = Place.of(pk)
    if name in list(Digest):
        return DigestDue(place.region, Digest(name))
    if name == _CANARY:
        return CanaryPassed(place.region)
    if name.startswith(_TEST):
        request, _, who = name.removeprefix(_TEST).partition("#")
        return AlertTestAsked(place.region, request, who)
    return IncidentChanged(place, Subject.of(name), due=True)


def gathered(records: Iterable[Mapping[str, Any]], attempt: Attempt) -> list[tuple[Change, list[str]]]:
    """Each change that records of the table's stream tell of, once, with the sequence numbers of its records."""
    found: dict[Change, tuple[Change, list[str]]] = {}
    for record in records:
        told, number = record["dynamodb"], record["dynamodb"]["SequenceNumber"]
        with attempt([number]):
            change = change_of(told["Keys"]["pk"]["S"], told["Keys"]["sk"]["S"])
            known, numbers = found.get(change, (change, []))
            due = change if isinstance(change, IncidentChanged) and change.due else known
            found[change] = due, [*numbers, number]
    return list(found.values())
