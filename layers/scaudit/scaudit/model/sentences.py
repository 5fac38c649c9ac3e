"""What is told in sentences, of bounded length: what is made of names and of text from outside may have any."""

from collections.abc import Iterable, Sequence

LONGEST = 600
"""Characters of a sentence."""
_SOME = 10


def clean(text: str) -> str:
    """Text from outside as data: without control characters, and cut."""
    return _cut(text if text.isprintable() else "".join(c if c.isprintable() else " " for c in text), LONGEST)


def told(parts: Iterable[str]) -> str:
    """The parts as one sentence: as many of them as fit whole, at least one, and how many more there are."""
    all_parts = list(parts)
    whole = "; ".join(all_parts)
    if len(whole) <= LONGEST:
        return whole
    room = LONGEST - len(_more(len(all_parts)))
    said = _cut(all_parts[0], room) if len(all_parts) > 1 else _cut(all_parts[0], LONGEST)
    count = 1
    for part in all_parts[1:]:
        if len(said) + 2 + len(part) > room:
            break
        said, count = f"{said}; {part}", count + 1
    return said + _more(len(all_parts) - count)


def remarked(sentence: str, remark: str) -> str:
    """A sentence and a remark that must not be cut off."""
    return f"{_cut(sentence, LONGEST - len(remark) - 2)}; {remark}"


def some(names: Sequence[str]) -> str:
    """The first names, and how many more there are."""
    rest = len(names) - _SOME
    return ", ".join(names[:_SOME]) + (f" and {rest} more" if rest > 0 else "")


def _more(count: int) -> str:
    return f"; and {count} more" if count else ""


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 3] + "..."
