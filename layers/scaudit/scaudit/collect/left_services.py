"""Cloud Map services that deleted ECS services left behind."""

import re
from collections import defaultdict

from scaudit.collect.aws import ecs
from scaudit.collect.aws.of_namespace import cloud_map_services, services_by_namespace
from scaudit.collect.aws.reads import Reads
from scaudit.model import LeftService, Unread
from scaudit.model.arn import Arn
from scaudit.settings import included

_MANAGED = re.compile(r"Managed by (arn:[^:]+:ecs:([^:]+):([^:]+):service/([\w-]+)/([\w-]+))")
"""What ECS writes as description of an endpoint's Cloud Map service (real answers; containers-roadmap 2560)."""


def left_services(
    reads: Reads, cluster: str, account: str, namespace: str, include: tuple[str, ...]
) -> dict[str, LeftService | Unread] | Unread:
    """The Cloud Map services of a namespace, by id, whose ECS service is gone: of this account and Region and a cluster
    of `include`, none of those that ECS lists in the namespace, and not there when asked for last. Unread where that
    could not be asked."""
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
    by_cluster: dict[str, list[str]] = defaultdict(list)
    for home, service in owned.keys() - set(there or ()):
        by_cluster[home].append(service)
    found: dict[str, LeftService | Unread] = {}
    for home, names in by_cluster.items():
        for service, described in ecs.services(reads, home, names).items():
            if described is None or isinstance(described, Unread):
                found |= {each.id: described or each for each in owned[home, service]}
    return found
