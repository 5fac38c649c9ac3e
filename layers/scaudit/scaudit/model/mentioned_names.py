"""Which names a task definition mentions, without keeping what it says: values may be secret."""

import re
from collections.abc import Iterable, Mapping
from hashlib import sha256

MOST_WORDS = 5000
_BETWEEN = re.compile(r"[^A-Za-z0-9._-]+")


def digest(word: str) -> str:
    """What is kept of a word: names are the same in whatever case they are written."""
    return sha256(word.lower().encode()).hexdigest()[:12]


def digests(values: Iterable[tuple[str, str]]) -> Mapping[str, tuple[str, ...]] | None:
    """The digests of the words in each place's value, or None if there are more than `MOST_WORDS` in all."""
    found = {place: tuple(sorted({digest(word) for word in _words(value)})) for place, value in values}
    kept = {place: words for place, words in found.items() if words}
    return kept if sum(map(len, kept.values())) <= MOST_WORDS else None


def _words(value: str) -> Iterable[str]:
    return filter(None, (word.strip(".") for word in _BETWEEN.split(value)))
