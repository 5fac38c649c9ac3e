"""What stands around a service: its namespace, what Cloud Map keeps for its endpoints, where its proxies log."""

from collections.abc import Collection, Iterator
from dataclasses import replace
from datetime import datetime

from scaudit.collect.aws import ecs, log_groups, namespaces
from scaudit.collect.aws.reads import Reads
from scaudit.model import CloudMapService, Deployment, Endpoint, LogGroup, Namespace, Service, Unread
from scaudit.model.seen import ServiceSeen


def surroundings(reads: Reads, service: Service, region: str) -> ServiceSeen:
    """A service with what stands around its PRIMARY deployment, but for its neighbours."""
    primary = service.primary
    if primary is None:
        return ServiceSeen(service, Unread("the service has no PRIMARY deployment"))
    return ServiceSeen(
        service=service,
        task_definition=ecs.task_definition(reads, service.cluster, primary.task_definition),
        namespace=namespace(reads, service, primary),
        cloud_map_services={e.name: cloud_map_service(reads, service, e) for e in primary.endpoints},
        log_group=log_group(reads, service, primary, region),
    )


def again(reads: Reads, known: ServiceSeen, region: str, doubted: Collection[str]) -> ServiceSeen:
    """The same with the `doubted` facts, which may have changed since they were remembered, read now, unless this batch
    did."""
    service = known.service
    if isinstance(service, Unread) or service.primary is None:
        return known
    for fact, name in _may_change(service.primary):
        if fact in doubted and name not in reads.once:
            reads.memory.forget(name)
    return replace(surroundings(reads, service, region), neighbours=known.neighbours)


def facts_about(service: Service) -> Iterator[str]:
    """The names under which it is remembered what a service is made of."""
    for deployment in service.deployments:
        yield from (deployment.task_definition, deployment.namespace, *(name for _, name in _may_change(deployment)))
        yield looks_at(deployment.namespace)


def _may_change(deployment: Deployment) -> Iterator[tuple[str, str]]:
    """Of these, what somebody may delete, or change, while it is remembered; each with the fact that it makes."""
    yield "log_group", log_groups.group_key(deployment.log)
    for endpoint in deployment.endpoints:
        if endpoint.cloud_map_service:
            yield "cloud_map_service", namespaces.service_key(endpoint.cloud_map_service)


def looks_at(namespace: str) -> str:
    """Under what it is remembered when a namespace was last gone through, and what was found left in it."""
    return f"left in {namespace}"


def created(known: ServiceSeen) -> dict[str, datetime | None]:
    """When each endpoint came to be, as far as Cloud Map could be read."""
    services = known.cloud_map_services.items()
    return {name: found.created_at if isinstance(found, CloudMapService) else None for name, found in services}


def namespace(reads: Reads, service: Service, deployment: Deployment) -> Namespace | Unread | None:
    """The deployment's namespace as it is now; None when there is none."""
    arn, account = deployment.namespace, service.account
    if not arn:
        return Unread("the deployment names no namespace")
    return namespaces.namespace_now(reads, service.cluster, account, arn)


def cloud_map_service(reads: Reads, service: Service, endpoint: Endpoint) -> CloudMapService | Unread | None:
    """What Cloud Map keeps of an endpoint; None when there is nothing."""
    arn = endpoint.cloud_map_service
    return namespaces.cloud_map_service(reads, service.cluster, service.account, arn) if arn else None


def log_group(reads: Reads, service: Service, deployment: Deployment, region: str) -> LogGroup | Unread | None:
    """The log group of a deployment's proxies; None when there is none."""
    target = deployment.log
    if target.driver != "awslogs" or not target.group:
        return None
    return log_groups.log_group(reads, service.cluster, target, region)
