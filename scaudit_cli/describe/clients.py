"""Who names or calls the endpoints of one service, and whose it names itself."""

from collections.abc import Mapping, Sequence
from dataclasses import field

import typer

from scaudit.collect.aws import ecs
from scaudit.collect.aws.client_metrics import counted_calls
from scaudit.collect.aws.reads import Reads
from scaudit.model import Neighbour, Service, TaskDefinition, Unread
from scaudit.model.mentioned_names import Words
from scaudit.model.seen import ServiceSeen
from scaudit.values import dataclass
from scaudit_cli.check.neighbours import as_neighbour
from scaudit_cli.map.callers import Caller, Callers, callers

MOST_DEFINITIONS = 200
"""So many task definitions of a namespace are looked into (AWS: 20 DescribeTaskDefinition a second, half of which is
used)."""

_SOON = 25
"""So many are read at once (AWS: a burst of 50, half of which is used)."""


@dataclass(frozen=True, slots=True)
class Clients:
    """By endpoint of a service the services of its namespace that name it in their task definitions, or were counted
    calling it; the endpoints of others that it `names` itself, as sentences; and why who calls is `uncounted`, empty
    where it was asked."""

    of: Mapping[str, Callers] | Unread = field(default_factory=dict)
    names: Sequence[str] = ()
    uncounted: str = ""


def clients(reads: Reads, around: ServiceSeen) -> Clients:
    """Look for them: one DescribeTaskDefinition for each other revision that the namespace runs, and one ListMetrics
    for each endpoint."""
    own = as_neighbour(around)
    for needed in (around.service, around.namespace, around.neighbours):
        if isinstance(needed, Unread):
            return Clients(needed)
    if own is None or isinstance(around.neighbours, Unread):
        return Clients(Unread("its namespace does not exist, or none of its deployments is PRIMARY"))
    mesh = [own, *(n for n in around.neighbours if n.namespace == own.namespace and n.arn != own.arn)]
    apart = reads.aside(reads.left)  # what check needs is not refused with it
    counted = reads.each(lambda endpoint: counted_calls(apart, endpoint.name), own.endpoints)
    calls = {call for each in counted if not isinstance(each, Unread) for call in each}
    found = callers(mesh, _words(reads, around, mesh), calls)
    mine = {endpoint.name: found[own.cluster, own.service, endpoint.name] for endpoint in own.endpoints}
    me = f"{own.cluster}/{own.service}"
    names = [
        f"endpoint {endpoint} of {cluster}/{service}{remark(caller)}"
        for (cluster, service, endpoint), known in sorted(found.items())
        for caller in known.known
        if caller.name == me
    ]
    return Clients(mine, names, next((each.reason for each in counted if isinstance(each, Unread)), ""))


def remark(caller: Caller) -> str:
    """What is to be said of a client, behind its name."""
    told = [
        ("calls it" if caller.named else "calls it, though its task definition does not name it") * caller.calls,
        "perhaps: its port does not follow the name" if not caller.certain else "",
        {True: "deployed before the endpoint, redeploy it", None: "older or younger than the endpoint, not known"}.get(
            caller.stale, ""
        ),
    ]
    return f" ({'; '.join(filter(None, told))})" if any(told) else ""


def _words(reads: Reads, around: ServiceSeen, mesh: Sequence[Neighbour]) -> dict[str, Words | None]:
    primary = around.service.primary if isinstance(around.service, Service) else None
    own = primary.task_definition if primary else ""
    run = sorted({(n.task_definition, n.cluster) for n in mesh if n.task_definition} - {(own, mesh[0].cluster)})
    asked = dict(run[:MOST_DEFINITIONS])
    if len(asked) > _SOON:
        typer.echo(f"looking for clients in {len(asked)} task definitions of the namespace", err=True)
    read = reads.each(lambda each: ecs.task_definition(reads, each[1], each[0]), asked.items())
    found: dict[str, TaskDefinition | Unread] = dict(zip(asked, read, strict=True))
    found[own] = around.task_definition
    return {arn: None if isinstance(made, Unread) else made.words for arn, made in found.items()}
