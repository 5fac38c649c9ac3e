"""What a service's task definition mentions, beside what its namespace and others serve."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

from scaudit.model import Deployment, Namespace, Neighbour, NeighbourEndpoint, Service, Unread
from scaudit.model.arn import Arn
from scaudit.model.mentioned_names import MOST_WORDS, Words, dials, digest, ports
from scaudit.model.mentions import Call, Misnamed
from scaudit.model.seen import ServiceSeen


def name_of(neighbour: Neighbour) -> str:
    """As people write it: cluster/service. A file may not say which cluster."""
    return "/".join(filter(None, (neighbour.cluster, neighbour.service)))


def others(
    neighbours: Iterable[Neighbour], service: Service, primary: Deployment
) -> Iterator[tuple[Neighbour, NeighbourEndpoint]]:
    """Every endpoint of every other service of the namespace."""
    for neighbour in neighbours:
        if neighbour.namespace == primary.namespace and neighbour.arn != service.arn:
            for endpoint in neighbour.endpoints:
                yield neighbour, endpoint


def hidden_in(service: Service, primary: Deployment) -> str:
    """Which services of its namespace cannot be seen, or nothing: in one that another account shares, those of other
    accounts."""
    owner = Arn.of(primary.namespace).account
    hidden = f"services of other accounts in the namespace that account {owner} shares are not seen"
    return hidden if owner and owner != service.account else ""


def calls(known: ServiceSeen, service: Service, primary: Deployment) -> tuple[Call, ...] | Unread:
    """The endpoints of others that the task definition names. When one of them came to be must be known, unless another
    is newer than the deployment for certain."""
    around = _read(known)
    if isinstance(around, Unread):
        return around
    words, neighbours = around
    found: list[Call] = []
    undated = ""
    for neighbour, endpoint in others(neighbours, service, primary):
        for alias in endpoint.aliases:
            places = _places(words, alias.dns_name)
            if places and endpoint.created_at is None:
                undated = f"when endpoint {endpoint.name} of service {name_of(neighbour)} was created is not known"
            elif endpoint.created_at:
                found += [Call(place, alias.dns_name, name_of(neighbour), endpoint.created_at) for place in places]
    if undated and not any(call.created_at > primary.created_at for call in found):
        return Unread(undated)
    return tuple(found)


def misnamed(known: ServiceSeen, service: Service, primary: Deployment) -> tuple[Misnamed, ...] | Unread:
    """The names in the task definition that lead to an endpoint and are not served in the service's namespace: with the
    namespace behind a name that is served without it, with another port, or of another namespace.

    Only names that are made of those of endpoints are told: any other may be a database's or somebody else's. A service
    that is in DNS, too, may be found by any name; its own names a service may hold for other ends than a call.
    """
    around = _read(known)
    if isinstance(around, Unread):
        return around
    if not isinstance(known.namespace, Namespace):
        return known.namespace or Unread(f"namespace {primary.namespace} does not exist")
    words, neighbours = around
    served: dict[str, dict[int, str]] = defaultdict(dict)
    for neighbour in neighbours:
        if neighbour.namespace == primary.namespace:
            for name, port in _served(neighbour):
                served[name][port] = name_of(neighbour)
    own = _own(primary, known.namespace.name)
    found = [
        *_on_other_ports(words, {name: there for name, there in served.items() if name not in own}),
        *_elsewhere(words, neighbours, primary, {*served, *own}),
    ]
    hidden = hidden_in(service, primary)
    return Unread(hidden) if hidden and found else tuple(found)


def _read(known: ServiceSeen) -> tuple[Words, tuple[Neighbour, ...]] | Unread:
    if isinstance(known.task_definition, Unread):
        return known.task_definition
    if isinstance(known.neighbours, Unread):
        return known.neighbours
    words = known.task_definition.words
    if words is None:
        return Unread(f"the task definition has more than {MOST_WORDS} words, too many to look for names in")
    return words, known.neighbours


def _places(words: Words, name: str) -> list[str]:
    word = digest(name)
    return [place for place, found in words.items() if word in found]


def _served(neighbour: Neighbour) -> Iterator[tuple[str, int]]:
    for endpoint in neighbour.endpoints:
        yield from endpoint.names(neighbour.namespace_name).items()


def _own(primary: Deployment, namespace: str) -> set[str]:
    """Every name under which the service itself may be meant."""
    names = {e.name for e in primary.endpoints} | {a.dns_name for e in primary.endpoints for a in e.aliases}
    return names | {f"{name}.{namespace}" for name in names}


def _on_other_ports(words: Words, served: Mapping[str, Mapping[int, str]]) -> Iterator[Misnamed]:
    for name, there in served.items():
        right = {digest(f"{name}:{port}") for port in there}
        for place in _places(words, name):
            if ports(words[place], name) - right:
                told = [f"{name}:{port} (service {whose})" for port, whose in sorted(there.items())]
                yield Misnamed(place, f"{name} with another port", ", ".join(told))


def _elsewhere(
    words: Words, neighbours: Iterable[Neighbour], primary: Deployment, known: set[str]
) -> Iterator[Misnamed]:
    """Names that are served here without the namespace behind them, or only with it, or in another namespace. One
    without a dot may be any word: it counts only with the port on which it is served there."""
    for neighbour in neighbours:
        here = neighbour.namespace == primary.namespace
        where = "" if here else f" in namespace {neighbour.namespace_name} ({neighbour.namespace})"
        for endpoint in () if neighbour.in_dns else neighbour.endpoints:
            aliases = endpoint.names(neighbour.namespace_name)
            told = ", ".join(f"{name}:{port}" for name, port in aliases.items())
            made = {f"{name}.{neighbour.namespace_name}" for name in (endpoint.name, *aliases) if "." not in name}
            bare = {endpoint.name} if here and aliases else set()
            for name in sorted((made | bare | aliases.keys()) - known):
                there = {aliases[name]} if name in aliases else {*aliases.values()}
                for place in _places(words, name):
                    if "." in name or any(dials(words[place], name, port) for port in there):
                        yield Misnamed(place, name, f"{told} (service {name_of(neighbour)}){where}")
