"""A task from PROVISIONING to STOPPED, as its events and DescribeTasks tell it."""

import json
import re

import pytest

from tests.local.mesh import Mesh, address, eventually, task_id

LIFE = ["PROVISIONING", "PENDING", "ACTIVATING", "RUNNING", "DEACTIVATING", "STOPPED"]
ISO = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")


class Events:
    """Everything that ECS sends, as a queue receives it from a rule."""

    def __init__(self, stack):
        self.sqs, self.seen = stack.client("sqs"), []
        self.url = self.sqs.create_queue(QueueName="events")["QueueUrl"]
        arn = self.sqs.get_queue_attributes(QueueUrl=self.url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
        events = stack.client("events")
        events.put_rule(Name="ecs", EventPattern=json.dumps({"source": ["aws.ecs"]}))
        events.put_targets(Rule="ecs", Targets=[{"Id": "queue", "Arn": arn}])

    def where(self, **detail):
        answer = self.sqs.receive_message(QueueUrl=self.url, MaxNumberOfMessages=10)
        for message in answer.get("Messages", []):
            self.seen.append(json.loads(message["Body"]))
            self.sqs.delete_message(QueueUrl=self.url, ReceiptHandle=message["ReceiptHandle"])
        return [event for event in self.seen if detail.items() <= event["detail"].items()]


@pytest.fixture(scope="module")
def events(stack):
    return Events(stack)


@pytest.fixture(scope="module")
def mesh(stack, events):
    return Mesh(stack, "life")


@pytest.fixture(scope="module")
def task(mesh):
    """A task that has lived and was stopped by a user."""
    [started] = mesh.steady("web")
    answer = mesh.ecs.stop_task(cluster=mesh.name, task=started["taskArn"], reason="enough")["task"]
    assert (answer["lastStatus"], answer["desiredStatus"]) == ("RUNNING", "STOPPED")
    eventually(lambda: mesh.task(started["taskArn"])["lastStatus"] == "STOPPED")
    return started


@pytest.fixture(scope="module")
def life(events, task):
    def read():
        found = events.where(taskArn=task["taskArn"])
        return found if any(event["detail"]["lastStatus"] == "STOPPED" for event in found) else []

    found = eventually(read)
    return {event["detail"]["lastStatus"]: event for event in sorted(found, key=lambda e: e["detail"]["version"])}


def test_every_state_is_told_once_with_a_version_that_grows(life):
    assert list(life) == LIFE
    assert [event["detail"]["version"] for event in life.values()] == [1, 2, 3, 4, 5, 6]


def test_an_event_is_addressed_as_on_aws(life, task):
    event = life["RUNNING"]
    assert (event["source"], event["detail-type"]) == ("aws.ecs", "ECS Task State Change")
    assert event["resources"] == [task["taskArn"]]
    assert (event["account"], event["region"]) == ("123456789012", "ap-northeast-1")


def test_an_event_differs_from_the_description(life, task):
    detail = life["RUNNING"]["detail"]
    assert [attachment["type"] for attachment in detail["attachments"]] == ["ServiceConnect", "eni"]
    assert [attachment["type"] for attachment in task["attachments"]] == ["ServiceConnect", "ElasticNetworkInterface"]
    assert "healthStatus" not in json.dumps(detail)
    assert all(ISO.fullmatch(detail[name]) for name in ("createdAt", "startedAt", "pullStartedAt", "updatedAt"))


def test_a_stopped_event_says_why(life):
    detail = life["STOPPED"]["detail"]
    assert (detail["stopCode"], detail["stoppedReason"]) == ("UserInitiated", "enough")
    assert all(ISO.fullmatch(detail[name]) for name in ("stoppingAt", "stoppedAt", "executionStoppedAt"))
    assert {attachment["status"] for attachment in detail["attachments"]} == {"DELETED"}
    assert {container["lastStatus"] for container in detail["containers"]} == {"STOPPED"}
    assert "stopCode" not in life["RUNNING"]["detail"]


def test_the_application_waits_for_its_proxy(life):
    statuses = {
        state: [container["lastStatus"] for container in event["detail"]["containers"]] for state, event in life.items()
    }
    assert statuses["PROVISIONING"] == ["PENDING", "PENDING"]
    assert statuses["PENDING"] == ["RUNNING", "PENDING"]
    assert statuses["RUNNING"] == ["RUNNING", "RUNNING"]


def test_the_interface_is_named_once_it_is_attached(life):
    [first, *later] = [event["detail"]["attachments"][1] for event in life.values()]
    assert (first["status"], [detail["name"] for detail in first["details"]]) == ("PRECREATED", ["subnetId"])
    assert all("privateIPv4Address" in [detail["name"] for detail in one["details"]] for one in later)


def test_a_running_task_is_described_as_on_aws(task, mesh):
    assert re.fullmatch(r"arn:aws:ecs:ap-northeast-1:123456789012:task/life/[0-9a-f]{32}", task["taskArn"])
    assert task["group"] == "service:web"
    assert re.fullmatch(r"ecs-svc/\d{19}", task["startedBy"])
    assert (task["healthStatus"], task["launchType"], task["platformVersion"]) == ("HEALTHY", "FARGATE", "1.4.0")
    proxy, web = task["containers"]
    assert proxy["healthStatus"] == "HEALTHY"
    assert proxy.keys().isdisjoint({"image", "runtimeId", "cpu"})
    assert web.keys() >= {"image", "runtimeId", "cpu"}
    assert proxy["networkInterfaces"][0]["privateIpv4Address"] == address(task)
    [override, _] = task["overrides"]["containerOverrides"]
    environment = {pair["name"]: pair["value"] for pair in override["environment"]}
    service = f"arn:aws:ecs:ap-northeast-1:123456789012:task-set/{mesh.name}/web"
    assert environment["APPMESH_RESOURCE_ARN"] == f"{service}/{task['startedBy']}"
    assert task["attachments"][0]["details"] == [{"name": "ContainerName", "value": proxy["name"]}]


def test_the_deployment_and_the_steady_state_are_told(events, mesh, task):
    arn = mesh.service("web")["serviceArn"]
    began, completed = (
        eventually(lambda name=name: events.where(eventName=name))[0]
        for name in ("SERVICE_DEPLOYMENT_IN_PROGRESS", "SERVICE_DEPLOYMENT_COMPLETED")
    )
    assert began["detail-type"] == completed["detail-type"] == "ECS Deployment State Change"
    assert completed["resources"] == [arn]
    assert (
        completed["detail"].items()
        >= {
            "eventType": "INFO",
            "deploymentId": task["startedBy"],
            "reason": f"ECS deployment {task['startedBy']} completed.",
        }.items()
    )
    steady = eventually(lambda: events.where(eventName="SERVICE_STEADY_STATE"))[0]
    assert (steady["detail-type"], steady["resources"]) == ("ECS Service Action", [arn])
    assert steady["detail"].keys() == {"eventType", "eventName", "clusterArn", "createdAt"}


def test_customers_may_not_send_events_of_aws(stack):
    entry = {"Source": "aws.ecs", "DetailType": "ECS Task State Change", "Detail": "{}"}
    assert stack.client("events").put_events(Entries=[entry])["FailedEntryCount"] == 1


def test_a_stopped_task_is_still_described_and_listed_apart(mesh, task):
    stopped = mesh.task(task["taskArn"])
    assert stopped["stopCode"] == "UserInitiated"
    assert [container["exitCode"] for container in stopped["containers"]] == [0, 0]
    assert task_id(task) in [task_id(found) for found in mesh.tasks("web", "STOPPED")]
    assert task_id(task) not in [task_id(found) for found in mesh.tasks("web")]


def test_a_client_has_a_proxy_and_no_registration(mesh, stack):
    [task] = mesh.steady("client", endpoints=[])
    proxy, _ = task["containers"]
    assert proxy["name"].startswith("ecs-service-connect-")
    assert "serviceConnectResources" not in mesh.service("client")["deployments"][0]
    stream = f"proxy/{proxy['name']}/{task_id(task)}"
    logged = stack.client("logs").get_log_events(logGroupName="/ecs/proxy", logStreamName=stream, startFromHead=True)
    lines = [event["message"] for event in logged["events"]]
    assert not [line for line in lines if "ingress" in line]
    assert [line for line in lines if "starting workers" in line]


def test_a_task_without_service_connect_has_no_proxy(mesh):
    [task] = mesh.steady("plain", serviceConnectConfiguration={"enabled": False})
    assert [container["name"] for container in task["containers"]] == ["web"]
    assert [attachment["type"] for attachment in task["attachments"]] == ["ElasticNetworkInterface"]
