"""Listings that come in pages."""

from collections.abc import Iterator
from typing import Any

from scaudit.collect.aws.action import Action, unpublished
from scaudit.collect.aws.reads import Reads
from scaudit.model import Unread

_ANY = ("*",)
LIST_SERVICES_BY_NAMESPACE = Action(
    "ecs:ListServicesByNamespace",
    "the services of a namespace",
    unpublished("ECS services by namespace"),
    _ANY,
    role="",
)
LIST_CLOUD_MAP_SERVICES = Action(
    "servicediscovery:ListServices",
    "the Cloud Map services of a namespace",
    unpublished("Cloud Map ListServices"),
    _ANY,
    role="",
)
OF_COMMAND = (LIST_SERVICES_BY_NAMESPACE, LIST_CLOUD_MAP_SERVICES)
"""What `scaudit check` reads beside what the deployed functions do."""
_PER_PAGE = 100
_WORDS = {"ecs": ("nextToken", "maxResults"), "servicediscovery": ("NextToken", "MaxResults")}


def pages(
    reads: Reads, action: Action, name: str, /, *, gone: tuple[str, ...] = (), **parameters: object
) -> Iterator[list[Any] | Unread | None]:
    """The field `name` of each page of a listing. One that could not be read is the last, and so is None: AWS answered
    with one of the error codes `gone`. A page may be empty and not the last."""
    next_token, most = _WORDS[action.client]
    wanted: dict[str, Any] = {most: _PER_PAGE, **parameters}
    while True:
        answer = reads.ask(action, str(parameters.get("cluster", "")), gone=gone, **wanted)
        if not isinstance(answer, dict):
            yield answer
            return
        yield answer.get(name, [])
        if not answer.get(next_token):
            return
        wanted[next_token] = answer[next_token]


def services_of_namespace(reads: Reads, namespace: str) -> Iterator[list[tuple[str, str]] | Unread | None]:
    """Pages of the ECS services (cluster, name) in a namespace, by its name or ARN; None when there is none."""
    gone = ("NamespaceNotFoundException",)
    for page in pages(reads, LIST_SERVICES_BY_NAMESPACE, "serviceArns", gone=gone, namespace=namespace):
        if isinstance(page, list):
            yield [(arn.split("/")[-2], arn.split("/")[-1]) for arn in page]
        else:
            yield page
