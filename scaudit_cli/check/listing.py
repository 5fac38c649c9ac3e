"""Listings that come in pages."""

from collections.abc import Iterator
from typing import Any

from scaudit.collect.aws.action import Action
from scaudit.collect.aws.reads import Reads
from scaudit.model import Unread

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
