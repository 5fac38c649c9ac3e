"""The Service Connect configuration of a service in lines, as ECS has it."""

from collections.abc import Iterator

from scaudit.model import Deployment, Endpoint, TaskDefinition, Unread
from scaudit.model.arn import Arn
from scaudit_cli.ask.form import minute
from scaudit_cli.describe.description import Description


def configuration(shown: Description) -> Iterator[str]:
    """Its tasks, and each deployment with its endpoints."""
    service, definition = shown.service, shown.task_definition
    if isinstance(service, Unread):
        yield f"not known: {service.reason}"
        return
    yield f"tasks        {service.running} of {service.desired} run, {service.pending} pending"
    yield f"strategy     {service.strategy}, controller {service.controller}" + ", draining" * service.draining
    for deployment in shown.deployments:
        yield from _deployment(shown, deployment, definition)


def _deployment(shown: Description, deployment: Deployment, definition: TaskDefinition | Unread) -> Iterator[str]:
    state = " PRIMARY" * deployment.primary + ", in progress" * deployment.in_progress
    yield f"deployment   {deployment.id}{state}, since {minute(deployment.created_at)}"
    mode = "" if isinstance(definition, Unread) or not deployment.primary else f", {definition.network_mode} mode"
    where = ", ".join(filter(None, (deployment.launch_type, *deployment.capacity_providers)))
    yield f"  task       {Arn.of(deployment.task_definition).name}{mode}{f', on {where}' if where else ''}"
    if deployment.primary and isinstance(definition, Unread):
        yield f"             not known: {definition.reason}"
    named = shown.around.namespace
    name = named.reason if isinstance(named, Unread) else named.name if named else "does not exist"
    yield f"  namespace  {f'{name} ' * deployment.primary}{deployment.namespace}"
    log = deployment.log
    told = f"{log.driver} {log.group} {log.prefix}{f' in {log.region}' if log.region else ''}".rstrip()
    yield f"  proxy log  {told or 'nowhere'}{', with a line for each request' * log.requests}"
    if not deployment.endpoints:
        yield "  endpoints  none: client only"
    for endpoint in deployment.endpoints:
        yield from _endpoint(shown, deployment, endpoint, definition)


def _endpoint(
    shown: Description, deployment: Deployment, endpoint: Endpoint, definition: TaskDefinition | Unread
) -> Iterator[str]:
    known = None if isinstance(definition, Unread) or not deployment.primary else definition
    port = known.ports.get(endpoint.port_name) if known else None
    spoken = (known.protocols.get(endpoint.port_name) or "tcp") if known else ""
    to = f" = container port {port}, {spoken}" if port else ""
    override = f", ingress port {endpoint.ingress_port_override}" if endpoint.ingress_port_override else ""
    yield f"  endpoint   {endpoint.name}: port {endpoint.port_name}{to}{override}"
    namespace = shown.around.namespace
    ending = getattr(namespace, "name", "its namespace")
    dialled = ", ".join(f"{a.dns_name or f'{endpoint.name}.{ending}'}:{a.port}" for a in endpoint.aliases)
    yield f"             clients dial {dialled or 'nothing: no alias'}"
    there = shown.around.cloud_map_services.get(endpoint.name) if deployment.primary else None
    if isinstance(there, Unread):
        yield f"             Cloud Map service {endpoint.cloud_map_service}, of which nothing is known: {there.reason}"
    elif there:
        yield f"             Cloud Map service {there.id}, created {minute(there.created_at)}"
    else:
        yield f"             Cloud Map service {endpoint.cloud_map_service or 'none'}"
    if endpoint.tls:
        yield f"             TLS by {endpoint.tls.authority or 'no authority'}, role {endpoint.tls.role or 'none'}"
    if endpoint.per_request_timeout is not None:
        yield f"             {endpoint.per_request_timeout} s for a request"
