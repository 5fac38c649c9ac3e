"""scaudit as users deploy it, once for each module of tests (each has a storm budget), reached through AWS APIs."""

import copy
import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from local.demo.inbox import Arrived, Inbox, subscribed_queue
from local.deploy import deploy
from local.stack import LocalStack, running_stack
from tests.e2e.elsewhere import ReceivingEnd, Room

PROJECT = Path(__file__).parents[2]
IN_SECONDS = {"QueueDelay": "0", "SettleScale": "0.005", "SecondLook": "1", "AnnounceDelay": "1", "HoldDown": "2"}
CAPABILITIES = ["CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND"]
LOG = {"logDriver": "awslogs", "options": {"awslogs-group": "/ecs/proxy", "awslogs-stream-prefix": "proxy"}}


def eventually(read: Callable[[], Any], seconds: float = 60) -> Any:
    """What `read` gives as soon as that is something; the last nothing fails the test."""
    deadline = time.monotonic() + seconds
    while not (found := read()):
        assert time.monotonic() < deadline, f"still {found!r} after {seconds} s"
        time.sleep(0.1)
    return found


class Deployed:
    """A deployed scaudit, a subscriber of its topic, and an estate to audit; its alerts go to a room and to a
    `receiving` end, too, where there is one."""

    def __init__(self, stack: LocalStack, outputs: dict[str, str], receiving: ReceivingEnd | None = None) -> None:
        self.stack, self.outputs, self.region = stack, outputs, stack.region
        self.ecs, self.logs, self.sqs, self.events, self.functions = (
            stack.client(name) for name in ("ecs", "logs", "sqs", "events", "lambda")
        )
        self.iam = stack.client("iam")
        self.cloud_map = stack.client("servicediscovery")
        self.inbox = Inbox(stack, outputs["TopicArn"])
        if receiving:
            self.receiving, self.room = receiving, Room(stack, outputs["ChatTopicArn"])
        self.prepare()

    def at(self, region: str) -> "Deployed":
        """The same in another Region: its estate there, the deployment and what it records and says at home."""
        there = copy.copy(self)
        there.region = region
        there.ecs, there.cloud_map = (self.stack.client(name, region) for name in ("ecs", "servicediscovery"))
        there.prepare()
        return there

    def prepare(self) -> None:
        """A cluster and a task definition in the Region."""
        self.ecs.create_cluster(clusterName="tutorial", serviceConnectDefaults={"namespace": "mesh"})
        port = {"name": "nginx", "containerPort": 80, "appProtocol": "http"}
        containers = [{"name": "web", "image": "nginx", "portMappings": [port]}]
        self.ecs.register_task_definition(
            family="web", networkMode="awsvpc", cpu="256", memory="512", containerDefinitions=containers
        )

    def service(self, name: str, fault: str = "", count: int = 1, *, serves: bool = True, **more: Any) -> str:
        """Create a service, healthy or with a fault of the local AWS, and return its ARN."""
        endpoint = {"portName": "nginx", "discoveryName": name, "clientAliases": [{"port": 80}]}
        configuration = {"enabled": True, "services": [endpoint] if serves else [], "logConfiguration": LOG}
        created = self.ecs.create_service(
            **{
                "cluster": "tutorial",
                "serviceName": name,
                "taskDefinition": "web",
                "desiredCount": count,
                "launchType": "FARGATE",
                "networkConfiguration": {"awsvpcConfiguration": {"subnets": ["subnet-1"]}},
                "serviceConnectConfiguration": configuration,
                "tags": [{"key": "local:fault", "value": fault}] if fault else [],
                **more,
            }
        )
        return created["service"]["serviceArn"]

    def mend(self, name: str, arn: str) -> None:
        self.ecs.untag_resource(resourceArn=arn, tagKeys=["local:fault"])
        self.ecs.update_service(cluster="tutorial", service=name, forceNewDeployment=True)

    def runs(self, name: str) -> int:
        """How many tasks of the service run."""
        [service] = self.ecs.describe_services(cluster="tutorial", services=[name])["services"]
        return int(service["runningCount"])

    def link(self, regions: str) -> None:
        """Update the stack to these linked Regions, and change nothing else."""
        cloudformation = self.stack.client("cloudformation")
        before = cloudformation.describe_stacks(StackName="scaudit")["Stacks"][0]["Parameters"]
        others = [each["ParameterKey"] for each in before if each["ParameterKey"] != "LinkedRegions"]
        kept = [{"ParameterKey": name, "UsePreviousValue": True} for name in others]
        parameters = [*kept, {"ParameterKey": "LinkedRegions", "ParameterValue": regions}]
        request = {"StackName": "scaudit", "UsePreviousTemplate": True, "Capabilities": CAPABILITIES}
        cloudformation.update_stack(**request, Parameters=parameters)

        def is_updated() -> bool:
            status: str = cloudformation.describe_stacks(StackName="scaudit")["Stacks"][0]["StackStatus"]
            return status == "UPDATE_COMPLETE"

        eventually(is_updated, 90)

    def gone(self, name: str) -> None:
        """Wait until no task of the service is left."""
        eventually(lambda: not self.ecs.list_tasks(cluster="tutorial", serviceName=name)["taskArns"])

    def sweep(self) -> None:
        """What the schedule does."""
        answer = self.functions.invoke(FunctionName=self.outputs["SweepFunctionName"], Payload="{}")
        assert "FunctionError" not in answer, answer["Payload"].read()

    def sweep_to_its_end(self) -> None:
        """Sweep, and wait until the cluster was gone through."""
        before = self._pages()
        self.sweep()
        eventually(lambda: self._pages() > before)

    def _pages(self) -> int:
        group = self.outputs["AuditLogGroup"]
        found = self.logs.filter_log_events(logGroupName=group, filterPattern='"page"')["events"]
        return sum('"record":"page"' in event["message"] for event in found)

    def stumbled(self) -> list[str]:
        """What the functions could not do, and left to another attempt."""
        group = self.outputs["AuditLogGroup"]
        found = self.logs.filter_log_events(logGroupName=group, filterPattern='"will be tried again"')["events"]
        return [event["message"] for event in found]

    def exorcise(self, name: str) -> None:
        """Deregister by hand what belongs to no running task of the service."""
        (deployment,) = self.ecs.describe_services(cluster="tutorial", services=[name])["services"][0]["deployments"]
        (resource,) = deployment["serviceConnectResources"]
        service = resource["discoveryArn"].rsplit("/", 1)[1]
        running = {
            arn.rsplit("/", 1)[1] for arn in self.ecs.list_tasks(cluster="tutorial", serviceName=name)["taskArns"]
        }
        for instance in self.cloud_map.list_instances(ServiceId=service)["Instances"]:
            if instance["Id"] not in running:
                self.cloud_map.deregister_instance(ServiceId=service, InstanceId=instance["Id"])

    def subscriber(self, name: str, policy: dict[str, list[str]]) -> Callable[[], list[dict[str, Any]]]:
        """A queue that takes only some of the announcements; returns how to read what came."""
        url = subscribed_queue(self.stack, self.outputs["TopicArn"], name, FilterPolicy=json.dumps(policy))
        return lambda: [
            json.loads(message["Body"])
            for message in self.sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", [])
        ]

    def records(self, service: str, kind: str = "task") -> list[dict[str, Any]]:
        """The audit records of one service, oldest first."""
        group = self.outputs["AuditLogGroup"]
        pages = self.logs.get_paginator("filter_log_events").paginate(logGroupName=group, filterPattern=f'"{service}"')
        lines = [event["message"] for page in pages for event in page["events"] if event["message"].startswith("{")]
        found = [json.loads(line) for line in lines]
        here = [r for r in found if r.get("region") == self.region]
        return [r for r in here if r.get("record") == kind and r.get("ecs_service") == service]

    def recorded(self, service: str, verdict: str, tasks: int = 1) -> list[dict[str, Any]]:
        """Wait for a record with this verdict of so many tasks."""

        def read() -> list[dict[str, Any]]:
            found = [record for record in self.records(service) if record["verdict"] == verdict]
            return found if len({record["task_id"] for record in found}) >= tasks else []

        return eventually(read)

    def heard(self, service: str, state: str) -> Arrived:
        """Wait for an announcement about a service."""

        def read() -> Arrived | None:
            self.inbox.look(1)
            return self.arrived(service, state)

        return eventually(read)

    def resolved(self, service: str) -> Arrived:
        """Wait until a problem is announced as over. Until then it is swept: that a newer task passes, or that the
        service is gone, counts only when it was seen after the last one was lost."""

        def read() -> Arrived | None:
            self.sweep()
            self.inbox.look(2)  # a sweep that waits for the one before it only holds up both
            return self.arrived(service, "resolved")

        return eventually(read)

    def arrived(self, service: str, state: str) -> Arrived | None:
        """The first announcement about a service of this Region in this state, if there was one."""
        here = [m for m in self.inbox.arrived if m.region == self.region]
        return next((m for m in here if (m.service, m.state) == (service, state)), None)

    def said(self, service: str) -> list[tuple[str, str]]:
        """Everything that was ever announced about a service of this Region."""
        self.inbox.look(1)
        return [(m.check, m.state) for m in self.inbox.arrived if (m.service, m.region) == (service, self.region)]


@pytest.fixture(scope="module")
def deployed(built: Path) -> Iterator[Deployed]:
    with running_stack(task_delay=0.1, enforce_iam=True) as stack:
        receiving = ReceivingEnd(stack)
        parameters = {**IN_SECONDS, "ChatTopic": "true", "Dashboard": "true", "EventBusArn": receiving.bus}
        outputs = deploy(stack, "scaudit", parameters, project=PROJECT, say=print, built=built)
        yield Deployed(stack, dict(outputs), receiving)


@pytest.fixture(autouse=True)
def aws_settings() -> None:
    """Here the settings are those of the local AWS."""
