"""Registrations from Cloud Map: one exact call for one task, one call for a whole endpoint."""

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from scaudit.collect.aws.action import Action, Quota
from scaudit.collect.aws.answers import canonical
from scaudit.collect.aws.namespaces import GONE, NAMESPACES, READS, SERVICES, namespace_now, reference
from scaudit.collect.aws.reads import Reads
from scaudit.collect.aws.typed import text, token_of
from scaudit.model import Endpoint, Instance, Namespace, Unread
from scaudit.model.arn import Arn

_DISCOVERY = Quota("Cloud Map discovery", rate=1000, burst=2000)
"""AWS: AWS Cloud Map, API request throttling quota."""
DISCOVER_INSTANCES = Action(
    "servicediscovery:DiscoverInstances",
    "all registrations of an endpoint, as clients find them",
    _DISCOVERY,
    (NAMESPACES, SERVICES),
)
GET_INSTANCE = Action("servicediscovery:GetInstance", "the registration of one task", READS, (SERVICES,))
LIST_INSTANCES = Action("servicediscovery:ListInstances", "all registrations of an endpoint", READS, (SERVICES,))

MOST_DISCOVERED = 1000
"""DiscoverInstances answers with at most this many, in random order and without a token: exactly this many may be
a part (AWS: DiscoverInstances)."""
FEW = 5
"""Up to so many instances are asked for one by one, more by pages of 100."""

Registrations = dict[str, Instance | Unread | None]


def exactly(reads: Reads, cluster: str, account: str, endpoint: Endpoint, ids: Collection[str]) -> Registrations:
    """The instance of each task id under one endpoint, None where Cloud Map has none: not what clients discover, which
    may lag, but what is registered."""
    if endpoint.cloud_map_service is None:
        return dict.fromkeys(ids, _no_service(endpoint))
    service = reference(endpoint.cloud_map_service, account)
    if len(ids) <= FEW:
        return {task_id: _instance(reads, cluster, service, task_id) for task_id in ids}
    return _listed(reads, cluster, service, ids)


def discovered(
    reads: Reads, cluster: str, account: str, namespace: str, endpoint: Endpoint
) -> dict[str, Instance | Unread] | Unread:
    """Every registration under one endpoint, by task id: in one call, unless there are too many for one. What an answer
    does not name is not there: whoever is missing is asked for exactly before it counts."""
    if endpoint.cloud_map_service is None:
        return _no_service(endpoint)
    found = _discover(reads, cluster, account, namespace, endpoint)
    if isinstance(found, Unread) or len(found) < MOST_DISCOVERED:
        return found
    everything: dict[str, Instance | Unread] = {}
    for page in _pages(reads, cluster, reference(endpoint.cloud_map_service, account)):
        if isinstance(page, Unread):
            return page
        everything |= page
    everything.pop("", None)
    return everything


def _no_service(endpoint: Endpoint) -> Unread:
    return Unread(f"the deployment lists no Cloud Map service for endpoint {endpoint.name}")


def _instance(reads: Reads, cluster: str, service: str, task_id: str) -> Instance | Unread | None:
    answer = reads.ask(GET_INSTANCE, cluster, gone=GONE, ServiceId=service, InstanceId=task_id)
    if not isinstance(answer, dict):
        return answer
    return reads.understand(GET_INSTANCE, f"{service}/{task_id}", _instance_in, task_id, answer)


def _instance_in(task_id: str, answer: Mapping[str, Any]) -> Instance:
    return instance_of(task_id, answer["Instance"])


