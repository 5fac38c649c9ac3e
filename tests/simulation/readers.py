"""ECS and Cloud Map over the estate, behind boto3's calls, in AWS's page sizes."""

from collections import Counter
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from botocore.exceptions import ClientError

from tests.builders import ARN, MAP, REGION
from tests.fakes import answers
from tests.simulation.calls import Over, at_most, page
from tests.simulation.estate import CLUSTER, LOG_GROUP, LOG_PREFIX
from tests.simulation.parts import Deployment, Registered, Service, Task
from tests.simulation.proxies import Proxy

KEPT = timedelta(hours=1)
"""So long ECS describes a stopped task (AWS: DescribeTasks)."""
HTTP_NAME = answers.namespace()["Namespace"]["Properties"]["HttpProperties"]["HttpName"]


class ECS(Over):
    """What ECS says of the estate."""

    def list_clusters(self, *, maxResults: int = 100, nextToken: str = "") -> dict[str, Any]:
        return {"clusterArns": [] if self._estate.deleted else [f"{ARN}:cluster/{CLUSTER}"]}

    def describe_clusters(self, *, clusters: Sequence[str], include: Sequence[str]) -> dict[str, Any]:
        at_most(100, clusters)
        there = set() if self._estate.deleted else {CLUSTER}
        shown = [{"clusterName": name, "status": "ACTIVE"} for name in clusters if name in there]
        missing = [{"arn": f"{ARN}:cluster/{name}", "reason": "MISSING"} for name in clusters if name not in there]
        return {"clusters": shown, "failures": missing}

    def list_services(self, *, cluster: str, maxResults: int, nextToken: str = "") -> dict[str, Any]:
        active = sorted(name for name, service in self._estate.services.items() if service.status == "ACTIVE")
        names, token = page(active, min(maxResults, 100), nextToken)
        arns = [f"{ARN}:service/{CLUSTER}/{name}" for name in names]
        return {"serviceArns": arns} | ({"nextToken": token} if token else {})

    def list_tasks(
        self,
        *,
        cluster: str,
        maxResults: int,
        serviceName: str = "",
        desiredStatus: str = "RUNNING",
        nextToken: str = "",
    ) -> dict[str, Any]:
        services = [self._estate.services[serviceName]] if serviceName else list(self._estate.services.values())
        if serviceName and services[0].status == "INACTIVE":
            raise ClientError({"Error": {"Code": "ServiceNotActiveException"}}, "ListTasks")
        wanted = [t for service in services for t in service.tasks if _desired(t) == desiredStatus and self._known(t)]
        ids, token = page(sorted(task.id for task in wanted), min(maxResults, 100), nextToken)
        arns = [f"{ARN}:task/{CLUSTER}/{id}" for id in ids]
        return {"taskArns": arns} | ({"nextToken": token} if token else {})

    def list_services_by_namespace(self, *, namespace: str, maxResults: int, nextToken: str = "") -> dict[str, Any]:
        """All services are in the one namespace that there is."""
        return self.list_services(cluster=CLUSTER, maxResults=maxResults, nextToken=nextToken)

    def describe_tasks(self, *, cluster: str, tasks: Sequence[str]) -> dict[str, Any]:
        at_most(100, tasks)
        found = {id: self._estate.tasks.get(id) for id in tasks}
        known = {id: task for id, task in found.items() if task and self._known(task)}
        missing = answers.missing("task", *(id for id in tasks if id not in known))
        return {"tasks": [_task(task) for task in known.values()], "failures": missing}

    def describe_services(self, *, cluster: str, services: Sequence[str], include: Sequence[str]) -> dict[str, Any]:
        at_most(10, services)
        found = [self._estate.services[name] for name in services if name in self._estate.services]
        missing = answers.missing("service", *(name for name in services if name not in self._estate.services))
        return {"services": [_service(each) for each in found], "failures": missing}

    def describe_task_definition(self, *, taskDefinition: str) -> dict[str, Any]:
        return {"taskDefinition": answers.task_definition() | {"taskDefinitionArn": taskDefinition}}

    def _known(self, task: Task) -> bool:
        return not task.stopped_at or self._clock.now < task.stopped_at + KEPT


