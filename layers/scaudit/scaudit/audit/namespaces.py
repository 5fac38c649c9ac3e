"""A look at the namespaces of services, now and then: what deleted services left in them."""

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime, timedelta

from scaudit.audit.context import Context
from scaudit.audit.outcomes import NamespaceJudged
from scaudit.collect.aws.namespaces import namespace_now
from scaudit.collect.left_services import left_services
from scaudit.collect.surroundings import looks_at
from scaudit.judge.namespaces import judge_namespace
from scaudit.model import Namespace, Service, Unread
from scaudit.model.arn import Arn

EVERY = timedelta(hours=1)
"""So often a namespace is gone through; at every look while something that is left is not certain yet."""
_LASTS = timedelta(days=1)


def due(context: Context, services: Sequence[Service], at: datetime) -> dict[str, str]:
    """Those namespaces of these services whose turn it is, each with a service that is in it. What another account
    shares is its owner's."""
    found: dict[str, str] = {}
    for service in services:
        namespace = service.primary.namespace if service.primary else ""
        owner = Arn.of(namespace).account
        if not owner or owner != service.account or looks_at(namespace) in context.reads.once:
            continue
        before = context.reads.memory.get(looks_at(namespace))
        if before and not before["since"] and at < before["at"] + EVERY * context.rules.settle_scale:
            continue
        found.setdefault(namespace, service.name)
    return found


def look_at_namespace(
    context: Context, cluster: str, namespace: str, at: datetime, met_with: str = "", fresh: Collection[str] = ()
) -> Iterator[NamespaceJudged]:
    """Look at a namespace of this account, once a batch. A service that is being made or deleted may look left over for
    a moment: it must have been seen so before."""
    reads, key = context.reads, looks_at(namespace)
    if key in reads.once:
        return
    reads.once[key] = True
    account = Arn.of(namespace).account
    known = namespace_now(reads, cluster, account, namespace)
    served = context.wanted.served(known, account) if isinstance(known, Namespace) else ()
    left = left_services(
        reads, cluster, account, namespace, context.include, () if isinstance(served, Unread) else served
    )
    if isinstance(left, Unread):
        return  # SC902 and SC901 tell why; whatever is transient is asked again by the next sweep
    before = (reads.memory.get(key) or {"since": {}})["since"]
    since = {each: before.get(each, at) for each, found in left.items() if not isinstance(found, Unread)}
    reads.memory.keep(key, {"at": at, "since": since}, _LASTS)
    began = dict.fromkeys(since, at - _LASTS) if context.wanted.at_once else since
    yield NamespaceJudged(namespace, met_with, judge_namespace(left, began, at, context.rules), at, fresh)
