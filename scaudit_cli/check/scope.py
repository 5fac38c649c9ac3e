"""Which services of which clusters are meant."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from scaudit.collect.aws import ecs
from scaudit.collect.aws.ecs import LIST_CLUSTERS, LIST_SERVICES
from scaudit.collect.aws.namespaces import LIST_NAMESPACES
from scaudit.collect.aws.of_namespace import services_by_namespace
from scaudit.collect.aws.reads import Reads
from scaudit.collect.aws.typed import listed, token_of
from scaudit.model import Service, Unread
from scaudit.model.sentences import some
from scaudit.values import dataclass
from scaudit_cli.check.absent import absent
from scaudit_cli.check.listing import pages
from scaudit_cli.usage import Refused


@dataclass(frozen=True, slots=True)
class Scope:
    """What was asked for; empty is not asked. One `alone` is a service of one cluster, which is to be found; `task` is
    one of its tasks, looked at though nothing names it."""

    clusters: tuple[str, ...] = ()
    service: str = ""
    namespace: str = ""
    every_cluster: bool = False
    alone: bool = False
    task: str = ""


def services_in(reads: Reads, scope: Scope, region: str) -> dict[str, list[str] | Unread]:
    """The names of the services in question, by cluster; under no cluster why even these could not be listed. Raises
    Refused when it is not clear which are meant, or when what was named does not exist."""
    if scope.namespace:
        return _of_namespace(reads, scope, region)
    clusters = scope.clusters or _clusters(reads, scope.every_cluster or scope.alone, region)
    if isinstance(clusters, Unread):
        return {"": clusters}
    if scope.alone and len(clusters) > 1:
        return {_home(reads, clusters, scope.service, region): [scope.service]}
    if scope.service:
        return {cluster: [scope.service] for cluster in clusters}
    return dict(zip(clusters, reads.each(lambda cluster: _names(reads, cluster, region), clusters), strict=True))


def _clusters(reads: Reads, every: bool, region: str) -> list[str] | Unread:
    found: list[str] = []
    for page in pages(reads, LIST_CLUSTERS, _clusters_of):
        if isinstance(page, Unread):
            return page
        found += page or ()
    if not found:
        raise Refused(f"there is no cluster in {region}: is it in another --region?")
    if len(found) > 1 and not every:
        names = some(sorted(found))
        raise Refused(f"there are {len(found)} clusters in {region}: name one, or take --all ({names})")
    return sorted(found)


def _home(reads: Reads, clusters: Sequence[str], service: str, region: str) -> str:
    """The cluster that has this service."""
    asked = reads.each(lambda cluster: ecs.services(reads, cluster, [service])[service], clusters)
    answers = dict(zip(clusters, asked, strict=True))
    found = [cluster for cluster, answer in answers.items() if isinstance(answer, Service)]
    if len(found) > 1:
        names = ", ".join(f"{cluster}/{service}" for cluster in found)
        raise Refused(f"there are {len(found)} services {service} in {region}: name one of {names}")
    blind = next((answer for answer in answers.values() if isinstance(answer, Unread)), None)
    if not found and blind:
        raise Refused(f"which cluster of {region} has service {service} is not known ({blind.reason}): name it")
    if not found:
        raise absent_service(reads, [(cluster, service) for cluster in clusters], region)
    return found[0]


def _names(reads: Reads, cluster: str, region: str) -> list[str] | Unread:
    found: list[str] = []
    gone = ("ClusterNotFoundException",)
    for page in pages(reads, LIST_SERVICES, _services_of, gone=gone, cluster=cluster):
        if isinstance(page, Unread):
            return page
        if page is None:
            raise absent("cluster", cluster, region, _known(pages(reads, LIST_CLUSTERS, _clusters_of)))
        found += page
    return sorted(found)


def absent_service(reads: Reads, places: Sequence[tuple[str, str]], region: str) -> Refused:
    """Say that none of these services (cluster, name) is there. Raises Refused where a cluster is not."""
    listed = reads.each(lambda place: _names(reads, place[0], region), places)
    found = zip(places, listed, strict=True)
    known = [f"{c}/{name}" for (c, _), names in found if not isinstance(names, Unread) for name in names]
    if len(places) == 1:
        return absent("service", "/".join(places[0]), region, known)
    clusters = f"any of the {len(places)} clusters of {region}"
    return absent("service", places[0][1], clusters, known)


def _known(listing: Iterator[list[str] | Unread | None]) -> list[str]:
    return [name for page in listing if isinstance(page, list) for name in page]


def _of_namespace(reads: Reads, scope: Scope, region: str) -> dict[str, list[str] | Unread]:
    found: dict[str, list[str]] = defaultdict(list)
    listed = services_by_namespace(reads, "", scope.namespace)
    if isinstance(listed, Unread):
        return {"": listed}
    if listed is None:
        raise absent("namespace", scope.namespace, region, _known(pages(reads, LIST_NAMESPACES, _namespaces_of)))
    for cluster, name in listed:
        if cluster in (scope.clusters or (cluster,)) and name in (scope.service or name,):
            found[cluster].append(name)
    return {cluster: sorted(names) for cluster, names in sorted(found.items())}


def _clusters_of(answer: Mapping[str, Any]) -> tuple[list[str], str]:
    return [_last(arn) for arn in listed(answer["clusterArns"])], token_of(answer)


def _namespaces_of(answer: Mapping[str, Any]) -> tuple[list[str], str]:
    return [str(raw["Name"]) for raw in listed(answer["Namespaces"])], token_of(answer, "NextToken")


def _services_of(answer: Mapping[str, Any]) -> tuple[list[str], str]:
    return [_last(arn) for arn in listed(answer["serviceArns"])], token_of(answer)


def _last(arn: str) -> str:
    return arn.rsplit("/", 1)[-1]
