"""Our dataclasses are as the standard library's, but that nothing at run time keeps them from being changed."""

import copy
import dataclasses
import pickle
from collections.abc import Callable
from dataclasses import field, fields, replace
from typing import Any

import pytest

from scaudit.values import dataclass


@dataclass(frozen=True, slots=True)
class Picked:
    """One that can be found by its name."""

    number: int
    text: str = ""


def several(made: Callable[..., Any]) -> Any:
    @made(frozen=True, slots=True)
    class Several:
        number: int
        text: str = "a"
        noted: tuple[str, ...] = field(default=(), compare=False, repr=False)
        kept: list[int] = field(default_factory=list, compare=False)

    return Several


def empty(made: Callable[..., Any]) -> Any:
    @made(frozen=True, slots=True)
    class Empty:
        """Nothing."""

    return Empty


def alone(made: Callable[..., Any]) -> Any:
    @made(frozen=True, slots=True, kw_only=True)
    class Alone:
        number: int = 1

    return Alone


def own(made: Callable[..., Any]) -> Any:
    @made(frozen=True, slots=True)
    class Own:
        number: int = 1

        def __repr__(self) -> str:
            return f"number {self.number}"

        def __hash__(self) -> int:
            return 7

    return Own


def by_identity(made: Callable[..., Any]) -> Any:
    @made(frozen=True, slots=True, eq=False)
    class ByIdentity:
        number: int = 1

    return ByIdentity


def ordered(made: Callable[..., Any]) -> Any:
    @made(frozen=True, slots=True, order=True)
    class Ordered:
        number: int = 1

    return Ordered


def mutable(made: Callable[..., Any]) -> Any:
    @made
    class Mutable:
        number: int = 1

    return Mutable


VALUES: dict[Callable[..., Any], list[dict[str, Any]]] = {
    several: [{"number": 1}, {"number": 1, "noted": ("b",)}, {"number": 1, "text": "b"}, {"number": 2, "kept": [1]}],
    empty: [{}],
    alone: [{}, {"number": 2}],
    own: [{}, {"number": 2}],
    by_identity: [{}, {"number": 2}],
    ordered: [{}, {"number": 2}],
    mutable: [{}, {"number": 2}],
}


@pytest.mark.parametrize("kind", VALUES, ids=lambda kind: kind.__name__)
def test_they_compare_hash_and_show_as_the_standard_ones(kind: Callable[..., Any]):
    ours, theirs = kind(dataclass), kind(dataclasses.dataclass)
    mine, others = ([made(**given) for given in VALUES[kind]] for made in (ours, theirs))
    again, twins = ([made(**given) for given in VALUES[kind]] for made in (ours, theirs))
    assert [str(each).replace("<locals>", "") for each in mine] == [str(e).replace("<locals>", "") for e in others]
    assert [[a == b for a in mine] for b in again] == [[a == b for a in others] for b in twins]
    assert ours.__match_args__ == theirs.__match_args__ and ours.__doc__ == theirs.__doc__
    assert [one.name for one in fields(ours)] == [one.name for one in fields(theirs)]
    assert hasattr(ours, "__slots__") == hasattr(theirs, "__slots__")
    assert mine[0] != others[0] and mine[0] != 1
    assert hasattr(ours, "__lt__") and (kind is not ordered or mine[0] < mine[1])
    if theirs.__hash__ is None:
        assert ours.__hash__ is None
    else:
        assert [[hash(a) == hash(b) for a in mine] for b in again] == [
            [hash(a) == hash(b) for a in others] for b in twins
        ]
    assert [
        replace(each, **given) for each, given in zip(mine, VALUES[kind], strict=True)
    ] == again or kind is by_identity


def test_a_value_that_cannot_be_hashed_says_so():
    @dataclass(frozen=True, slots=True)
    class Listing:
        items: list[int]

    with pytest.raises(TypeError, match="unhashable"):
        hash(Listing([]))


def test_they_can_be_copied_pickled_and_matched():
    one = Picked(1, "a")
    assert copy.copy(one) == copy.deepcopy(one) == pickle.loads(pickle.dumps(one)) == one
    match one:
        case Picked(number, text="a"):
            assert number == 1
        case _:
            pytest.fail("it does not match")
