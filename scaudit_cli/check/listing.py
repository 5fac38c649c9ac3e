"""Listings that come in pages."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeVar

from scaudit.collect.aws.action import Action
from scaudit.collect.aws.reads import Reads
from scaudit.model import Unread

T = TypeVar("T")
_PER_PAGE = 100
_WORDS = {"ecs": ("nextToken", "maxResults"), "servicediscovery": ("NextToken", "MaxResults")}


def pages(
    reads: Reads,
    action: Action,
    page_of: Callable[[Mapping[str, Any]], tuple[list[T], str]],
    /,
    *,
    gone: tuple[str, ...] = (),
    **parameters: object,
) -> Iterator[list[T] | Unread | None]:
    """What `page_of` makes of each page of a listing, beside the token of the next one. A page that could not be read,
    or is of another shape, is the last, and so is None: AWS answered with one of the error codes `gone`. A page may be
    empty and not the last."""
    next_token, most = _WORDS[action.client]
    cluster = str(parameters.get("cluster", ""))
    wanted: dict[str, Any] = {most: _PER_PAGE, **parameters}
    while True:
        answer = reads.ask(action, cluster, gone=gone, **wanted)
        if not isinstance(answer, dict):
            yield answer
            return
        page = reads.understand(action, cluster, page_of, answer)
        if isinstance(page, Unread):
            yield page
            return
        yield page[0]
        if not page[1]:
            return
        wanted[next_token] = page[1]
