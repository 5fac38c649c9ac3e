"""What AWS answers of the tasks of one service, by the numbers that stand for them."""

from typing import Any

from tests.fakes import answers
from tests.fakes.stubbed import Stubbed


def finds(aws: Stubbed, *numbers: int, **changes: str) -> None:
    rows = [{"InstanceId": answers.task_id(n), "Attributes": answers.attributes(n, **changes)} for n in numbers]
    asked = {"NamespaceName": "other-name", "ServiceName": "nginx", "MaxResults": 1000, "HealthStatus": "ALL"}
    aws.answer("servicediscovery", "discover_instances", {"Instances": rows}, **asked)


def describes(aws: Stubbed, *tasks: dict[str, Any], cluster: str = "tutorial", missing: tuple[int, ...] = ()) -> None:
    gone = [answers.task_id(n) for n in missing]
    ids = sorted([t["taskArn"].rsplit("/", 1)[1] for t in tasks] + gone)
    told = {"tasks": list(tasks), "failures": answers.missing("task", *gone)}
    aws.answer("ecs", "describe_tasks", told, cluster=cluster, tasks=ids)


def lists(aws: Stubbed, *numbers: int, desired: str = "RUNNING", service: str = "web") -> None:
    arns = [answers.task(n)["taskArn"] for n in numbers]
    asked = {"cluster": "tutorial", "maxResults": 100, "desiredStatus": desired, "serviceName": service}
    aws.answer("ecs", "list_tasks", {"taskArns": arns}, **asked)
