"""Where the parts of a request that a check is about are written, and which of them are not known."""

import re
from collections.abc import Iterator, Sequence

from scaudit_cli.lint.about import ENABLED, bare, parts_of, within
from scaudit_cli.lint.declarations import Declared
from scaudit_cli.lint.opens import OpenText
from scaudit_cli.lint.opens import written as legible
from scaudit_cli.output.finding import Place


def why_unresolved(parts: Sequence[str], sources: Sequence[Declared]) -> tuple[str, Place] | None:
    """Why what is about these parts cannot be judged, and where: what they are in is not known, or whether it is
    enabled. A part that is itself open need not matter."""
    for source in sources:
        for path, why in source.fitted.unresolved.items():
            here, has_parts = bare(path), path not in source.fitted.opens
            if here == ENABLED or (has_parts and any(within(part, here) or within(here, part) for part in parts)):
                return why, place_in(source, path)
    return None


def opens_of(check: str, sources: Sequence[Declared]) -> Iterator[tuple[Declared, str, OpenText]]:
    """What is open of the parts that the check is about: where, and what."""
    for source in sources:
        for path, text in source.fitted.opens.items():
            if any(within(bare(path), part) for part in parts_of(check)):
                yield source, path, text


def values_of(check: str, sources: Sequence[Declared]) -> set[str]:
    """The texts and numbers that are written where the check looks."""
    found = (
        value
        for source in sources
        for path, value in source.fitted.values.items()
        if any(within(bare(path), part) for part in parts_of(check))
    )
    return {str(value) for value in found if isinstance(value, str | int) and not isinstance(value, bool)}


def place_in(source: Declared, path: str) -> Place:
    """Where a value is, or the nearest thing around it that is written."""
    while path and path not in source.fitted.lines:
        path = path.rpartition(".")[0]
    return Place(source.file, source.fitted.lines.get(path, 0))


def place_of(check: str, sentence: str, sources: Sequence[Declared]) -> Place:
    """The part whose value the sentence quotes first, else the first part that is written, else what it would be in."""
    written = [(source, path) for part in parts_of(check) for source, path in _written(part, sources)]
    words = re.findall(r"[^\s,:()]+", sentence)
    order: dict[str, int] = {word: position for position, word in reversed(list(enumerate(words)))}

    def quoted(found: tuple[Declared, str]) -> int:
        source, path = found
        return order.get(legible(str(source.fitted.values.get(path, ""))), len(words))

    if not written:
        return _around(parts_of(check)[0], sources)
    source, path = min(written, key=quoted)
    return Place(source.file, source.fitted.lines[path])


def _around(part: str, sources: Sequence[Declared]) -> Place:
    inside = part
    while part := part.rpartition(".")[0]:
        for source, path in _written(part, sources):
            return Place(source.file, source.fitted.lines[path])
    source = sources[0] if inside.startswith("serviceConnectConfiguration") else sources[-1]
    return Place(source.file, source.fitted.lines[""])


def _written(part: str, sources: Sequence[Declared]) -> Iterator[tuple[Declared, str]]:
    for source in sources:
        for path in source.fitted.lines:
            if not part or bare(path) == part:
                yield source, path
