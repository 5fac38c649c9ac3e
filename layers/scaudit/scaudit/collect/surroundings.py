"""Answers of Cloud Map, CloudWatch Logs and ECS into what stands around a service."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from scaudit.model import CloudMapService, Deployment, LogGroup, Namespace, Neighbour, NeighbourEndpoint, Service


def namespace_of(raw: Mapping[str, Any]) -> Namespace:
    """`Namespace` of GetNamespace."""
    http = (raw.get("Properties") or {}).get("HttpProperties") or {}
    return Namespace(arn=raw["Arn"], name=raw["Name"], http_name=http.get("HttpName", ""))


def cloud_map_service_of(raw: Mapping[str, Any]) -> CloudMapService:
    """`Service` of GetService."""
    return CloudMapService(
        id=raw["Id"],
        name=raw["Name"],
        created_at=raw["CreateDate"],
        description=raw.get("Description", ""),
    )


def log_group_of(raw: Mapping[str, Any]) -> LogGroup:
    """One entry of DescribeLogGroups; without a class it is STANDARD (AWS: CreateLogGroup)."""
    return LogGroup(name=raw["logGroupName"], log_class=raw.get("logGroupClass") or "STANDARD")


def neighbour_of(
    service: Service, primary: Deployment, namespace_name: str, created: Mapping[str, datetime | None]
) -> Neighbour:
    """A service as the others of its namespace see it; `created` has the creation of each endpoint's Cloud Map service
    as far as it is known."""
    return Neighbour(
        arn=service.arn,
        cluster=service.cluster,
        service=service.name,
        deployment_id=primary.id,
        deployed_at=primary.created_at,
        namespace=primary.namespace,
        namespace_name=namespace_name,
        endpoints=tuple(NeighbourEndpoint(e.name, e.aliases, created.get(e.name)) for e in primary.endpoints),
    )
