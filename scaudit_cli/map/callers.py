"""Who names which endpoint in its task definition, as far as the task definitions are known."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from scaudit.model import Neighbour
from scaudit.model.arn import Arn
from scaudit.model.mentioned_names import Words, digest
from scaudit.values import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Caller:
    """A service that names an endpoint. `certain` is False where it names it by a word that may mean anything else:
    without a dot, and without the port. `stale`: it was deployed before the endpoint was there, and cannot resolve it;
    None where it is not known when the endpoint came."""

    name: str
    certain: bool = True
    stale: bool | None = False


@dataclass(frozen=True, slots=True)
class Callers:
    """The services that name an endpoint; `hidden` tells whose task definitions of its namespace were not looked
    into, empty when all were."""

    known: tuple[Caller, ...] = ()
    hidden: str = ""


def callers(neighbours: Iterable[Neighbour], words: Mapping[str, Words | None]) -> dict[tuple[str, str, str], Callers]:
    """Of every endpoint (cluster, service, endpoint) who names it, among all services of one Region. `words` maps a
    task definition to what is kept of its words; None, or nothing, is not known."""
    by_namespace: dict[str, list[Neighbour]] = defaultdict(list)
    for neighbour in neighbours:
        by_namespace[neighbour.namespace].append(neighbour)
    found: dict[tuple[str, str, str], Callers] = {}
    for namespace, its in by_namespace.items():
        hidden = _hidden(namespace, its, words)
        named = _named(its, words)
        for owner in its:
            for endpoint in owner.endpoints:
                key = owner.cluster, owner.service, endpoint.name
                found[key] = Callers(tuple(sorted(named.get(key, {}).values())), hidden)
    return found


def _named(
    neighbours: Sequence[Neighbour], words: Mapping[str, Words | None]
) -> Mapping[tuple[str, str, str], Mapping[str, Caller]]:
    served = defaultdict(list)
    for owner in neighbours:
        for endpoint in owner.endpoints:
            for name, port in endpoint.names(owner.namespace_name).items():
                sure = "" if "." in name else f"{digest(name)}:{digest(f'{name}:{port}')}"
                served[digest(name)].append((owner, endpoint, sure))
    found: dict[tuple[str, str, str], dict[str, Caller]] = defaultdict(dict)
    for client in neighbours:
        said = {word for of_place in (words.get(client.task_definition) or {}).values() for word in of_place}
        for owner, endpoint, sure in (hit for word in said for hit in served.get(word, ())):
            if owner.arn != client.arn:
                born = endpoint.created_at
                stale = None if born is None else client.deployed_at < born
                name, certain = f"{client.cluster}/{client.service}", not sure or sure in said
                mine = found[owner.cluster, owner.service, endpoint.name]
                before = mine.get(name)
                mine[name] = Caller(name, certain or (before is not None and before.certain), stale)
    return found


def _hidden(namespace: str, neighbours: Sequence[Neighbour], words: Mapping[str, Words | None]) -> str:
    """Why there may be callers that are not known."""
    blind = sum(words.get(each.task_definition) is None for each in neighbours)
    told = [f"{blind} of {len(neighbours)} task definitions were not looked into"] if blind else []
    owner = Arn.of(namespace).account if namespace.startswith("arn:") else ""
    if any(owner != Arn.of(each.arn).account for each in neighbours):
        told.append(f"services of other accounts in the namespace of account {owner} are not seen")
    return "; ".join(told)
