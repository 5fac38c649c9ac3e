"""Namespaces of Cloud Map and the services in them, and which namespace a deployment means.

ECS answers with a namespace's ARN, its id, or its bare name: AWS's own tutorial shows the last ("Create an Amazon ECS
service that uses Service Connect", the output of create-service).
"""

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

from scaudit.collect.aws.action import Action, Quota, unpublished
from scaudit.collect.aws.reads import Reads
from scaudit.collect.aws.typed import listed, token_of
from scaudit.model import CloudMapService, Deployment, Namespace, Service, Unread
from scaudit.model.answers import NOT_COLLECTED
from scaudit.model.arn import Arn

READS = Quota("Cloud Map reads", rate=50, published=False)
"""AWS publishes no rate. 50 a second is reported of ListInstances (external-dns issue 2505); that all of them share it
is the worst that may be."""
# Any account: a namespace may be shared with this one, and then its ARNs carry the owner's id.
NAMESPACES = "servicediscovery:${Regions}:*:namespace/*"
SERVICES = "servicediscovery:${Regions}:*:service/*"

GONE = ("InstanceNotFound", "ServiceNotFound", "NamespaceNotFound")

GET_NAMESPACE = Action("servicediscovery:GetNamespace", "a namespace", READS, (NAMESPACES,))
GET_SERVICE = Action("servicediscovery:GetService", "the Cloud Map service of an endpoint", READS, (SERVICES,))
LIST_NAMESPACES = Action(
    "servicediscovery:ListNamespaces", "the namespaces of a name", unpublished("Cloud Map ListNamespaces"), ("*",)
)
A_DAY = timedelta(days=1)
"""A namespace may be deleted and made anew under its name, a service deleted, and its description changed."""
_ID = re.compile("ns-[a-z0-9]+")


def located(reads: Reads, service: Service) -> Service:
    """The service with the ARNs of its namespaces. A name that leads to none stays, and is Unread to whoever asks."""
    return replace(service, deployments=tuple(_located(reads, service, d) for d in service.deployments))


def _located(reads: Reads, service: Service, deployment: Deployment) -> Deployment:
    told, cluster = deployment.namespace, service.cluster
    if deployment.located:
        return deployment
    arn: str | Unread | None = reads.memory.get(unlocated(told))
    if isinstance(arn, str) and namespace_now(reads, cluster, service.account, arn) is None:
        arn = None  # the one that had the name is gone: another may have it now
    if arn is None and unlocated(told) not in reads.once:
        arn = reads.once[unlocated(told)] = _by_id(reads, cluster, told) or _by_name(reads, cluster, told)
        if isinstance(arn, str):
            reads.memory.keep(unlocated(told), arn, A_DAY)
    arn = arn or reads.once[unlocated(told)]
    return replace(deployment, namespace=arn) if isinstance(arn, str) else deployment


def _by_id(reads: Reads, cluster: str, told: str) -> str | Unread | None:
    """A name may look like an id: None where there is none of this id."""
    if not _ID.fullmatch(told):
        return None
    answer = reads.ask(GET_NAMESPACE, cluster, gone=("NamespaceNotFound",), Id=told)
    if not isinstance(answer, dict):
        return answer
    found = reads.understand(GET_NAMESPACE, told, namespace_of, answer)
    return found.arn if isinstance(found, Namespace) else found


def _by_name(reads: Reads, cluster: str, told: str) -> str | Unread:
    named = [{"Name": "NAME", "Values": [told], "Condition": "EQ"}]
    found: set[str] = set()
    token = ""
    while True:
        more: dict[str, Any] = {"NextToken": token} if token else {}
        answer = reads.ask(LIST_NAMESPACES, cluster, Filters=named, MaxResults=100, **more)
        if answer is None or isinstance(answer, Unread):
            return answer or Unread(f"{LIST_NAMESPACES.name} gave no answer")
        arns = reads.understand(LIST_NAMESPACES, told, _arns, answer)
        if isinstance(arns, Unread):
            return arns
        found |= arns[0]
        token = arns[1]
        if not token:
            break
    if len(found) == 1:
        return found.pop()
    return Unread(
        f"the service names its namespace {told!r}, and this account has {len(found)} namespaces of that name"
    )


def _arns(answer: dict[str, Any]) -> tuple[set[str], str]:
    return {raw["Arn"] for raw in listed(answer["Namespaces"])}, token_of(answer, "NextToken")


def namespace_now(reads: Reads, cluster: str, account: str, arn: str) -> Namespace | Unread | None:
    """A namespace as it is now, read once a batch; None when there is none."""
    if not arn.startswith("arn:"):
        why: Unread = reads.once.get(unlocated(arn), NOT_COLLECTED)
        return why
    if arn not in reads.once:
        answer = reads.ask(GET_NAMESPACE, cluster, gone=GONE, Id=reference(arn, account))
        if isinstance(answer, dict):
            reads.once[arn] = reads.understand(GET_NAMESPACE, arn, namespace_of, answer)
        else:
            reads.once[arn] = answer
        if isinstance(reads.once[arn], Namespace):
            reads.memory.keep(arn, reads.once[arn])
    known: Namespace | Unread | None = reads.once[arn]
    return known


def cloud_map_service(reads: Reads, cluster: str, account: str, arn: str) -> CloudMapService | Unread | None:
    """The Cloud Map service of this ARN, which is believed for a day; None when there is none."""
    key = service_key(arn)
    known: CloudMapService | None = reads.memory.get(key)
    if known is None and key not in reads.once:
        answer = reads.ask(GET_SERVICE, cluster, gone=("ServiceNotFound",), Id=reference(arn, account))
        read = isinstance(answer, dict)
        reads.once[key] = reads.understand(GET_SERVICE, arn, cloud_map_service_of, answer) if read else answer
        if isinstance(reads.once[key], CloudMapService):
            reads.memory.keep(key, reads.once[key], A_DAY)
    found: CloudMapService | Unread | None = known or reads.once[key]
    return found


def service_key(arn: str) -> str:
    """Under what a Cloud Map service is remembered. Its bare ARN names what 8fc134c believed for 90 days."""
    return f"Cloud Map service {arn}"


def reference(arn: str, account: str) -> str:
    """What Cloud Map takes: the id for one's own, the ARN for what another account shares (AWS: shared namespaces)."""
    named = Arn.of(arn)
    return named.name if named.account in ("", account) else arn


def unlocated(namespace: str) -> str:
    """Under what it is kept which namespace a name that is no ARN means, or why that is not known."""
    return f"namespace called {namespace}"


def namespace_of(answer: Mapping[str, Any]) -> Namespace:
    """The answer of GetNamespace."""
    raw = answer["Namespace"]
    http = (raw.get("Properties") or {}).get("HttpProperties") or {}
    return Namespace(arn=raw["Arn"], name=raw["Name"], http_name=http.get("HttpName", ""))


def cloud_map_service_of(answer: Mapping[str, Any]) -> CloudMapService:
    """The answer of GetService."""
    raw = answer["Service"]
    return CloudMapService(
        id=raw["Id"],
        name=raw["Name"],
        created_at=raw["CreateDate"],
        description=raw.get("Description", ""),
    )