class CloudMap(Over):
    """What Cloud Map says of the estate. Every ECS service has one Cloud Map service, `srv-` and its name."""

    def get_instance(self, *, ServiceId: str, InstanceId: str) -> dict[str, Any]:
        task = self._registered(ServiceId.removeprefix("srv-")).get(InstanceId)
        if task is None:
            raise _not_found("Instance", InstanceId)
        return {"Instance": {"Id": InstanceId, "Attributes": self._estate.attributes(task)}}

    def list_instances(self, *, ServiceId: str, MaxResults: int, NextToken: str = "") -> dict[str, Any]:
        found = self._registered(ServiceId.removeprefix("srv-"))
        ids, token = page(sorted(found), min(MaxResults, 100), NextToken)
        listed = [{"Id": id, "Attributes": self._estate.attributes(found[id])} for id in ids]
        return {"Instances": listed} | ({"NextToken": token} if token else {})

    def discover_instances(
        self, *, NamespaceName: str, ServiceName: str, MaxResults: int, HealthStatus: str
    ) -> dict[str, Any]:
        if NamespaceName != HTTP_NAME:
            raise _not_found("Namespace", NamespaceName)
        found = list(self._registered(ServiceName).values())[: min(MaxResults, 1000)]
        return {"Instances": [{"InstanceId": task.id, "Attributes": self._estate.attributes(task)} for task in found]}

    def list_services(self, *, MaxResults: int, Filters: Sequence[Any], NextToken: str = "") -> dict[str, Any]:
        """A deleted service takes its own with it, unless it is `left`."""
        there = [n for n, s in self._estate.services.items() if s.status == "ACTIVE" or n in self._estate.left]
        names, token = page(sorted(there), min(MaxResults, 100), NextToken)
        listed = [self.get_service(Id=f"srv-{name}")["Service"] for name in names]
        return {"Services": listed} | ({"NextToken": token} if token else {})

    def get_namespace(self, *, Id: str) -> dict[str, Any]:
        return answers.namespace()

    def get_service(self, *, Id: str) -> dict[str, Any]:
        name = Id.removeprefix("srv-")
        if name not in self._estate.services:
            raise _not_found("Service", Id)
        owner = f"Managed by {ARN}:service/{CLUSTER}/{name}"
        created = self._estate.services[name].created_at
        return {"Service": {"Id": Id, "Name": name, "Description": owner, "CreateDate": created}}

    def _registered(self, name: str) -> dict[str, Task]:
        if name not in self._estate.services:
            raise _not_found("Service", name)
        tasks: list[Task] = self._estate.services[name].tasks
        return {task.id: task for task in tasks if task.stands is not Registered.MISSING}


def _not_found(what: str, name: str) -> ClientError:
    return ClientError({"Error": {"Code": f"{what}NotFound", "Message": name}}, "ServiceDiscovery")


def _desired(task: Task) -> str:
    return "STOPPED" if task.left_at else "RUNNING"


def _task(task: Task) -> dict[str, Any]:
    ended = {"stopCode": task.stop_code, "stoppedReason": task.reason} if task.stopped_at else {}
    told = answers.task(
        task.number,
        group=f"service:{task.service}",
        startedBy=task.deployment,
        taskDefinitionArn=f"{ARN}:task-definition/web:1",
        lastStatus=task.last,
        desiredStatus=_desired(task),
        version=task.version,
        createdAt=task.created_at,
        startedAt=task.started_at,
        stoppedAt=task.stopped_at,
        executionStoppedAt=task.emptied_at,
        containers=[_proxy(task)],
        **ended,
    )
    return {name: value for name, value in told.items() if value is not None}


def _proxy(task: Task) -> dict[str, Any]:
    """A proxy that ends with its task exits with 0, and so does one whose restarts are used up (the agent's main);
    some that are told to stop are killed. One that was about to be well is not ill because its task is called off."""
    end = task.end
    if task.stopped_at:
        ill = not (task.started_at or task.proxy.starts or task.proxy is Proxy.ABSENT)
        ended: dict[str, Any] = {} if task.proxy is Proxy.ABSENT else {"exitCode": (0, 137)[task.number % 7 == 0]}
        if end and not end.unhealthy:
            ended = {"exitCode": end.exit_code} | ({"reason": end.reason} if end.reason else {})
        health = "UNHEALTHY" if ill or (end and end.unhealthy) else "UNKNOWN"
        return {"name": answers.PROXY, "lastStatus": "STOPPED", "healthStatus": health} | ended
    return {
        "name": answers.PROXY,
        "lastStatus": "PENDING" if task.proxy is Proxy.ABSENT else "RUNNING",
        "healthStatus": "UNHEALTHY" if end else "HEALTHY" if task.started_at else "UNKNOWN",
    }


def _service(service: Service) -> dict[str, Any]:
    states = Counter(task.last for task in service.tasks)
    counts = {"runningCount": states["RUNNING"], "pendingCount": states["PENDING"], "desiredCount": service.desired}
    tags = [{"key": key, "value": value} for key, value in service.tags.items()]
    listed = [_deployment(service, each, primary=not n) for n, each in enumerate(service.deployments)]
    strategy = {"deploymentConfiguration": {"strategy": service.strategy}}
    return (
        answers.service(service.name)
        | counts
        | strategy
        | {
            "status": service.status,
            "tags": tags,
            "deployments": listed,
        }
    )


def _deployment(of: Service, deployment: Deployment, *, primary: bool) -> dict[str, Any]:
    """One of its deployments. `rolloutState` is promised for rolling updates only (botocore: Deployment)."""
    service = of.name
    states = Counter(task.last for task in of.tasks if task.deployment == deployment.id)
    state = {"rolloutState": "IN_PROGRESS" if deployment.in_progress else "COMPLETED"}
    ports = [{"portName": "ngnix" if deployment.mistyped else "nginx", "discoveryName": service}]
    options = {"awslogs-group": LOG_GROUP, "awslogs-region": REGION, "awslogs-stream-prefix": LOG_PREFIX}
    return {
        "id": deployment.id,
        "status": "PRIMARY" if primary else "ACTIVE",
        "taskDefinition": f"{ARN}:task-definition/web:1",
        "createdAt": deployment.created_at,
        "runningCount": states["RUNNING"],
        "pendingCount": states["PENDING"],
        "desiredCount": of.desired,
        **(state if of.strategy == "ROLLING" else {}),
        "serviceConnectConfiguration": {
            "enabled": True,
            "namespace": answers.NAMESPACE,
            "services": ports,
            "logConfiguration": {"logDriver": "awslogs", "options": options},
        },
        "serviceConnectResources": [{"discoveryName": service, "discoveryArn": f"{MAP}:service/srv-{service}"}],
    }