def _discover(
    reads: Reads, cluster: str, account: str, namespace: str, endpoint: Endpoint
) -> dict[str, Instance | Unread] | Unread:
    http_name = _http_name(reads, cluster, account, namespace)
    if http_name is None or isinstance(http_name, Unread):
        return http_name or {}
    owner = Arn.of(namespace).account
    answer = reads.ask(
        DISCOVER_INSTANCES,
        cluster,
        gone=GONE,
        NamespaceName=http_name,
        ServiceName=endpoint.name,
        MaxResults=MOST_DISCOVERED,
        HealthStatus="ALL",
        **({} if owner == account else {"OwnerAccount": owner}),
    )
    if answer is None or isinstance(answer, Unread):
        return answer or {}
    found = _instances(reads, DISCOVER_INSTANCES, endpoint.cloud_map_service or "", answer, "InstanceId")
    if not isinstance(found, Unread):
        found.pop("", None)
    return found


def _instances(
    reads: Reads, action: Action, service: str, answer: Mapping[str, Any], task_id: str
) -> dict[str, Instance | Unread] | Unread:
    """The instances of one answer, each by its member `id`; one that does not say which it is stands under ""."""
    listed = reads.entries(action, service, answer, "Instances")
    if isinstance(listed, Unread):
        return listed
    return {
        name: reads.understand(action, f"{service}/{name}", instance_of, name, raw)
        for raw in listed
        for told in [raw.get(task_id)]
        for name in [told if isinstance(told, str) else ""]
    }


def _http_name(reads: Reads, cluster: str, account: str, namespace: str) -> str | Unread | None:
    """The name DiscoverInstances wants: the namespace's HttpName, which may differ from its name."""
    known: Namespace | None = reads.memory.get(namespace)
    found = known or namespace_now(reads, cluster, account, namespace)
    if not isinstance(found, Namespace):
        return found
    return found.http_name or Unread(f"namespace {found.name} shows no HttpName, by which its instances are found")


def _listed(reads: Reads, cluster: str, service: str, ids: Collection[str]) -> Registrations:
    """Page through ListInstances until every wanted id is found: absence is known only after the last page, and not at
    all where an entry does not say which it is: then those that are missing are asked for one by one."""
    found: Registrations = dict.fromkeys(ids)
    nameless = False
    for page in _pages(reads, cluster, service):
        missing = [task_id for task_id in ids if found[task_id] is None]
        if isinstance(page, Unread):
            return found | dict.fromkeys(missing, page)
        nameless |= "" in page
        found |= {task_id: page[task_id] for task_id in missing if task_id in page}
        if all(task_id in page or found[task_id] for task_id in missing):
            break
    if nameless:
        found |= {task_id: _instance(reads, cluster, service, task_id) for task_id in ids if found[task_id] is None}
    return found


def _pages(reads: Reads, cluster: str, service: str) -> Iterator[dict[str, Instance | Unread] | Unread]:
    """Pages may be empty and not the last (AWS: ListInstances); one that could not be read is the last."""
    token = ""
    while True:
        more = {"NextToken": token} if token else {}
        answer = reads.ask(LIST_INSTANCES, cluster, gone=GONE, ServiceId=service, MaxResults=100, **more)
        if isinstance(answer, Unread):
            yield answer
            return
        page = _instances(reads, LIST_INSTANCES, service, answer, "Id") if answer is not None else {}
        further = reads.understand(LIST_INSTANCES, service, token_of, answer or {}, "NextToken")
        yield page
        if isinstance(further, Unread):
            yield further
        if isinstance(page, Unread) or isinstance(further, Unread) or not further:
            return
        token = further


def instance_of(task_id: str, raw: Mapping[str, Any]) -> Instance:
    """One Cloud Map instance; the attribute names are those of real ListInstances outputs. That of IPv6 is Cloud Map's
    own (AWS: RegisterInstance)."""
    attributes = {name: text(value) for name, value in raw["Attributes"].items()}
    return Instance(
        id=task_id,
        address=attributes.get("AWS_INSTANCE_IPV4") or canonical(attributes.get("AWS_INSTANCE_IPV6", "")),
        port=attributes.get("AWS_INSTANCE_PORT", ""),
        zone=attributes.get("AvailabilityZone", ""),
        deployment=attributes.get("DeploymentId", ""),
    )
