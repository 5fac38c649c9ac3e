"""CreateService, UpdateService and DeleteService."""

from local.emulator.ecs import clusters, task_definitions
from local.emulator.ecs.control import reconcile_soon, tell_deployment
from local.emulator.ecs.deployments import DEPLOYED, deployment_of, settings_of
from local.emulator.ecs.faults import fate_of
from local.emulator.ecs.model import Service
from local.emulator.ecs.service_shape import described
from local.emulator.ecs.state import arn, here
from local.emulator.ecs.tags import as_dict
from local.emulator.protocol import INVALID, Action, AwsError, Json

STILL_DRAINING = "Unable to Start a service that is still Draining."
NOT_IDEMPOTENT = "Creation of service was not idempotent."


async def create(asked: Json) -> Json:
    cluster_arn = await clusters.find(asked.get("cluster"))
    service_arn = arn("service", cluster_arn.rsplit("/", 1)[-1], asked["serviceName"])
    tags = as_dict(asked.get("tags", []))
    fate_of(tags)
    deployment = await deployment_of(asked, cluster_arn, service_arn)
    known = here().services.get(service_arn)
    if known and known.status != "INACTIVE":
        raise AwsError(INVALID, STILL_DRAINING if known.status == "DRAINING" else NOT_IDEMPOTENT)
    service = Service(
        arn=service_arn,
        name=asked["serviceName"],
        cluster_arn=cluster_arn,
        asked=asked | {"taskDefinition": deployment.task_definition["taskDefinitionArn"]},
        settings=settings_of(asked),
        desired=asked.get("desiredCount", 0),
        tags=tags,
        created_at=deployment.created_at,
        deployments=[deployment],
    )
    here().services[service_arn] = service
    tell_deployment(service, deployment, "IN_PROGRESS", "in progress")
    reconcile_soon(service)
    return {"service": described(service, with_tags=bool(tags))}


async def update(request: Json) -> Json:
    service = await find_active(request)
    changes = {member: value for member, value in request.items() if value is not None}
    if "taskDefinition" in changes:
        changes["taskDefinition"] = (await task_definitions.find(changes["taskDefinition"]))["taskDefinitionArn"]
    asked = service.asked | changes
    if request.get("forceNewDeployment") or any(asked.get(key) != service.asked.get(key) for key in DEPLOYED):
        deployment = await deployment_of(asked, service.cluster_arn, service.arn)
        service.deployments.insert(0, deployment)
        tell_deployment(service, deployment, "IN_PROGRESS", "in progress")
    service.asked = asked
    service.settings = settings_of(asked)
    service.desired = request.get("desiredCount", service.desired)
    service.steady = False
    reconcile_soon(service)
    return {"service": described(service)}


async def delete(request: Json) -> Json:
    service = await find_active(request)
    if service.desired and not request.get("force"):
        raise AwsError(INVALID, "The service cannot be stopped while it is scaled above 0.")
    service.desired = 0
    service.status = "DRAINING"
    reconcile_soon(service)
    return {"service": described(service)}


async def find_active(request: Json) -> Service:
    cluster_arn = await clusters.find(request.get("cluster"))
    service = named(cluster_arn, request["service"])
    if service is None:
        raise AwsError("ServiceNotFoundException", "Service not found.")
    if service.status != "ACTIVE":
        raise AwsError("ServiceNotActiveException", "Service was not ACTIVE.")
    return service


def named(cluster_arn: str, reference: str) -> Service | None:
    """A service of the cluster by name or ARN; services of different clusters may share a name."""
    name = reference.rsplit("/", 1)[-1]
    service = here().services.get(arn("service", cluster_arn.rsplit("/", 1)[-1], name))
    return service if service and reference in (service.name, service.arn) else None


ACTIONS: dict[str, Action] = {"CreateService": create, "UpdateService": update, "DeleteService": delete}
