"""Cloud Map over the estate: what is registered, and a little later what clients discover."""

from datetime import timedelta
from random import Random
from typing import Any, NamedTuple

from benchmarks.quota.estate import CONTAINER_PORT, Estate, Service, Task, cloud_map_id, namespace_arn, namespace_id
from benchmarks.quota.pages import page
from tests.builders import ARN, MAP
from tests.fakes import answers
from tests.fakes.client import refusal
from tests.simulation.clock import Clock
from tests.simulation.runs import NotFaked

LAG = timedelta(seconds=3)
"""AWS tells no figure."""
MOST = 1000
"""DiscoverInstances gives at most this many, any of them, without a token (AWS: DiscoverInstances)."""


class Id(NamedTuple):
    """The id of a Cloud Map service, as something that is listed."""

    key: str


class CloudMap:
    """Cloud Map by the methods of boto3's client."""

    def __init__(self, estate: Estate, clock: Clock) -> None:
        self._estate, self._clock = estate, clock
        self._random = Random(0)

    def get_namespace(self, *, Id: str) -> dict[str, Any]:
        http = self._estate.namespaces.get(Id)
        if http is None:
            raise refusal("NamespaceNotFound", "GetNamespace")
        name = http.removesuffix("-http")
        properties = {"HttpProperties": {"HttpName": http}}
        return {
            "Namespace": {"Id": Id, "Arn": namespace_arn(name), "Name": name, "Type": "HTTP", "Properties": properties}
        }

    def get_service(self, *, Id: str) -> dict[str, Any]:
        service = self._service(Id, "GetService")
        space = namespace_id(service.namespace)
        return {
            "Service": {
                "Id": Id,
                "Arn": f"{MAP}:service/{Id}",
                "Name": Id.removeprefix(cloud_map_id(service.namespace, "")),
                "NamespaceId": space,
                "Description": f"Managed by {service.arn}",
                "DnsConfig": {"DnsRecords": []},
                "Type": "HTTP",
                "CreateDate": service.created_at,
                "CreatorRequestId": Id,
            }
        }

    def list_services(self, *, Filters: list[Any], MaxResults: int = 100, NextToken: str = "") -> dict[str, Any]:
        """Those of one namespace."""
        ((space,),) = [each["Values"] for each in Filters]
        name = self._estate.namespaces[space].removesuffix("-http")
        prefix = cloud_map_id(name, "")
        ids, token = page([Id(id) for id in self._estate.services if id.startswith(prefix)], MaxResults, NextToken)
        listed = [self.get_service(Id=id.key)["Service"] for id in ids]
        return {"Services": listed} | ({"NextToken": token} if token else {})

    def get_instance(self, *, ServiceId: str, InstanceId: str) -> dict[str, Any]:
        service, task = self._service(ServiceId, "GetInstance"), self._estate.tasks.get(InstanceId)
        if task is None or task.service is not service or not task.registered(self._clock.now):
            raise refusal("InstanceNotFound", "GetInstance")
        return {"Instance": {"Id": InstanceId, "Attributes": self._attributes(task, ServiceId)}}

    def list_instances(self, *, ServiceId: str, MaxResults: int = 100, NextToken: str = "") -> dict[str, Any]:
        service = self._service(ServiceId, "ListInstances")
        there = [task for task in service.tasks if task.registered(self._clock.now)]
        tasks, token = page(there, MaxResults, NextToken)
        listed = [{"Id": task.id, "Attributes": self._attributes(task, ServiceId)} for task in tasks]
        return {"Instances": listed} | ({"NextToken": token} if token else {})

    def discover_instances(
        self, *, NamespaceName: str, ServiceName: str, MaxResults: int = 100, HealthStatus: str = "ALL"
    ) -> dict[str, Any]:
        if not 1 <= MaxResults <= MOST or HealthStatus != "ALL":
            raise NotFaked(f"DiscoverInstances of {MaxResults} that are {HealthStatus}")
        if NamespaceName not in self._estate.namespaces.values():
            raise refusal("NamespaceNotFound", "DiscoverInstances")
        id = cloud_map_id(NamespaceName.removesuffix("-http"), ServiceName)
        service = self._service(id, "DiscoverInstances")
        there = [task for task in service.tasks if task.registered(self._clock.now - LAG)]
        self._random.shuffle(there)
        return {
            "Instances": [
                {
                    "InstanceId": task.id,
                    "NamespaceName": NamespaceName,
                    "ServiceName": ServiceName,
                    "HealthStatus": "UNKNOWN",
                    "Attributes": self._attributes(task, id),
                }
                for task in there[:MaxResults]
            ],
            "InstancesRevision": 1,
        }

    def _service(self, id: str, operation: str) -> Service:
        found = self._estate.services.get(id)
        if found is None:
            raise refusal("ServiceNotFound", operation)
        return found

    def _attributes(self, task: Task, id: str) -> dict[str, str]:
        service = task.service
        offered = [cloud_map_id(service.namespace, endpoint) for endpoint in service.endpoints]
        port = CONTAINER_PORT + offered.index(id)
        deployment = "ecs-svc/1" if task.fault == "SC204" else task.deployment.id
        wrong = {
            "SC202": {"AWS_INSTANCE_IPV4": "10.99.99.99"},
            "SC203": {"AWS_INSTANCE_PORT": "9999"},
            "SC205": {"AvailabilityZone": "ap-northeast-1c"},
        }
        return answers.attributes(
            task.number,
            DeploymentId=f"{ARN}:task-set/{service.cluster.name}/{service.name}/{deployment}",
            **{"AWS_INSTANCE_PORT": str(port), **wrong.get(task.fault, {})},
        )
