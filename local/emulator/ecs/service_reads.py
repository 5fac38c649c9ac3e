"""DescribeServices, ListServices and ListServicesByNamespace."""

from collections.abc import Iterable
from operator import attrgetter

from local.emulator.ecs import clusters
from local.emulator.ecs.model import Service
from local.emulator.ecs.registry import find_namespace
from local.emulator.ecs.service_shape import described
from local.emulator.ecs.services import named
from local.emulator.ecs.state import arn, here
from local.emulator.pages import page
from local.emulator.protocol import INVALID, Action, AwsError, Json

MOST_DESCRIBED = 10


async def describe(request: Json) -> Json:
    cluster_arn = await clusters.find(request.get("cluster"))
    references = request.get("services", [])
    if not 1 <= len(references) <= MOST_DESCRIBED:
        raise AwsError(INVALID, f"Services must have between 1 and {MOST_DESCRIBED} elements.")
    with_tags = "TAGS" in request.get("include", [])
    found = {reference: named(cluster_arn, reference) for reference in references}
    cluster = cluster_arn.rsplit("/", 1)[-1]
    return {
        "services": [described(service, with_tags=with_tags) for service in found.values() if service],
        "failures": [
            {"arn": reference if ":" in reference else arn("service", cluster, reference), "reason": "MISSING"}
            for reference, service in found.items()
            if service is None
        ],
    }


async def list_services(request: Json) -> Json:
    cluster_arn = await clusters.find(request.get("cluster"))
    launch_type = request.get("launchType")
    return arns(
        (
            service
            for service in here().services.values()
            if service.cluster_arn == cluster_arn
            and launch_type in (None, service.primary.placement.shown.get("launchType"))
            and request.get("schedulingStrategy", "REPLICA") == "REPLICA"
        ),
        request,
    )


async def list_by_namespace(request: Json) -> Json:
    namespace = await find_namespace(request["namespace"])
    return arns(
        (
            service
            for service in here().services.values()
            if service.primary.meshed and (service.primary.service_connect or {})["namespace"] == namespace["Arn"]
        ),
        request,
    )


def arns(services: Iterable[Service], request: Json) -> Json:
    """One page of the ARNs of services."""
    listed = (service for service in services if service.status != "INACTIVE")
    shown, token = page(
        listed, attrgetter("arn"), request.get("maxResults", 10), request.get("nextToken"), most=100, error=INVALID
    )
    return {"serviceArns": [service.arn for service in shown], **({"nextToken": token} if token else {})}


ACTIONS: dict[str, Action] = {
    "DescribeServices": describe,
    "ListServices": list_services,
    "ListServicesByNamespace": list_by_namespace,
}
