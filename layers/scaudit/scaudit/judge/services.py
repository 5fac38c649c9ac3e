"""What one look saw of a service, made into the facts its checks ask for, once for each endpoint it serves."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from scaudit.checks import CATALOGUE
from scaudit.checks.check import Check, Trigger, Verdict, run
from scaudit.checks.facts import ORIGINS, Facts
from scaudit.judge.as_read import as_read
from scaudit.judge.mentions import calls, hidden_in, misnamed, name_of, others
from scaudit.judge.rules import Rules
from scaudit.model import (
    Alias,
    CloudMapService,
    Deployment,
    Endpoint,
    Moot,
    Namespace,
    Neighbour,
    Service,
    Severity,
    Status,
    Unread,
)
from scaudit.model.answers import NOT_COLLECTED
from scaudit.model.arn import Arn
from scaudit.model.mentions import Collision
from scaudit.model.seen import ServiceSeen

LONGEST_STAGE = timedelta(days=1)
"""The longest bake time that a deployment may have (botocore: Canary, `canaryBakeTimeInMinutes`, 1,440)."""

_OF_NEIGHBOURS = [check for check in CATALOGUE if check.of_neighbours]


def service_worlds(known: ServiceSeen) -> list[Facts]:
    """The facts about the service by its PRIMARY deployment, the one that decides what comes next."""
    service = known.service
    if isinstance(service, Unread):
        return [_nothing_but(service)]
    primary = service.primary
    if primary is None:
        return [_nothing_but(Moot("the service has no PRIMARY deployment"))]
    if not primary.service_connect:
        return [_nothing_but(Moot("Service Connect is switched off in the PRIMARY deployment"))]
    found = {
        "deployment": primary,
        "namespace": _namespace(known.namespace, service, primary),
        "log_group": known.log_group if primary.log.driver == "awslogs" and primary.log.group else None,
        "calls": calls(known, service, primary),
        "misnamed": misnamed(known, service, primary),
    }
    about_service = Facts(**as_read(known) | found)
    if not primary.endpoints:
        client = Moot("client only: the deployment serves no endpoint")
        return [replace(about_service, endpoint=client, cloud_map_service=client, collisions=client)]
    return [
        replace(
            about_service,
            endpoint=endpoint,
            cloud_map_service=_cloud_map_service(known, endpoint),
            collisions=_collisions(known, service, primary, endpoint),
        )
        for endpoint in primary.endpoints
    ]


def _nothing_but(why: Unread | Moot) -> Facts:
    everything: dict[str, Any] = dict.fromkeys(ORIGINS, why)
    return Facts(**everything)


def _namespace(
    namespace: Namespace | Unread | None, service: Service, primary: Deployment
) -> Namespace | Unread | None:
    """A refusal has two causes when the namespace is another account's (AWS: shared namespaces, troubleshooting)."""
    if isinstance(namespace, Unread) and namespace.action and Arn.of(primary.namespace).account != service.account:
        causes = "scaudit lacks the permission, or the share of the namespace (AWS RAM) was revoked"
        return replace(namespace, reason=f"{namespace.reason}; either {causes}")
    return namespace


def _cloud_map_service(known: ServiceSeen, endpoint: Endpoint) -> CloudMapService | Unread | None:
    """None also where the deployment lists none for the endpoint: then there was nothing to read."""
    if endpoint.cloud_map_service is None:
        return None
    return known.cloud_map_services.get(endpoint.name, NOT_COLLECTED)


def _collisions(
    known: ServiceSeen, service: Service, primary: Deployment, endpoint: Endpoint
) -> tuple[Collision, ...] | Unread:
    """What the endpoint has in common with others. In a namespace that another account shares, the services of other
    accounts are not seen: then finding nothing proves nothing."""
    if isinstance(known.neighbours, Unread):
        return known.neighbours
    hidden = hidden_in(service, primary)
    own = [(f"its own endpoint {e.name}", "", e.aliases) for e in primary.endpoints if e is not endpoint]
    elsewhere = [
        (f"endpoint {e.name} of service {name_of(n)}", e.name, e.aliases)
        for n, e in others(known.neighbours, service, primary)
    ]
    found = [
        Collision(name, whose, hidden)
        for whose, discovery_name, aliases in [*own, *elsewhere]
        for name in _shared(endpoint, discovery_name, aliases)
    ]
    if any(e.name == endpoint.name and e is not endpoint for e in primary.endpoints):
        found.append(Collision(f"discovery name {endpoint.name}", "another of its own endpoints", confirmed=False))
    return Unread(hidden) if hidden and not found else tuple(found)


def _shared(endpoint: Endpoint, discovery_name: str, aliases: Iterable[Alias]) -> Iterator[str]:
    if endpoint.name == discovery_name:
        yield f"discovery name {endpoint.name}"
    for alias in endpoint.aliases:
        if alias.dns_name and alias in aliases:  # without one it is discoveryName.namespace (AWS: clientAliases)
            yield f"alias {alias.dns_name}:{alias.port}"


def _stalled_since(service: Service | Unread, at: datetime) -> datetime | None:
    """Since when a shift of traffic has not moved, if that is long ago."""
    moved = service.moved_at if isinstance(service, Service) and service.shifting else None
    return moved if moved and at > moved + LONGEST_STAGE else None


def judge_service(
    known: ServiceSeen, on: Trigger, at: datetime, rules: Rules, checks: Iterable[Check] = CATALOGUE
) -> list[Verdict]:
    """Those of the checks that are about a service and its endpoints, and asked on any of these triggers."""
    worlds, began = service_worlds(known), None
    if isinstance(worlds[0].deployment, Deployment):
        began = worlds[0].deployment.created_at
        worlds = [replace(world, stalled_since=_stalled_since(known.service, at)) for world in worlds]
    return [
        run(check, facts, member="-", began=began, now=at, scale=rules.settle_scale)
        for check in checks
        if check.about in ("service", "endpoint") and check.on & on
        for facts in (worlds if "endpoint" in check.inputs else worlds[:1])
    ]


def suspects(known: ServiceSeen, at: datetime, rules: Rules) -> list[Neighbour]:
    """The neighbours without whom a check of the whole namespace would not fail, where that is worth more than a
    note."""

    def fails(neighbours: tuple[Neighbour, ...]) -> bool:
        verdicts = judge_service(replace(known, neighbours=neighbours), Trigger.AUDIT, at, rules, _OF_NEIGHBOURS)
        return any(v.status is Status.FAIL and v.severity > Severity.INFO for v in verdicts)

    if isinstance(known.neighbours, Unread) or not fails(known.neighbours):
        return []
    return [neighbour for neighbour in known.neighbours if fails((neighbour,))]
