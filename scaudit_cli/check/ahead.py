"""What lists tell of many services at once, read before each is looked at: the looks find it read already."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from scaudit.collect.aws import ecs
from scaudit.collect.aws.log_groups import log_groups
from scaudit.collect.aws.namespaces import namespace_now, service_key
from scaudit.collect.aws.of_namespace import cloud_map_services
from scaudit.collect.aws.reads import Reads
from scaudit.collect.surroundings import cloud_map_service
from scaudit.model import CloudMapService, Service, Unread
from scaudit_cli.check.neighbours import Neighbourhoods


def read_ahead(reads: Reads, around: Neighbourhoods, cluster: str, region: str, services: Sequence[Service]) -> None:
    """Read what stands around these services of one cluster, each thing once, and side by side."""
    primaries = [(service.account, service.primary) for service in services if service.primary]
    spaces = {d.namespace: account for account, d in primaries if d.namespace.startswith("arn:")}
    reads.once |= {arn: told for arn in spaces if (told := around.listed(reads, arn))}
    definitions = {d.task_definition for _, d in primaries}
    logs = [d.log for _, d in primaries if d.log.driver == "awslogs" and d.log.group]
    tasks: list[tuple[Any, ...]] = [
        *((namespace_now, reads, cluster, account, arn) for arn, account in spaces.items()),
        *((ecs.task_definition, reads, cluster, arn) for arn in definitions),
        *((cloud_map_services, reads, cluster, account, arn) for arn, account in spaces.items()),
        (log_groups, reads, cluster, logs, region),
    ]
    reads.each(lambda task: task[0](*task[1:]), tasks)
    for arn, account in spaces.items():
        _keep(reads, cloud_map_services(reads, cluster, account, arn), services)
    endpoints = [
        (service, endpoint) for service in services if service.primary for endpoint in service.primary.endpoints
    ]
    reads.each(lambda each: cloud_map_service(reads, *each), endpoints)


def _keep(reads: Reads, listed: Mapping[str, Any] | Unread, services: Iterable[Service]) -> None:
    """GetService tells no more of a service than the list of its namespace."""
    if isinstance(listed, Unread):
        return
    for service in services:
        for endpoint in service.primary.endpoints if service.primary else ():
            arn = endpoint.cloud_map_service or ""
            told = listed.get(arn.rsplit("/", 1)[-1])
            if told and told.created_at:
                kept = CloudMapService(arn.rsplit("/", 1)[-1], told.name, told.created_at, told.description)
                reads.once.setdefault(service_key(arn), kept)
