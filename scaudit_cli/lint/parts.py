"""Which parts of a request each check is about: where it points at, and what it cannot do without."""

import re
from collections.abc import Iterator, Sequence

from scaudit_cli.lint.files import Declared
from scaudit_cli.lint.fit import NAMESPACE
from scaudit_cli.lint.opens import OpenText
from scaudit_cli.lint.opens import written as legible
from scaudit_cli.output.finding import Place

_SERVICE = "serviceConnectConfiguration"
_SERVICES = f"{_SERVICE}.services"
_LOG = f"{_SERVICE}.logConfiguration"
_CONTAINERS = "containerDefinitions"
PARTS = {
    "SC101": (NAMESPACE,),
    "SC102": (f"{_SERVICES}.portName", f"{_CONTAINERS}.portMappings.name"),
    "SC103": (
        "networkMode",
        "requiresCompatibilities",
        "capacityProviderStrategy.capacityProvider",
        "platformVersion",
        "launchType",
        "deploymentController.type",
        "runtimePlatform.operatingSystemFamily",
        f"{_CONTAINERS}.hostname",
        f"{_CONTAINERS}.links",
    ),
    "SC104": (_SERVICES,),
    "SC105": (
        f"{_SERVICES}.discoveryName",
        f"{_SERVICES}.clientAliases.dnsName",
        f"{_SERVICES}.clientAliases.port",
        f"{_SERVICES}.portName",
    ),
    "SC106": (f"{_LOG}.logDriver", f"{_LOG}.options"),
    "SC107": (f"{_CONTAINERS}.healthCheck.command", f"{_CONTAINERS}.essential", f"{_CONTAINERS}.name"),
    "SC108": ("cpu", "memory", *(f"{_CONTAINERS}.{size}" for size in ("cpu", "memory", "memoryReservation"))),
    "SC109": (f"{_SERVICES}.tls", "networkMode"),
    "SC110": (NAMESPACE,),
    "SC113": (
        f"{_SERVICES}.timeout.perRequestTimeoutSeconds",
        f"{_SERVICES}.portName",
        f"{_CONTAINERS}.portMappings.appProtocol",
        f"{_CONTAINERS}.portMappings.name",
    ),
    "SC111": (f"{_SERVICES}.clientAliases.port", f"{_CONTAINERS}.portMappings.containerPort", "networkMode"),
}
"""Paths without the indices of lists, the most telling one first."""
ENABLED = f"{_SERVICE}.enabled"


def parts_of(check: str) -> tuple[str, ...]:
    """What the check is about; everything, for one that is not listed."""
    return PARTS.get(check, ("",))


def why_unresolved(parts: Sequence[str], sources: Sequence[Declared]) -> tuple[str, Place] | None:
    """Why what is about these parts cannot be judged, and where: what they are in is not known, or whether it is
    enabled. A part that is itself open need not matter."""
    for source in sources:
        for path, why in source.fitted.unresolved.items():
            bare = _bare(path)
            has_parts = path not in source.fitted.opens
            if bare == ENABLED or (has_parts and any(_within(part, bare) or _within(bare, part) for part in parts)):
                return why, place_in(source, path)
    return None


def opens_of(check: str, sources: Sequence[Declared]) -> Iterator[tuple[Declared, str, OpenText]]:
    """What is open of the parts that the check is about: where, and what."""
    for source in sources:
        for path, text in source.fitted.opens.items():
            if any(_within(_bare(path), part) for part in parts_of(check)):
                yield source, path, text


def values_of(check: str, sources: Sequence[Declared]) -> set[str]:
    """The texts and numbers that are written where the check looks."""
    found = (
        value
        for source in sources
        for path, value in source.fitted.values.items()
        if any(_within(_bare(path), part) for part in parts_of(check))
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
    source = sources[0] if inside.startswith(_SERVICE) else sources[-1]
    return Place(source.file, source.fitted.lines[""])


def _written(part: str, sources: Sequence[Declared]) -> Iterator[tuple[Declared, str]]:
    for source in sources:
        for path in source.fitted.lines:
            if not part or _bare(path) == part:
                yield source, path


def _bare(path: str) -> str:
    """A path without the indices of lists."""
    return re.sub(r"\[\d+\]", "", path)


def _within(part: str, path: str) -> bool:
    return not path or part == path or part.startswith(f"{path}.")
