"""Clusters: kept by ministack; their Service Connect default and their counts are ours."""

import time
import uuid

from local.emulator.ecs.registry import find_or_create_namespace
from local.emulator.ecs.state import NamespaceAttachment, here
from local.emulator.ecs.tags import as_dict, disturb
from local.emulator.protocol import Action, AwsError, Json
from local.emulator.settings import TASK_DELAY
from local.emulator.wire import call_ecs


async def find(reference: str | None) -> str:
    """The ARN of a cluster by name or ARN."""
    clusters = (await call_ecs("DescribeClusters", {"clusters": [reference or "default"]}))["clusters"]
    if not clusters:
        raise AwsError("ClusterNotFoundException", "Cluster not found.")
    return str(clusters[0]["clusterArn"])


async def create(request: Json) -> Json:
    cluster = (await call_ecs("CreateCluster", request))["cluster"]
    disturb(cluster["clusterArn"], as_dict(request.get("tags", [])))
    await attach_namespace(cluster["clusterArn"], request)
    return {"cluster": shown(cluster, {"ATTACHMENTS"})}


async def update(request: Json) -> Json:
    cluster = (await call_ecs("UpdateCluster", request))["cluster"]
    await attach_namespace(cluster["clusterArn"], request)
    return {"cluster": shown(cluster, {"ATTACHMENTS"})}


async def attach_namespace(cluster_arn: str, request: Json) -> None:
    defaults = request.get("serviceConnectDefaults")
    if defaults:
        namespace = await find_or_create_namespace(defaults["namespace"])
        attachment = NamespaceAttachment(str(uuid.uuid4()), namespace["Arn"], time.time())
        here().attachments[cluster_arn] = attachment


async def describe(request: Json) -> Json:
    answer = await call_ecs("DescribeClusters", request)
    included = set(request.get("include", []))
    return {**answer, "clusters": [shown(cluster, included) for cluster in answer["clusters"]]}


async def delete(request: Json) -> Json:
    cluster_arn = await find(request["cluster"])
    if any(service.cluster_arn == cluster_arn for service in here().services.values() if service.status != "INACTIVE"):
        raise AwsError("ClusterContainsServicesException", "The Cluster cannot be deleted while Services are active.")
    here().attachments.pop(cluster_arn, None)
    here().disturbances.pop(cluster_arn, None)
    return await call_ecs("DeleteCluster", request)


def shown(cluster: Json, included: set[str]) -> Json:
    """A cluster as DescribeClusters shows it, with what the request wants included."""
    services = [service for service in here().services.values() if service.cluster_arn == cluster["clusterArn"]]
    cluster |= {
        "runningTasksCount": sum(service.count(None, running=True) for service in services),
        "pendingTasksCount": sum(service.count(None, running=False) for service in services),
        "activeServicesCount": sum(service.status == "ACTIVE" for service in services),
    }
    attachment = here().attachments.get(cluster["clusterArn"])
    if attachment:
        attaching = time.time() - attachment.since < TASK_DELAY
        cluster["status"] = "PROVISIONING" if attaching else "ACTIVE"
        cluster["serviceConnectDefaults"] = {"namespace": attachment.namespace_arn}
        if "ATTACHMENTS" in included:
            status = "ATTACHING" if attaching else "ATTACHED"
            cluster["attachments"] = [{"id": attachment.id, "type": "sc", "status": status, "details": []}]
            cluster["attachmentsStatus"] = "UPDATE_IN_PROGRESS" if attaching else "UPDATE_COMPLETE"
    return cluster


ACTIONS: dict[str, Action] = {
    "CreateCluster": create,
    "UpdateCluster": update,
    "DescribeClusters": describe,
    "DeleteCluster": delete,
}
