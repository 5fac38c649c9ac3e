"""The rows of the map, from what is known of each service, of its neighbours, and of what stands against it."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import field
from datetime import datetime
from typing import NamedTuple

from scaudit.checks import BY_ID
from scaudit.model import Neighbour, Severity, Status
from scaudit.model.calls import Call
from scaudit.model.mentioned_names import Words
from scaudit.model.places import Place
from scaudit.model.service_states import EndpointState, ServiceState, Worst
from scaudit.values import dataclass
from scaudit_cli.map.callers import Callers, callers
from scaudit_cli.map.model import Row, State, Trouble


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a Region: how its services stand, what each declares, the words of their task definitions
    (None, or nothing: not known), and the calls that were counted. `late` tells of a service why how it stood is not
    how it stands."""

    region: str
    states: Mapping[Place, ServiceState] = field(default_factory=dict)
    neighbours: Sequence[Neighbour] = ()
    words: Mapping[str, Words | None] = field(default_factory=dict)
    late: Mapping[Place, str] = field(default_factory=dict)
    calls: Set[Call] = frozenset()

    def place(self, neighbour: Neighbour) -> Place:
        """Where a neighbour is."""
        return Place(self.region, neighbour.cluster, neighbour.service)


def state_of(severity: Severity) -> State:
    """How something stands that fails so badly."""
    return State.NOTE if severity is Severity.INFO else State[severity.name]


def rows_of(known: Known, troubles: Iterable[Trouble], namespace: str = "") -> list[Row]:
    """A row for each endpoint of every service that is known, or of which something is wrong; of one namespace (name or
    ARN) where it is named."""
    declared = {known.place(n): n for n in known.neighbours}
    against: dict[Place, list[Trouble]] = defaultdict(list)
    for trouble in troubles:
        if trouble.place.cluster and trouble.place.service and trouble.place.region == known.region:
            against[trouble.place].append(trouble)
    named = callers(known.neighbours, known.words, known.calls)
    found: list[Row] = []
    for place in sorted({*known.states, *declared, *against}):
        neighbour = declared.get(place)
        if not namespace or (neighbour and namespace in (neighbour.namespace, neighbour.namespace_name)):
            found += _of_service(known, place, neighbour, against[place], named)
    return found


class _Worst(NamedTuple):
    state: State
    says: str = ""
    since: datetime | None = None


def _of_service(
    known: Known,
    place: Place,
    neighbour: Neighbour | None,
    troubles: Sequence[Trouble],
    named: Mapping[tuple[str, str, str], Callers],
) -> Iterator[Row]:
    state = known.states.get(place)
    swept = {each.name: each for each in state.endpoints} if state else {}
    serves = {e.name: e for e in neighbour.endpoints} if neighbour else {}
    names = {name for name in (*swept, *serves, *(t.subject.endpoint for t in troubles)) if name}
    rows: list[str | None] = [*sorted(names)] or ["" if state or neighbour else None]
    for name in rows:
        found = swept.get(name or "")
        told = (_told(t) for t in troubles if t.subject.endpoint in ("", name))
        worst = max([*told, _as_swept(found, known.late.get(place, ""))], key=lambda each: each.state)
        aliases = serves[name].names(neighbour.namespace_name) if neighbour and name and name in serves else None
        yield Row(
            place=place,
            endpoint=name,
            namespace=neighbour.namespace_name if neighbour else None,
            aliases=None if aliases is None else tuple(f"{alias}:{port}" for alias, port in aliases.items()),
            registered=found.registered if found else None,
            running=state.running if state else None,
            desired=state.desired if state else None,
            callers=named.get((place.cluster, place.service, name or "")),
            state=worst.state,
            says=worst.says,
            since=worst.since,
        )


def _told(trouble: Trouble) -> _Worst:
    return _Worst(trouble.state, f"{trouble.subject.check} {trouble.sentence}", trouble.since)


def _as_swept(endpoint: EndpointState | None, late: str) -> _Worst:
    """What the last look says of an endpoint; that nothing was found holds only where it is not `late`."""
    if endpoint is None:
        return _Worst(State.UNKNOWN, late or "no look has come by yet")
    worst = endpoint.worst
    found = _weighed(worst, endpoint.since) if worst else _Worst(State.FINE)
    return _Worst(State.UNKNOWN, late) if late and found.state <= State.NOTE else found


def _weighed(worst: Worst, since: datetime) -> _Worst:
    check = BY_ID.get(worst.check)
    title = check.title if check else "a check of another version"
    if worst.status == Status.UNKNOWN:
        return _Worst(State.UNKNOWN, f"{worst.check} could not be judged: {title}", since)
    if worst.status == Status.PENDING:
        return _Worst(State.UNKNOWN, f"{worst.check} is pending: {title}", since)
    return _Worst(state_of(Severity[worst.severity.upper()]), f"{worst.check} expected: {title}", since)
