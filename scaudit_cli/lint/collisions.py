"""Names that may be one though the files do not settle whether they are (SC105 says when they are one for certain)."""

from collections.abc import Callable, Sequence

from scaudit.model import Alias, Deployment, Neighbour, NeighbourEndpoint
from scaudit_cli.lint.opens import is_open, marks_in, may_equal, missing_in, with_values

Choices = Callable[[str], tuple[str, ...]]
_NOT_SETTLED = (", for the file does not settle it", ": the file does not settle the namespace")


def may_collide(own: Deployment, position: int, others: Sequence[Neighbour], choices: Choices) -> str:
    """Which name of an endpoint may be that of an endpoint of another service, or of its own; nothing if none. Of two
    that may be one this is said where something is open: what is settled is not in doubt for the other's sake."""
    endpoint = own.endpoints[position]
    rivals = [
        (other, f"endpoint {other.name} of service {neighbour.service}", is_open(own.namespace))
        for neighbour in others
        if _may_be_one(own.namespace, neighbour.namespace, choices)
        for other in neighbour.endpoints
    ]
    rivals += [
        (NeighbourEndpoint(other.name, other.aliases), f"its own endpoint {other.name}", False)
        for number, other in enumerate(own.endpoints)
        if number != position
    ]
    for rival, whose, in_doubt in rivals:
        if missing_in(rival.name):  # which is an error of that service
            continue
        if (in_doubt or is_open(endpoint.name)) and _may_be_one(endpoint.name, rival.name, choices):
            return f"discovery name {endpoint.name} may be that of {whose}{_NOT_SETTLED[in_doubt]}"
        for alias in endpoint.aliases:
            doubtful = in_doubt or is_open(alias.dns_name) or alias.port < 0
            if doubtful and any(_may_be_one_alias(alias, other, choices) for other in rival.aliases):
                return f"alias {alias.dns_name}:{alias.port} may be that of {whose}{_NOT_SETTLED[in_doubt]}"
    return ""


def _may_be_one_alias(one: Alias, other: Alias, choices: Choices) -> bool:
    ports = one.port == other.port or one.port < 0 or other.port < 0  # open numbers are below zero
    return bool(one.dns_name and other.dns_name) and ports and _may_be_one(one.dns_name, other.dns_name, choices)


def _may_be_one(one: str, other: str, choices: Choices) -> bool:
    if not (is_open(one) or is_open(other)):
        return one == other
    return any(may_equal(a, b) for a in _possible(one, choices) for b in _possible(other, choices))


def _possible(text: str, choices: Choices) -> list[str]:
    """The text with each value that is allowed where it is limited to a few."""
    found = [text]
    for mark in marks_in(text) if is_open(text) else ():
        found = [with_values(one, {mark: value}) for one in found for value in choices(mark) or (mark,)]
    return found
