"""Which services of which clusters are meant."""

from collections import defaultdict
from dataclasses import dataclass

from scaudit.collect.aws.ecs import LIST_CLUSTERS, LIST_SERVICES
from scaudit.collect.aws.of_namespace import services_by_namespace
from scaudit.collect.aws.reads import Reads
from scaudit.model import Unread
from scaudit_cli.check.listing import pages
from scaudit_cli.usage import Refused


@dataclass(frozen=True, slots=True)
class Scope:
    """What was asked for; empty is not asked."""

    clusters: tuple[str, ...] = ()
    service: str = ""
    namespace: str = ""
    every_cluster: bool = False


def services_in(reads: Reads, scope: Scope, region: str) -> dict[str, list[str] | Unread]:
    """The names of the services in question, by cluster; under no cluster why even these could not be listed. Raises
    Refused when it is not clear which are meant, or when what was named does not exist."""
    if scope.namespace:
        return _of_namespace(reads, scope, region)
    clusters = scope.clusters or _clusters(reads, scope.every_cluster, region)
    if isinstance(clusters, Unread):
        return {"": clusters}
    if scope.service:
        return {cluster: [scope.service] for cluster in clusters}
    return dict(zip(clusters, reads.each(lambda cluster: _names(reads, cluster, region), clusters), strict=True))


def _clusters(reads: Reads, every: bool, region: str) -> list[str] | Unread:
    found: list[str] = []
    for page in pages(reads, LIST_CLUSTERS, "clusterArns"):
        if isinstance(page, Unread):
            return page
        found += map(_last, page or ())
    if not found:
        raise Refused(f"there is no cluster in {region}")
    if len(found) > 1 and not every:
        names = ", ".join(sorted(found))
        raise Refused(f"there are {len(found)} clusters in {region}: name one, or take --all ({names})")
    return sorted(found)


def _names(reads: Reads, cluster: str, region: str) -> list[str] | Unread:
    found: list[str] = []
    gone = ("ClusterNotFoundException",)
    for page in pages(reads, LIST_SERVICES, "serviceArns", gone=gone, cluster=cluster):
        if isinstance(page, Unread):
            return page
        if page is None:
            raise Refused(f"there is no cluster {cluster} in {region}")
        found += map(_last, page)
    return sorted(found)


def _of_namespace(reads: Reads, scope: Scope, region: str) -> dict[str, list[str] | Unread]:
    found: dict[str, list[str]] = defaultdict(list)
    listed = services_by_namespace(reads, "", scope.namespace)
    if isinstance(listed, Unread):
        return {"": listed}
    if listed is None:
        raise Refused(f"there is no namespace {scope.namespace} in {region}")
    for cluster, name in listed:
        if cluster in (scope.clusters or (cluster,)) and name in (scope.service or name,):
            found[cluster].append(name)
    return {cluster: sorted(names) for cluster, names in sorted(found.items())}


def _last(arn: str) -> str:
    return arn.rsplit("/", 1)[-1]
