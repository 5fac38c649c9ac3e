"""What a template leaves open decides which variant of it is deployed: every variant is looked at by itself.

A variant is found by asking again and again, each time with other answers to what could not be settled. Answers that
exclude one another never come together.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import TypeVar

from scaudit_cli.lint.opens import is_open, label_of, may_equal, solved, with_values, written

T = TypeVar("T")
Choices = Callable[[str], tuple[str, ...]]
"""Which values an open text is limited to; none if it is not."""
MOST_VARIANTS = 128
"""How many variants of one service are looked at: more than a person keeps in mind, and a second of work."""


class Impossible(Exception):
    """What is asked about is not there in this world."""


class Undecided(Exception):
    """A question that is not worth a variant."""


class World:
    """Answers to what a template leaves open: what a text is, and what it is not."""

    def __init__(self, script: tuple[int, ...] = ()) -> None:
        """`script` has the answers to give first, in the order of the questions."""
        self._script = script
        self._trail: tuple[int, ...] = ()
        self._quiet = self._departed = False
        self.forks: list[tuple[int, ...]] = []
        self.equal: dict[str, str] = {}
        self.usual: set[tuple[str, str, bool]] = set()
        self.unequal: dict[str, set[str]] = {}

    @property
    def asked(self) -> int:
        """How many questions were asked so far."""
        return len(self._trail)

    def choose(self, count: int) -> int:
        """One of several possibilities, by its number. Each is chosen in a world of its own. Raises Undecided where
        nothing is to be asked."""
        if self._quiet:
            raise Undecided
        position = len(self._trail)
        if position < len(self._script):
            answer = self._script[position]
        else:
            answer = 0
            self.forks += [(*self._trail, other) for other in range(1, count)]
        self._trail = (*self._trail, answer)
        return answer

    @contextmanager
    def unasked(self) -> Iterator[None]:
        """Within it nothing is asked: what would have to be raises Undecided."""
        self._quiet = True
        try:
            yield
        finally:
            self._quiet = False

    def same(self, one: str, other: str, choices: Choices) -> bool:
        """Whether two texts are one here."""
        one, other = with_values(one, self.equal), with_values(other, self.equal)
        if one == other or not may_equal(one, other):
            return one == other
        if is_open(one) and is_open(other):
            return self._is(max(one, other), min(one, other))
        text, value = (one, other) if is_open(one) else (other, one)
        text, value = solved(text, value) or (text, value)
        if not self._may_be(text, value, choices):
            return False
        if len([each for each in choices(text) if self._may_be(text, each, choices)]) == 1:
            self.equal[text] = value
            return True
        return self._is(text, value)

    def pick(self, text: str, values: list[str], choices: Choices) -> None:
        """Give an open text one of several values. Raises Impossible if it can have none of them."""
        ways = [solved(text, value) or (text, value) for value in values if may_equal(text, value)]
        if not (left := [way for way in ways if self._may_be(*way, choices)]):
            raise Impossible
        text, value = left[self.choose(len(left))] if len(left) > 1 else left[0]
        self.equal[text] = value

    def pick_beside(self, text: str, usual: str, values: list[str], choices: Choices) -> None:
        """Give an open text its usual value, or one of several others where no other text has one: their combinations
        would be too many. Raises Impossible if it can have none of them."""
        all_ = dict.fromkeys((usual, *values))
        ways = [solved(text, value) or (text, value) for value in all_ if may_equal(text, value)]
        if not (left := [way for way in ways if self._may_be(*way, choices)]):
            raise Impossible
        number = 0 if self._departed or len(left) == 1 else self.choose(len(left))
        self._departed = self._departed or number > 0
        text, value = left[number]
        self.equal[text] = value
        if value == usual:
            self.usual.add((text, value, True))

    def _may_be(self, text: str, value: str, choices: Choices) -> bool:
        allowed = choices(text)
        return value not in self.unequal.get(text, ()) and (not allowed or value in allowed)

    def _is(self, text: str, value: str) -> bool:
        if value in self.unequal.get(text, ()):
            return False
        if self.choose(2) == 0:
            self.equal[text] = value
            return True
        self.unequal.setdefault(text, set()).add(value)
        return False

    @property
    def answers(self) -> set[tuple[str, str, bool]]:
        """Text, value, and whether the one is the other. What a text is tells what it is not."""
        equal = {(text, value, True) for text, value in self.equal.items()}
        others = {(t, v, False) for t, values in self.unequal.items() if t not in self.equal for v in values}
        return equal | others


def explore(look: Callable[[World], T]) -> tuple[list[tuple[World, T]], bool]:
    """What is seen in every world, and whether these are all."""
    found: list[tuple[World, T]] = []
    scripts: list[tuple[int, ...]] = [()]
    for _ in range(MOST_VARIANTS):
        if not scripts:
            break
        world = World(scripts.pop())
        with suppress(Impossible):
            found.append((world, look(world)))
        scripts += reversed(world.forks)
    return found, not scripts


def meet(one: World, other: World) -> bool:
    """Whether both can be the case in one deployment."""
    return all(
        other.equal.get(text, value) == value and value not in other.unequal.get(text, ())
        for text, value in one.equal.items()
    ) and all(value not in one.unequal.get(text, ()) for text, value in other.equal.items())


def both(one: World, other: World) -> World:
    """The world in which two that meet are the case."""
    made = World()
    made.equal = one.equal | other.equal
    for unequal in (one.unequal, other.unequal):
        for text, values in unequal.items():
            made.unequal.setdefault(text, set()).update(values)
    return made


def when(worlds: list[World], all_worlds: list[World]) -> str:
    """In which of the worlds something is so, as the end of a sentence; nothing if in all of them."""
    if len(worlds) == len(all_worlds):
        return ""
    shared = set.intersection(*(world.answers for world in worlds))
    everywhere = set.intersection(*(world.answers for world in all_worlds))
    telling = (shared - everywhere) or (min((world.answers for world in worlds), key=len) - everywhere)
    telling = telling.difference(*(world.usual for world in worlds)) or telling
    told = [
        f"{label_of(text)} {'is' if is_so else 'is not'} {written(value) or 'empty'}"
        for text, value, is_so in sorted(telling)
    ]
    return f" (when {' and '.join(told)})" if told else ""
