"""Clients that cannot reach an endpoint: they were deployed before it was there, or name it wrongly."""

from collections.abc import Iterator
from datetime import UTC, datetime

from scaudit.checks import sources
from scaudit.checks.check import Finding, Trigger, check
from scaudit.model import CloudMapService, Deployment, Endpoint, Neighbour, Service, Severity
from scaudit.model.arn import Arn
from scaudit.model.mentions import Call, Misnamed
from scaudit.model.places import Place
from scaudit.model.sentences import some

_REDEPLOY = f"{sources.COMPONENTS} (existing tasks cannot resolve a new endpoint)"


def _there(cloud_map_service: CloudMapService | None) -> str | None:
    return None if cloud_map_service else "the endpoint has no Cloud Map service: see SC104"


def _utc(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"


@check(
    "SC401",
    title="every endpoint that the task definition names is older than the deployment",
    about="service",
    on=Trigger.SERVICE,
    severity=Severity.ERROR,
    why="A task knows the endpoints that were there when its service was last deployed, and so does every task that "
    "replaces it. A client cannot resolve an endpoint that came later. A name without a dot may be another word, so "
    "that alone is a warning.",
    fix="Force a new deployment of this service.",
    redeploys=True,
    source=_REDEPLOY,
)
def endpoints_are_older_than_the_client(deployment: Deployment, calls: tuple[Call, ...]) -> Iterator[Finding]:
    """The creation of each endpoint that the task definition names, beside that of the PRIMARY deployment. A name
    without a dot is a warning: it may be another word."""
    for call in calls:
        if call.created_at > deployment.created_at:
            yield Finding(
                f"cannot resolve {call.alias} of service {call.owner}, which was created {_utc(call.created_at)}, "
                f"after this deployment ({_utc(deployment.created_at)}), though {call.place} names it",
                None if "." in call.alias else Severity.WARNING,
            )


@check(
    "SC402",
    title="every service of the namespace was deployed after the endpoint",
    about="endpoint",
    on=Trigger.SWEEP,
    severity=Severity.INFO,
    applies=_there,
    why="A service that was deployed before the endpoint was there cannot resolve it. scaudit cannot tell whether it "
    "calls the endpoint.",
    fix="Force a new deployment of those services in the list that call this endpoint.",
    source=_REDEPLOY,
)
def services_are_younger_than_the_endpoint(
    service: Service,
    deployment: Deployment,
    endpoint: Endpoint,
    cloud_map_service: CloudMapService,
    neighbours: tuple[Neighbour, ...],
) -> Iterator[Finding]:
    """The creation of the endpoint's Cloud Map service, beside that of the PRIMARY deployment of every other service in
    the namespace; one finding names all that are older."""
    born = cloud_map_service.created_at
    older = sorted(
        Place(Arn.of(neighbour.arn).region, neighbour.cluster, neighbour.service)
        for neighbour in neighbours
        if neighbour.namespace == deployment.namespace and neighbour.arn != service.arn and neighbour.deployed_at < born
    )
    if older:
        yield Finding(
            f"endpoint {endpoint.name} cannot be resolved by those deployed before it was created ({_utc(born)}): "
            f"{some([place.name for place in older])}",
            stale=tuple(older),
        )


@check(
    "SC403",
    title="every endpoint that the task definition names is served by that name in its namespace",
    about="service",
    on=Trigger.SERVICE,
    severity=Severity.WARNING,
    why="The proxy of a client knows the names and ports of the client aliases in its own namespace, and nothing else: "
    "neither the namespace behind a shorter alias, nor another port, nor what another namespace serves.",
    fix="Name the endpoint in the task definition as it is served, or give it that client alias, and deploy again; "
    "move what calls one another into one namespace.",
    source=f"{sources.ecs_api('ServiceConnectClientAlias')}; reported: "
    f"{sources.issue('agentic-community/mcp-gateway-registry', 547)}, {sources.issue('aws/copilot-cli', 4659)}",
)
def names_are_served(misnamed: tuple[Misnamed, ...]) -> Iterator[Finding]:
    """Each name in the task definition that is made of an endpoint's and that the namespace does not serve, beside what
    is served."""
    for each in misnamed:
        yield Finding(f"{each.place} names {each.name}, which its namespace does not serve; served is {each.served}")
