"""Who names which endpoint in its task definition, and who was counted calling it, as far as these are known."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence, Set

from scaudit.model import Neighbour, NeighbourEndpoint
from scaudit.model.arn import Arn
from scaudit.model.calls import Call
from scaudit.model.mentioned_names import Words, dials, digest
from scaudit.values import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Caller:
    """A service that names an endpoint, or `calls` it: not `named` where only calls tell of it. `certain` is False
    where it names it by a word that may mean anything else: without a dot, and without the port, and was not counted
    calling it. `stale`: it was deployed before the endpoint was there, and cannot resolve it; None where it is not
    known when the endpoint came."""

    name: str
    certain: bool = True
    stale: bool | None = False
    named: bool = True
    calls: bool = False


@dataclass(frozen=True, slots=True)
class Callers:
    """The services that name an endpoint; `hidden` tells whose task definitions of its namespace were not looked
    into, empty when all were."""

    known: tuple[Caller, ...] = ()
    hidden: str = ""


def callers(
    neighbours: Iterable[Neighbour], words: Mapping[str, Words | None], calls: Set[Call] = frozenset()
) -> dict[tuple[str, str, str], Callers]:
    """Of every endpoint (cluster, service, endpoint) who names or calls it, among all services of one Region. `words`
    maps a task definition to what is kept of its words; None, or nothing, is not known. `calls` are those that were
    counted; that there is none means nothing."""
    by_namespace: dict[str, list[Neighbour]] = defaultdict(list)
    for neighbour in neighbours:
        by_namespace[neighbour.namespace].append(neighbour)
    found: dict[tuple[str, str, str], Callers] = {}
    for namespace, its in by_namespace.items():
        hidden = _hidden(namespace, its, words)
        named = _named(its, words)
        _count(named, its, calls)
        for owner in its:
            for endpoint in owner.endpoints:
                key = owner.cluster, owner.service, endpoint.name
                found[key] = Callers(tuple(sorted(named.get(key, {}).values())), hidden)
    return found


def _named(
    neighbours: Sequence[Neighbour], words: Mapping[str, Words | None]
) -> dict[tuple[str, str, str], dict[str, Caller]]:
    served = defaultdict(list)
    for owner in neighbours:
        for endpoint in owner.endpoints:
            for name, port in endpoint.names(owner.namespace_name).items():
                served[digest(name)].append((owner, endpoint, name, port))
    found: dict[tuple[str, str, str], dict[str, Caller]] = defaultdict(dict)
    for client in neighbours:
        said = {word for of_place in (words.get(client.task_definition) or {}).values() for word in of_place}
        for owner, endpoint, alias, port in (hit for word in said for hit in served.get(word, ())):
            if owner.arn != client.arn:
                name, certain = f"{client.cluster}/{client.service}", "." in alias or dials(said, alias, port)
                mine = found[owner.cluster, owner.service, endpoint.name]
                before = mine.get(name)
                mine[name] = Caller(name, certain or (before is not None and before.certain), _stale(client, endpoint))
    return found


def _stale(client: Neighbour, endpoint: NeighbourEndpoint) -> bool | None:
    return None if endpoint.created_at is None else client.deployed_at < endpoint.created_at


def _count(
    found: dict[tuple[str, str, str], dict[str, Caller]], neighbours: Sequence[Neighbour], calls: Set[Call]
) -> None:
    """Put the calls that were counted beside the names. A client calls within its own namespace (AWS: a service is a
    client of one), so that a discovery name means one endpoint."""
    served = {endpoint.name: (owner, endpoint) for owner in neighbours for endpoint in owner.endpoints}
    clients = {(client.cluster, client.service): client for client in neighbours}
    for call in calls:
        client, (owner, endpoint) = clients.get((call.cluster, call.service)), served.get(call.endpoint, (None, None))
        if client and owner and endpoint and client.arn != owner.arn:
            mine = found.setdefault((owner.cluster, owner.service, endpoint.name), {})
            name = f"{client.cluster}/{client.service}"
            mine[name] = Caller(name, stale=_stale(client, endpoint), named=name in mine, calls=True)


def _hidden(namespace: str, neighbours: Sequence[Neighbour], words: Mapping[str, Words | None]) -> str:
    """Why there may be callers that are not known."""
    blind = sum(words.get(each.task_definition) is None for each in neighbours)
    told = [f"{blind} of {len(neighbours)} task definitions were not looked into"] if blind else []
    owner = Arn.of(namespace).account if namespace.startswith("arn:") else ""
    if any(owner != Arn.of(each.arn).account for each in neighbours):
        told.append(f"services of other accounts in the namespace of account {owner} are not seen")
    return "; ".join(told)
