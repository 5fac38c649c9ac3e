"""What a check comes to whatever the open values are: it is put to every value that could make a difference."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import product

from scaudit.checks.check import Verdict
from scaudit.model import Status
from scaudit_cli.lint.about import OF_FARGATE
from scaudit_cli.lint.declarations import Declared
from scaudit_cli.lint.fit import why_open
from scaudit_cli.lint.opens import OpenText, marks_in, may_equal
from scaudit_cli.lint.parts import opens_of, place_in, values_of
from scaudit_cli.output.finding import Place

_TELLING = {
    "cpu": ("0", "1000000"),
    "memory": ("0", "1000000"),
    "memoryReservation": ("0", "1000000"),
    "platformVersion": ("LATEST", "1.3.0"),
}
"""Values that make a difference where ECS takes any: none at all, and more than enough; new, and too old."""
_OF_AWS = {"capacityProvider": OF_FARGATE}
"""Names that make a difference and stand in no enumeration."""
_MOST_READINGS = 64
Values = Mapping[str, str]
Told = tuple[Verdict, Place | None]


def whatever_is_open(check: str, sources: Sequence[Declared], judge: Callable[[Values], list[Verdict]]) -> list[Told]:
    """The verdicts that hold for every value of what is open; where they differ it is unknown, and the place is that
    of the value."""
    opens = list(opens_of(check, sources))
    readings = list(_readings(check, sources, [text for _, _, text in opens]))
    judged = [judge(values) for values in readings]
    return [_together(verdicts, [set(values) for values in readings], opens) for verdicts in zip(*judged, strict=True)]


def _readings(check: str, sources: Sequence[Declared], opens: Sequence[OpenText]) -> Iterator[Values]:
    """What is limited to a few values has each of them; of what is left, one at a time has each value that matters."""
    allowed = {mark: values for source in sources for mark, values in source.fitted.choices.items()}
    limited = [mark for mark in allowed if any(mark in marks_in(text) for text in opens)]
    free = [text for text in dict.fromkeys(opens) if not allowed.keys() & marks_in(text)]
    first = {text: _first(check, sources, text) for text in free}
    for number, chosen in enumerate(product(*(allowed[mark] for mark in limited))):
        if number == _MOST_READINGS:
            break
        base = {text: value for text, value in first.items() if value is not None} | dict(
            zip(limited, chosen, strict=True)
        )
        yield base
        for text in free:
            yield from (base | {text: value} for value in _matters(check, sources, text) if value != base.get(text))


def _first(check: str, sources: Sequence[Declared], text: OpenText) -> str | None:
    """The value to begin with: open, but for sizes, which are added up."""
    return next((_TELLING[name][0] for name in _names(check, sources, text) if name in _TELLING), None)


def _names(check: str, sources: Sequence[Declared], text: OpenText) -> list[str]:
    return [path.rpartition(".")[2] for _, path, other in opens_of(check, sources) if other == text]


def _matters(check: str, sources: Sequence[Declared], text: OpenText) -> list[str]:
    if text.kind == "boolean":
        return ["true", "false"]
    telling = next((_TELLING[name] for name in _names(check, sources, text) if name in _TELLING), None)
    if telling is not None:
        return list(telling)
    names = _names(check, sources, text)
    others = values_of(check, sources) | set(text.enum).union(*(_OF_AWS.get(name, ()) for name in names))
    return sorted(value for value in others if value != text and may_equal(value, text))


def _together(
    verdicts: Sequence[Verdict], readings: Sequence[set[str]], opens: Sequence[tuple[Declared, str, OpenText]]
) -> Told:
    statuses = {verdict.status for verdict in verdicts}
    if statuses <= {Status.PASS, Status.SKIPPED}:
        return next((v for v in verdicts if v.status is Status.PASS), verdicts[0]), None
    if statuses == {Status.FAIL}:
        always = [part for part in verdicts[0].sentence.split("; ") if all(part in v.sentence for v in verdicts)]
        return replace(verdicts[0], sentence="; ".join(always) or verdicts[0].sentence), None
    if Status.UNKNOWN in statuses:
        return next(v for v in verdicts if v.status is Status.UNKNOWN), None
    # The value that makes the difference: of the readings, the first that is not as the one before.
    turns = next(i for i, verdict in enumerate(verdicts) if verdict.status is not verdicts[0].status)
    changed = readings[turns] - readings[0] if len(readings[turns]) > len(readings[0]) else readings[turns]
    source, path, text = next(
        (each for each in opens if each[2] in changed or changed & set(marks_in(each[2]))), opens[0]
    )
    fitted = source.fitted
    why = fitted.unresolved.get(path) or why_open(path, text, lambda mark: fitted.choices.get(mark, ()))
    unknown = replace(verdicts[0], status=Status.UNKNOWN, sentence=why, severity=verdicts[0].check.severity)
    return unknown, place_in(source, path)
