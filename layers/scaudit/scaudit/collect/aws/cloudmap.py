"""Registrations from Cloud Map: one exact call for one task, one call for a whole endpoint."""

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from scaudit.collect.aws.action import Action, Quota
from scaudit.collect.aws.reads import Reads
from scaudit.model import CloudMapService, Endpoint, Instance, Namespace, Unread
from scaudit.model.arn import Arn

_DISCOVERY = Quota("Cloud Map discovery", rate=1000, burst=2000)
"""AWS: AWS Cloud Map, API request throttling quota."""
_READS = Quota("Cloud Map reads", rate=50, published=False)
"""AWS publishes no rate. 50 a second is reported of ListInstances (external-dns issue 2505); that all of them share it
is the worst that may be."""
# Any account: a namespace may be shared with this one, and then its ARNs carry the owner's id.
_NAMESPACES = "servicediscovery:${AWS::Region}:*:namespace/*"
_SERVICES = "servicediscovery:${AWS::Region}:*:service/*"

DISCOVER_INSTANCES = Action(
    "servicediscovery:DiscoverInstances",
    "all registrations of an endpoint, as clients find them",
    _DISCOVERY,
    (_NAMESPACES, _SERVICES),
)
GET_INSTANCE = Action("servicediscovery:GetInstance", "the registration of one task", _READS, (_SERVICES,))
LIST_INSTANCES = Action("servicediscovery:ListInstances", "all registrations of an endpoint", _READS, (_SERVICES,))
GET_NAMESPACE = Action("servicediscovery:GetNamespace", "a namespace", _READS, (_NAMESPACES,))
GET_SERVICE = Action("servicediscovery:GetService", "the Cloud Map service of an endpoint", _READS, (_SERVICES,))

MOST_DISCOVERED = 1000
"""DiscoverInstances answers with at most this many, in random order and without a token: exactly this many may be
a part (AWS: DiscoverInstances)."""
FEW = 5
"""Up to so many instances are asked for one by one, more by pages of 100."""
_GONE = ("InstanceNotFound", "ServiceNotFound", "NamespaceNotFound")

Registrations = dict[str, Instance | Unread | None]


def exactly(reads: Reads, cluster: str, account: str, endpoint: Endpoint, ids: Collection[str]) -> Registrations:
    """The instance of each task id under one endpoint, None where Cloud Map has none: not what clients discover, which
    may lag, but what is registered."""
    if endpoint.cloud_map_service is None:
        return dict.fromkeys(ids, _no_service(endpoint))
    service = reference(endpoint.cloud_map_service, account)
    if len(ids) <= FEW:
        return {id: _instance(reads, cluster, service, id) for id in ids}
    return _listed(reads, cluster, service, ids)


def discovered(
    reads: Reads, cluster: str, account: str, namespace: str, endpoint: Endpoint
) -> dict[str, Instance] | Unread:
    """Every registration under one endpoint, by task id: in one call, unless there are too many for one."""
    if endpoint.cloud_map_service is None:
        return _no_service(endpoint)
    found = _discover(reads, cluster, account, namespace, endpoint)
    if isinstance(found, Unread) or len(found) < MOST_DISCOVERED:
        return found
    everything: dict[str, Instance] = {}
    for page in _pages(reads, cluster, reference(endpoint.cloud_map_service, account)):
        if isinstance(page, Unread):
            return page
        everything |= page
    return everything


def _no_service(endpoint: Endpoint) -> Unread:
    return Unread(f"the deployment lists no Cloud Map service for endpoint {endpoint.name}")


def _instance(reads: Reads, cluster: str, service: str, id: str) -> Instance | Unread | None:
    answer = reads.ask(GET_INSTANCE, cluster, gone=_GONE, ServiceId=service, InstanceId=id)
    return instance_of(id, answer["Instance"].get("Attributes", {})) if isinstance(answer, dict) else answer


def _discover(
    reads: Reads, cluster: str, account: str, namespace: str, endpoint: Endpoint
) -> dict[str, Instance] | Unread:
    http_name = _http_name(reads, cluster, account, namespace)
    if http_name is None or isinstance(http_name, Unread):
        return http_name or {}
    owner = Arn.of(namespace).account
    answer = reads.ask(
        DISCOVER_INSTANCES,
        cluster,
        gone=_GONE,
        NamespaceName=http_name,
        ServiceName=endpoint.name,
        MaxResults=MOST_DISCOVERED,
        HealthStatus="ALL",
        **({} if owner == account else {"OwnerAccount": owner}),
    )
    if isinstance(answer, Unread):
        return answer
    listed = (answer or {}).get("Instances", ())
    return {raw["InstanceId"]: instance_of(raw["InstanceId"], raw.get("Attributes", {})) for raw in listed}


