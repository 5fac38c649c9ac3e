"""ECS over the estate. What it lists and counts is a little behind what it describes by name."""

from collections.abc import Sequence
from typing import Any

from benchmarks.quota.described import LAG, described_definition, described_service, described_task, desired_status
from benchmarks.quota.estate import Cluster, Estate
from benchmarks.quota.pages import page
from tests.fakes.client import refusal
from tests.simulation.clock import Clock
from tests.simulation.runs import NotFaked

TASKS, SERVICES = 100, 10
"""What one call describes (AWS: DescribeTasks, DescribeServices)."""


class ECS:
    """ECS by the methods of boto3's client."""

    def __init__(self, estate: Estate, clock: Clock) -> None:
        self._estate, self._clock = estate, clock

    def list_clusters(self, *, maxResults: int = 100, nextToken: str = "") -> dict[str, Any]:
        clusters, token = page(self._estate.clusters.values(), maxResults, nextToken)
        return _more({"clusterArns": [cluster.arn for cluster in clusters]}, token)

    def list_services(self, *, cluster: str, maxResults: int = 10, nextToken: str = "") -> dict[str, Any]:
        there = [s for s in self._cluster(cluster).services.values() if s.created_at <= self._clock.now - LAG]
        services, token = page(there, maxResults, nextToken)
        return _more({"serviceArns": [service.arn for service in services]}, token)

    def list_services_by_namespace(
        self, *, namespace: str, maxResults: int = 10, nextToken: str = ""
    ) -> dict[str, Any]:
        """Those of every cluster."""
        name = namespace.partition("/ns-")[2]
        everyone = [s for cluster in self._estate.clusters.values() for s in cluster.services.values()]
        services, token = page([s for s in everyone if s.namespace == name], maxResults, nextToken)
        return _more({"serviceArns": [service.arn for service in services]}, token)

    def describe_services(
        self, *, cluster: str, services: Sequence[str], include: Sequence[str] = ()
    ) -> dict[str, Any]:
        if len(services) > SERVICES:
            raise NotFaked(f"DescribeServices of {len(services)}")
        known = self._cluster(cluster).services
        names = [name.rsplit("/", 1)[-1] for name in services]
        return {
            "services": [described_service(known[name], self._clock.now) for name in names if name in known],
            "failures": [{"arn": name, "reason": "MISSING"} for name in names if name not in known],
        }

    def list_tasks(
        self,
        *,
        cluster: str,
        serviceName: str = "",
        desiredStatus: str = "RUNNING",
        maxResults: int = 100,
        nextToken: str = "",
    ) -> dict[str, Any]:
        """Those that shall run or those that shall not, whatever they do yet (AWS: ListTasks, desiredStatus)."""
        home, seen_at = self._cluster(cluster), self._clock.now - LAG
        if serviceName and serviceName not in home.services:
            raise refusal("ServiceNotFoundException", "ListTasks")
        among = home.services[serviceName].tasks if serviceName else home.tasks()
        listed = [task for task in among if task.status(seen_at) and desired_status(task, seen_at) == desiredStatus]
        tasks, token = page(listed, maxResults, nextToken)
        return _more({"taskArns": [task.arn for task in tasks]}, token)

    def describe_tasks(self, *, cluster: str, tasks: Sequence[str], include: Sequence[str] = ()) -> dict[str, Any]:
        if len(tasks) > TASKS:
            raise NotFaked(f"DescribeTasks of {len(tasks)}")
        home, now = self._cluster(cluster), self._clock.now
        known = {id: self._estate.tasks.get(id.rsplit("/", 1)[-1]) for id in tasks}
        there = {id: t for id, t in known.items() if t and t.service.cluster is home and t.status(now)}
        return {
            "tasks": [described_task(task, now) for task in there.values()],
            "failures": [{"arn": id, "reason": "MISSING"} for id in known if id not in there],
        }

    def describe_task_definition(self, *, taskDefinition: str, include: Sequence[str] = ()) -> dict[str, Any]:
        service = self._estate.services.get(taskDefinition)
        if service is None:
            raise refusal("ClientException", "DescribeTaskDefinition")
        return {"taskDefinition": described_definition(service)}

    def _cluster(self, name: str) -> Cluster:
        found = self._estate.clusters.get(name.rsplit("/", 1)[-1])
        if found is None:
            raise refusal("ClusterNotFoundException", "Cluster")
        return found


def _more(answer: dict[str, Any], token: str) -> dict[str, Any]:
    return answer | ({"nextToken": token} if token else {})
