"""The namespace, and the names in it that lead to a service."""

from collections.abc import Iterator

from scaudit.checks import sources
from scaudit.checks.check import Finding, Trigger, check
from scaudit.model import CloudMapService, Deployment, Endpoint, Namespace, Neighbour, Service, Severity
from scaudit.model.mentions import Collision
from scaudit.model.sentences import some


def _there(namespace: Namespace | None) -> str | None:
    return None if namespace else "the namespace does not exist: see SC101"


@check(
    "SC101",
    title="the namespace exists",
    about="service",
    on=Trigger.SERVICE | Trigger.LINT,
    severity=Severity.CRITICAL,
    why="Without its namespace ECS can register no task, and CreateService and UpdateService fail.",
    fix="Create a namespace, name it in serviceConnectConfiguration of every service that used this one, and deploy "
    "them again, servers before clients.",
    source=f"{sources.GET_NAMESPACE} (NamespaceNotFound); {sources.SHARED_NAMESPACES} (troubleshooting)",
)
def namespace_exists(deployment: Deployment, namespace: Namespace | None) -> Iterator[Finding]:
    """The namespace that the PRIMARY deployment names; None when Cloud Map has none."""
    if namespace is None:
        yield Finding(f"namespace {deployment.namespace} does not exist")


@check(
    "SC104",
    title="the endpoint has its Cloud Map service, managed by this ECS service",
    about="service",
    on=Trigger.SERVICE | Trigger.LINT,
    severity=Severity.ERROR,
    settles=300,
    after=("SC101",),
    why="ECS registers the tasks of an endpoint in a Cloud Map service of its own. If that is gone, or another's, no "
    "client finds them.",
    fix="Force a new deployment so that ECS makes the Cloud Map service anew; find out who deleted or changed it.",
    source=f"{sources.ANSWERS} (the description of the service); {sources.OVERVIEW}",
)
def endpoint_has_its_cloud_map_service(
    service: Service, endpoint: Endpoint, cloud_map_service: CloudMapService | None
) -> Iterator[Finding]:
    """The endpoint's Cloud Map service, None when there is none: its name, and the ARN of the ECS service in its
    description."""
    if endpoint.cloud_map_service is None:
        yield Finding(f"the deployment lists no Cloud Map service for endpoint {endpoint.name}")
    elif cloud_map_service is None:
        yield Finding(f"Cloud Map service {endpoint.cloud_map_service} does not exist")
    else:
        yield from _ownership(service, endpoint, cloud_map_service)


def _ownership(service: Service, endpoint: Endpoint, found: CloudMapService) -> Iterator[Finding]:
    if found.name != endpoint.name:
        yield Finding(f"Cloud Map service {found.id} is named {found.name}, expected {endpoint.name}")
    if found.description != f"Managed by {service.arn}":
        said = f'says "{found.description}"' if found.description else "has no description"
        # Only a description: tasks are registered all the same, so it accounts for no missing registration.
        yield Finding(f'Cloud Map service {found.id} {said}, expected "Managed by {service.arn}"', explains=())


@check(
    "SC105",
    title="discovery name and aliases are the endpoint's alone",
    about="service",
    on=Trigger.SWEEP | Trigger.LINT,
    severity=Severity.ERROR,
    why="Two endpoints under one name, or under one alias and port, take each other's requests.",
    fix="Give one of the two endpoints another discoveryName or client alias; deploy its service, then its clients.",
    source=f"{sources.COMPONENTS} (Considerations); {sources.SHARED_NAMESPACES}",
)
def names_are_unique(endpoint: Endpoint, collisions: tuple[Collision, ...]) -> Iterator[Finding]:
    """Every discovery name and (alias, port) of the endpoint that another endpoint of the namespace has, too."""
    for collision in collisions:
        about = [collision.hidden, "" if collision.confirmed else "not confirmed on AWS"]
        rest = "".join(f" ({each})" for each in about if each)
        told = f"{collision.name} is also that of {collision.other}{rest}"
        yield Finding(told, None if collision.confirmed else Severity.WARNING)


@check(
    "SC110",
    title="services of one cluster that name the same namespace use the same one",
    about="service",
    on=Trigger.SWEEP | Trigger.LINT,
    severity=Severity.WARNING,
    applies=_there,
    why="Services of one cluster that name their namespace alike but are in two of them cannot reach one another.",
    fix="Configure the services with the ARN of one namespace, deploy them again, and delete the other.",
    source=f"reported: {sources.issue('aws/aws-cdk', 25616)}",
)
def namespace_name_is_unique(
    service: Service, deployment: Deployment, namespace: Namespace, neighbours: tuple[Neighbour, ...]
) -> Iterator[Finding]:
    """The ARN of the service's namespace, beside those of services in the same cluster whose namespace has the same
    name."""
    elsewhere: dict[str, list[str]] = {}
    for neighbour in neighbours:
        if neighbour.cluster == service.cluster and neighbour.namespace_name == namespace.name:
            elsewhere.setdefault(neighbour.namespace, []).append(neighbour.service)
    for arn, services in sorted(elsewhere.items()):
        if arn != deployment.namespace:
            others = some(sorted(services))
            yield Finding(f"namespace {namespace.name} is {deployment.namespace} here, and {arn} for {others}")