def _http_name(reads: Reads, cluster: str, account: str, namespace: str) -> str | Unread | None:
    """The name DiscoverInstances wants: the namespace's HttpName, which may differ from its name."""
    known: Namespace | None = reads.memory.get(namespace)
    found = known or namespace_now(reads, cluster, account, namespace)
    return found.http_name if isinstance(found, Namespace) else found


def namespace_now(reads: Reads, cluster: str, account: str, arn: str) -> Namespace | Unread | None:
    """A namespace as it is now, read once a batch; None when there is none."""
    if not Arn.of(arn).account:
        return Unread(f"the namespace is given as {arn!r}, and not by its ARN")
    if arn not in reads.once:
        answer = reads.ask(GET_NAMESPACE, cluster, gone=_GONE, Id=reference(arn, account))
        reads.once[arn] = namespace_of(answer["Namespace"]) if isinstance(answer, dict) else answer
        if isinstance(answer, dict):
            reads.memory.keep(arn, reads.once[arn])
    known: Namespace | Unread | None = reads.once[arn]
    return known


def cloud_map_service(reads: Reads, cluster: str, account: str, arn: str) -> CloudMapService | Unread | None:
    """The Cloud Map service of this ARN, which never changes, so it is read once; None when there is none."""
    known: CloudMapService | None = reads.memory.get(arn)
    if known is None:
        answer = reads.ask(GET_SERVICE, cluster, gone=("ServiceNotFound",), Id=reference(arn, account))
        if not isinstance(answer, dict):
            return answer
        known = cloud_map_service_of(answer["Service"])
        reads.memory.keep(arn, known)
    return known


def _listed(reads: Reads, cluster: str, service: str, ids: Collection[str]) -> Registrations:
    """Page through ListInstances until every wanted id is found: absence is known only after the last page."""
    found: Registrations = dict.fromkeys(ids)
    for page in _pages(reads, cluster, service):
        missing = [id for id in ids if found[id] is None]
        if isinstance(page, Unread):
            return found | dict.fromkeys(missing, page)
        found |= {id: page[id] for id in missing if id in page}
        if all(id in page or found[id] for id in missing):
            break
    return found


def _pages(reads: Reads, cluster: str, service: str) -> Iterator[dict[str, Instance] | Unread]:
    """Pages may be empty and not the last (AWS: ListInstances); one that could not be read is the last."""
    token = ""
    while True:
        more = {"NextToken": token} if token else {}
        answer = reads.ask(LIST_INSTANCES, cluster, gone=_GONE, ServiceId=service, MaxResults=100, **more)
        if isinstance(answer, Unread):
            yield answer
            return
        listed = (answer or {}).get("Instances", ())
        yield {raw["Id"]: instance_of(raw["Id"], raw.get("Attributes", {})) for raw in listed}
        token = (answer or {}).get("NextToken") or ""
        if not token:
            return


def reference(arn: str, account: str) -> str:
    """What Cloud Map takes: the id for one's own, the ARN for what another account shares (AWS: shared namespaces)."""
    named = Arn.of(arn)
    return named.name if named.account == account else arn


def namespace_of(raw: Mapping[str, Any]) -> Namespace:
    """`Namespace` of GetNamespace."""
    http = (raw.get("Properties") or {}).get("HttpProperties") or {}
    return Namespace(arn=raw["Arn"], name=raw["Name"], http_name=http.get("HttpName", ""))


def cloud_map_service_of(raw: Mapping[str, Any]) -> CloudMapService:
    """`Service` of GetService."""
    return CloudMapService(
        id=raw["Id"],
        name=raw["Name"],
        created_at=raw["CreateDate"],
        description=raw.get("Description", ""),
    )


def instance_of(id: str, attributes: Mapping[str, str]) -> Instance:
    """One Cloud Map instance; the attribute names are those of real ListInstances outputs."""
    return Instance(
        id=id,
        address=attributes.get("AWS_INSTANCE_IPV4", ""),
        port=attributes.get("AWS_INSTANCE_PORT", ""),
        zone=attributes.get("AvailabilityZone", ""),
        deployment=attributes.get("DeploymentId", ""),
    )
