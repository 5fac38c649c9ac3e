"""Cloud Map services that ECS services left behind when they were deleted, or had an endpoint no longer."""

import re
from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import replace

from scaudit.collect.aws import ecs
from scaudit.collect.aws.cloudmap import discovered
from scaudit.collect.aws.of_namespace import cloud_map_services, services_by_namespace
from scaudit.collect.aws.reads import Reads
from scaudit.model import Endpoint, LeftService, Neighbour, Service, Unread
from scaudit.model.arn import Arn
from scaudit.settings import included

_MANAGED = re.compile(r"Managed by (arn:[^:]+:ecs:([^:]+):([^:]+):service/([\w-]+)/([\w-]+))")
"""What ECS writes as description of an endpoint's Cloud Map service (real answers; containers-roadmap 2560)."""


def left_services(
    reads: Reads,
    cluster: str,
    account: str,
    namespace: str,
    include: tuple[str, ...],
    served: Collection[Neighbour] = (),
) -> dict[str, LeftService | Unread] | Unread:
    """The Cloud Map services of a namespace, by id, whose ECS service is gone: of this account and Region and a cluster
    of `include`, none of those that ECS lists in the namespace, and not there when asked for last. And those in which
    tasks are registered, and whose ECS service has no such endpoint, also when asked for last; of those in the
    namespace only the ones of which `served` does not tell it are doubted. Unread where that could not be asked."""
    listed = cloud_map_services(reads, cluster, account, namespace)
    if isinstance(listed, Unread):
        return listed
    owned: dict[tuple[str, str], list[LeftService]] = defaultdict(list)
    for service_id, told in listed.items():
        owner = _MANAGED.fullmatch(told.description)
        ours = owner and owner.group(2, 3) == (Arn.of(namespace).region, account)
        if owner and ours and included(owner.group(4), include):
            owned[owner.group(4), owner.group(5)].append(LeftService(service_id, told.name, owner.group(1)))
    there = services_by_namespace(reads, cluster, namespace) if owned else []
    if isinstance(there, Unread):
        return there
    names = {(n.cluster, n.service): {e.name for e in n.endpoints} for n in served if n.namespace == namespace}
    for owner_there in owned.keys() & set(there or ()):
        known = names.get(owner_there)
        owned[owner_there] = [each for each in owned[owner_there] if known is not None and each.name not in known]
    by_cluster: dict[str, list[str]] = defaultdict(list)
    for (home, service), doubted in owned.items():
        if doubted:
            by_cluster[home].append(service)
    found: dict[str, LeftService | Unread] = {}
    for home, services in by_cluster.items():
        for service, described in ecs.services(reads, home, services).items():
            if isinstance(described, Service):
                found |= _abandoned(reads, namespace, described, owned[home, service])
            else:
                found |= {each.id: described or each for each in owned[home, service]}
    return found


def _abandoned(
    reads: Reads, namespace: str, owner: Service, doubted: Sequence[LeftService]
) -> dict[str, LeftService | Unread]:
    """Those of an ECS service that is there which are no endpoint's of any of its deployments, and not empty: what
    becomes of one when its endpoint is renamed, or moves to another namespace, no page says."""
    its = {Arn.of(e.cloud_map_service).name for d in owner.deployments for e in d.endpoints if e.cloud_map_service}
    found: dict[str, LeftService | Unread] = {}
    for each in doubted if not owner.draining else ():
        if each.id in its:
            continue
        arn = f"{namespace.partition(':namespace/')[0]}:service/{each.id}"
        there = discovered(reads, owner.cluster, owner.account, namespace, Endpoint(each.name, "", arn))
        if isinstance(there, Unread):
            found[each.id] = there
        elif there:
            found[each.id] = replace(each, registered=tuple(sorted(there)))
    return found
