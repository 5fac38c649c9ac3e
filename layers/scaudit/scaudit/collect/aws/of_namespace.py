"""What ECS and Cloud Map have in one namespace, read once a batch."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from scaudit.collect.aws.action import Action, Quota
from scaudit.collect.aws.namespaces import READS, reference
from scaudit.collect.aws.reads import Reads
from scaudit.collect.aws.typed import listed, token_of
from scaudit.model import Unread
from scaudit.model.arn import Arn
from scaudit.values import dataclass

_ANY = ("*",)
"""IAM knows no resource for these (Service Authorization Reference)."""
LIST_SERVICES_BY_NAMESPACE = Action(
    "ecs:ListServicesByNamespace", "the services of a namespace", Quota("ECS services by namespace", 1, 10), _ANY
)
LIST_CLOUD_MAP_SERVICES = Action("servicediscovery:ListServices", "the Cloud Map services of a namespace", READS, _ANY)
_PER_PAGE = 100
_GONE = ("NamespaceNotFoundException",)


@dataclass(frozen=True, slots=True)
class Summary:
    """A Cloud Map service as ListServices tells it."""

    name: str
    description: str
    created_at: datetime | None


Services = list[tuple[str, str]] | Unread | None
Summaries = Mapping[str, Summary] | Unread


def services_by_namespace(reads: Reads, cluster: str, namespace: str, region: str = "") -> Services:
    """The ECS services (cluster, name) in a namespace, by its name or ARN, whichever cluster they are in; None where
    there is no such namespace. `cluster` is whose audit it serves; in another `region` a namespace goes by its ARN."""
    key = f"ECS services in {namespace}"
    if key not in reads.once:
        reads.once[key] = _services(reads, cluster, namespace, region)
    known: Services = reads.once[key]
    return known


def cloud_map_services(reads: Reads, cluster: str, account: str, arn: str) -> Summaries:
    """Every Cloud Map service of a namespace by its id; `account` is who asks."""
    key = f"Cloud Map services in {arn}"
    if key not in reads.once:
        reads.once[key] = _summaries(reads, cluster, account, arn)
    known: Summaries = reads.once[key]
    return known


def _services(reads: Reads, cluster: str, namespace: str, region: str) -> Services:
    found: list[tuple[str, str]] = []
    wanted: dict[str, Any] = {"namespace": namespace, "maxResults": _PER_PAGE}
    while True:
        answer = reads.ask(LIST_SERVICES_BY_NAMESPACE, cluster, gone=_GONE, region=region, **wanted)
        if not isinstance(answer, dict):
            return answer
        page = reads.understand(LIST_SERVICES_BY_NAMESPACE, namespace, _services_of, answer)
        if isinstance(page, Unread):
            return page
        services, token = page
        found += services
        if not token:
            return found
        wanted["nextToken"] = token


def _summaries(reads: Reads, cluster: str, account: str, arn: str) -> Summaries:
    found: dict[str, Summary] = {}
    named = [{"Name": "NAMESPACE_ID", "Values": [reference(arn, account)], "Condition": "EQ"}]
    wanted: dict[str, Any] = {"Filters": named, "MaxResults": _PER_PAGE}
    while True:
        answer = reads.ask(LIST_CLOUD_MAP_SERVICES, cluster, **wanted)
        if not isinstance(answer, dict):
            return answer or found
        page = reads.understand(LIST_CLOUD_MAP_SERVICES, arn, _summaries_of, answer)
        if isinstance(page, Unread):
            return page
        summaries, token = page
        found |= summaries
        if not token:
            return found
        wanted["NextToken"] = token


def _services_of(answer: Mapping[str, Any]) -> tuple[list[tuple[str, str]], str]:
    return [(arn.split("/")[-2], Arn.of(arn).name) for arn in listed(answer["serviceArns"])], token_of(answer)


def _summaries_of(answer: Mapping[str, Any]) -> tuple[dict[str, Summary], str]:
    found = {
        raw["Id"]: Summary(raw.get("Name") or raw["Id"], raw.get("Description") or "", raw.get("CreateDate"))
        for raw in listed(answer["Services"])
    }
    return found, token_of(answer, "NextToken")
