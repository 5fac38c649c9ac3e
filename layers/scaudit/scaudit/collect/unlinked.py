"""What Service Connect has in Regions that this stack does not watch."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import timedelta
from typing import Any

from scaudit.collect.aws.heartbeats import watched_from
from scaudit.collect.aws.namespaces import LIST_NAMESPACES
from scaudit.collect.aws.of_namespace import services_by_namespace
from scaudit.collect.aws.reads import Reads
from scaudit.collect.aws.typed import listed, token_of
from scaudit.model import Unread
from scaudit.settings import included

A_DAY = timedelta(days=1)
"""So long it is believed that there is nothing."""


def unwatched_service(reads: Reads, region: str, others: Iterable[str], include: tuple[str, ...]) -> str | Unread:
    """One service (cluster/name) of another Region that takes part in Service Connect, in a cluster of `include`; empty
    where there is none, or where another scaudit watches the Region: from there, or from one of the `others`."""
    service = _service(reads, region, include)
    if isinstance(service, Unread) or not service:
        return service
    own = watched_from(reads, region)
    if isinstance(own, Unread):
        return own
    elsewhere = (watched_from(reads, other) for other in others)
    watched = region in own or any(not isinstance(linked, Unread) and region in linked for linked in elsewhere)
    return "" if watched else service


def _service(reads: Reads, region: str, include: tuple[str, ...]) -> str | Unread:
    """A namespace without one is remembered: where there are many, it takes more than one look to ask for each."""
    for namespace in _namespaces(reads, region):
        if isinstance(namespace, Unread):
            return namespace
        if reads.memory.get(empty := f"no ECS service in {namespace}"):
            continue
        listed = services_by_namespace(reads, "", namespace, region)
        if isinstance(listed, Unread):
            return listed
        found = next((f"{cluster}/{name}" for cluster, name in listed or () if included(cluster, include)), "")
        if found:
            return found
        reads.memory.keep(empty, True, A_DAY)
    return ""


def _namespaces(reads: Reads, region: str) -> Iterator[str | Unread]:
    """The ARNs of all namespaces of a Region, of whatever type: any may be one of Service Connect's."""
    token = ""
    while True:
        more: dict[str, Any] = {"NextToken": token} if token else {}
        answer = reads.ask(LIST_NAMESPACES, "", region=region, MaxResults=100, **more)
        if answer is None or isinstance(answer, Unread):
            yield answer or Unread(f"{LIST_NAMESPACES.name} gave no answer")
            return
        found = reads.understand(LIST_NAMESPACES, region, _arns, answer)
        if isinstance(found, Unread):
            yield found
            return
        arns, token = found
        yield from arns
        if not token:
            return


def _arns(answer: Mapping[str, Any]) -> tuple[list[str], str]:
    return [raw["Arn"] for raw in listed(answer["Namespaces"])], token_of(answer, "NextToken")
