"""Which names a task definition mentions, without keeping what it says: values may be secret."""

import re
from collections.abc import Iterable, Iterator, Mapping
from hashlib import sha256

MOST_WORDS = 5000
_WORD = re.compile(r"[A-Za-z0-9._-]+")
_PORT = re.compile(r":([0-9]{1,5})(?![A-Za-z0-9._-])")
_PATH = re.compile(r"(?<!/)/$")
_USER = re.compile(r"(?<=://)[^\s/?#]*@")
"""The name and the password in a URL (RFC 3986, 3.2.1): no name of an endpoint, and not to be kept in any form."""
_BY_SCHEME = (("https://", 443), ("http://", 80))
"""The port of a URL without one (RFC 9110, 4.2)."""
Words = Mapping[str, tuple[str, ...]]
"""What is kept of each place's value: digest for a word, digest:digest where a port follows (the second is that of
word:port), digest^digest where a URL leaves the port to its scheme (likewise), and digest@digest for a word with dots
(the second is that of what follows the first dot)."""


def digest(word: str) -> str:
    """What is kept of a word: names are the same in whatever case they are written."""
    return sha256(word.lower().encode()).hexdigest()[:12]


def digests(values: Iterable[tuple[str, str]]) -> Words | None:
    """What is kept of each place's value, or None if that is more than `MOST_WORDS` in all."""
    found = {place: tuple(sorted(set(_kept(value)))) for place, value in values}
    kept = {place: words for place, words in found.items() if words}
    return kept if sum(map(len, kept.values())) <= MOST_WORDS else None


def ports(words: Iterable[str], name: str) -> set[str]:
    """The digests of name:port for each port that follows the name among these words."""
    head = f"{digest(name)}:"
    return {word.removeprefix(head) for word in words if word.startswith(head)}


def dials(words: Iterable[str], name: str, port: int) -> bool:
    """Whether the name stands among these words with this port, or in a URL whose scheme means it."""
    mine, dialled = digest(name), digest(f"{name}:{port}")
    return not {f"{mine}:{dialled}", f"{mine}^{dialled}"}.isdisjoint(words)


def parents(words: Words) -> set[str]:
    """The digests of what follows the first dot of any word."""
    return {word.partition("@")[2] for found in words.values() for word in found if "@" in word}


def _kept(value: str) -> Iterator[str]:
    value = _USER.sub("", value)
    for match in _WORD.finditer(value):
        word = match.group().strip(".")
        if not word:
            continue
        mine = digest(word)
        yield mine
        port = _PORT.match(value, match.end())
        if port and not _PATH.search(value, 0, match.start()):  # an image of a registry has a tag, and no port
            yield f"{mine}:{digest(f'{word}:{int(port.group(1))}')}"
        elif value[match.end() : match.end() + 1] != ":" and (meant := _meant(value, match.start())):
            yield f"{mine}^{digest(f'{word}:{meant}')}"
        parent = word.partition(".")[2]
        if parent and not parent.replace(".", "").isdigit():
            yield f"{mine}@{digest(parent)}"


def _meant(value: str, host: int) -> int:
    """The port that is meant by the scheme of a URL whose host begins there; 0 where there is none."""
    before = value[max(0, host - 8) : host].lower()
    return next((port for scheme, port in _BY_SCHEME if before.endswith(scheme)), 0)
