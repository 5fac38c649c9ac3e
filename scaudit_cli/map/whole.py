"""The map put together: the rows of every Region, and how the whole of it stands."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime

from scaudit_cli.ask.form import count
from scaudit_cli.map.model import Map, Row, State, Trouble
from scaudit_cli.map.rows import Known, rows_of
from scaudit_cli.usage import Refused


def map_of(
    regions: Iterable[Known],
    troubles: Sequence[Trouble],
    doubts: Sequence[str],
    looked_at: Sequence[str],
    source: str,
    at: datetime,
    namespace: str = "",
) -> Map:
    """Everything that is known, of one namespace (name or ARN) where it is named. Raises Refused where nothing is known
    of that one."""
    regions = list(regions)
    rows = [row for known in regions for row in rows_of(known, troubles, namespace)]
    if namespace and not rows:
        names = sorted({neighbour.namespace_name for known in regions for neighbour in known.neighbours})
        raise Refused(f"no service of namespace {namespace} is known; known are {', '.join(names) or 'none'}")
    inside = {row.place for row in rows}
    mine = [t for t in troubles if not namespace or t.place in inside or not (t.place.cluster and t.place.service)]
    told = [*doubts, *_doubts(rows), *(_homeless(regions, troubles) if namespace else ())]
    worst = max([State.FINE, *(row.state for row in rows), *(trouble.state for trouble in mine)])
    state = max(worst, State.UNKNOWN) if told else worst
    order = sorted(mine, key=lambda t: (-t.state, t.since or at, t.place, t.subject))
    loud = tuple(trouble for trouble in order if trouble.state is not State.UNKNOWN)
    return Map(source, at, state, _summary(rows, mine, told), tuple(rows), loud, tuple(told), tuple(looked_at))


def _doubts(rows: Sequence[Row]) -> list[str]:
    """What the map does not show, for want of knowing it."""
    unknown = sum(row.state is State.UNKNOWN for row in rows)
    found = [f"not known of {count(unknown, 'endpoint')}: the table tells why"] if unknown else []
    blind = sum(row.callers is None for row in rows if row.endpoint)
    if blind:
        found.append(f"the clients of {count(blind, 'endpoint')} are not known: scaudit map --live looks")
    hidden = Counter((row.namespace, row.callers.hidden) for row in rows if row.callers and row.callers.hidden)
    found += [f"namespace {name} may have more clients: {why}" for name, why in sorted(hidden, key=str)]
    return found


def _homeless(regions: Sequence[Known], troubles: Sequence[Trouble]) -> list[str]:
    """How much is left out of one namespace's map that may be in it."""
    wrong = {trouble.place for trouble in troubles if trouble.place.cluster and trouble.place.service}
    known = {place for each in regions for place in each.states} | wrong
    homeless = known - {each.place(neighbour) for each in regions for neighbour in each.neighbours}
    return [f"the namespace of {count(len(homeless), 'service')} is not known: not shown here"] if homeless else []


def _summary(rows: Sequence[Row], troubles: Sequence[Trouble], doubts: Sequence[str]) -> str:
    counts = Counter(trouble.state for trouble in troubles if trouble.state > State.UNKNOWN)
    found = ", ".join(f"{counts[state]} {state.word}" for state in sorted(counts, reverse=True))
    nothing = "nothing found, but not all was looked at" if doubts else "nothing found"
    services = {row.place for row in rows}
    endpoints = sum(bool(row.endpoint) for row in rows)
    return f"{found or nothing}; {count(endpoints, 'endpoint')} of {count(len(services), 'service')}"
