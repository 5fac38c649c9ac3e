"""Faults that keep a task from RUNNING: how it waits and ends, what its proxy said, that another takes its place."""

import datetime as dt

import pytest

from tests.local.conftest import TASK_DELAY
from tests.local.mesh import NGINX, Mesh, eventually, task_id


@pytest.fixture(scope="module")
def mesh(stack):
    return Mesh(stack, "failing")


class Failed:
    """A service none of whose tasks reaches RUNNING, and the first of them that has stopped."""

    def __init__(self, stack, mesh, fault):
        self.name, self.mesh, self.logs = fault, mesh, stack.client("logs")
        tags = [{"key": "local:fault", "value": fault}]
        mesh.create(fault, endpoints=[{**NGINX, "discoveryName": fault}], tags=tags)
        self.tasks = eventually(self.stopped)
        self.task = self.tasks[0]
        self.proxy, self.web = self.task["containers"]
        mesh.ecs.update_service(cluster=mesh.name, service=fault, desiredCount=0)

    def stopped(self):
        """Once a second task has failed as well, so the first was replaced."""
        found = [task for task in self.mesh.tasks(self.name, "STOPPED") if task["lastStatus"] == "STOPPED"]
        return sorted(found, key=lambda task: task["createdAt"]) if len(found) >= 2 else []

    @property
    def why(self):
        return self.task["stopCode"], self.task["stoppedReason"]

    def lines(self):
        stream = f"proxy/{self.proxy['name']}/{task_id(self.task)}"
        answer = self.logs.get_log_events(logGroupName="/ecs/proxy", logStreamName=stream, startFromHead=True)
        return answer["events"]

    def says(self, part):
        return [event["message"] for event in self.lines() if part in event["message"]]


@pytest.fixture(scope="module")
def failed(stack, mesh):
    known = {}
    return lambda fault: known.get(fault) or known.setdefault(fault, Failed(stack, mesh, fault))


FAULTS = ["proxy-crashed", "control-plane-refused", "log-group-missing", "register-denied"]


@pytest.mark.parametrize("fault", FAULTS)
def test_it_never_runs_and_is_replaced(failed, mesh, fault):
    service = failed(fault)
    assert all("startedAt" not in task and "stoppedAt" in task for task in service.tasks)
    assert {task["desiredStatus"] for task in service.tasks} == {"STOPPED"}
    shown = mesh.service(fault)
    assert shown["runningCount"] == 0
    assert shown["deployments"][0]["failedTasks"] >= 2
    assert mesh.registered(fault) == {}
    assert {attachment["status"] for attachment in service.task["attachments"]} == {"DELETED"}


@pytest.mark.parametrize("fault", ["proxy-crashed", "control-plane-refused"])
def test_ecs_waits_a_while_for_the_proxy(failed, fault):
    task = failed(fault).task
    waited = task["stoppingAt"] - task["pullStartedAt"]
    assert waited >= dt.timedelta(seconds=3.9 * TASK_DELAY)


def test_proxy_crashed(failed):
    service = failed("proxy-crashed")
    assert service.why == ("EssentialContainerExited", "Essential container in task exited")
    assert service.proxy["exitCode"] == 0
    assert service.proxy["reason"] == "OutOfMemoryError: Container killed due to memory usage"
    assert service.proxy["healthStatus"] == "UNKNOWN"
    assert (service.web["lastStatus"], "exitCode" in service.web, "reason" in service.web) == ("STOPPED", False, False)
    assert len(service.says("Exited with code [-1]")) == 4


def test_a_crashing_proxy_has_said_all_before_its_task_stops(failed):
    service = failed("proxy-crashed")
    said = [dt.datetime.fromtimestamp(event["timestamp"] / 1000, dt.UTC) for event in service.lines()]
    assert service.task["createdAt"] <= said[0] <= said[-1] <= service.task["stoppedAt"]


def test_control_plane_refused(failed):
    service = failed("control-plane-refused")
    assert service.why == ("TaskFailedToStart", "Task failed to start")
    assert service.proxy["healthStatus"] == service.task["healthStatus"] == "UNHEALTHY"
    assert service.proxy["exitCode"] == 0
    assert "exitCode" not in service.web
    arn = f"arn:aws:ecs:ap-northeast-1:123456789012:task-set/failing/{service.name}/{service.task['startedBy']}"
    assert service.says(f"Unauthorized to perform ecs:Poll for {arn}.")
    assert not service.says("starting workers")


def test_log_group_missing(failed):
    service = failed("log-group-missing")
    code, reason = service.why
    assert code == "TaskFailedToStart"
    assert reason.startswith("ResourceInitializationError: failed to validate logger args: ")
    assert "ResourceNotFoundException: The specified log group does not exist." in reason
    assert not {"exitCode"} & (service.proxy.keys() | service.web.keys())
    with pytest.raises(service.logs.exceptions.ResourceNotFoundException):
        service.lines()


def test_register_denied(failed, mesh):
    service = failed("register-denied")
    code, reason = service.why
    assert code == "TaskFailedToStart"
    assert "is not authorized to perform: servicediscovery:RegisterInstance on resource: " in reason
    assert mesh.endpoint("register-denied") in reason
    [connect, interface] = service.task["attachments"]
    assert {"name": "statusReason", "value": reason} in connect["details"]
    assert "statusReason" not in [detail["name"] for detail in interface["details"]]
    assert service.says("starting workers")
    assert service.proxy["exitCode"] == service.web["exitCode"] == 0


def test_control_plane_silent(stack, mesh):
    tags = [{"key": "local:fault", "value": "control-plane-silent"}]
    mesh.create("silent", endpoints=[{**NGINX, "discoveryName": "silent"}], tags=tags)

    def stuck():
        return [task for task in mesh.tasks("silent") if task["healthStatus"] == "UNHEALTHY"]

    [waiting] = eventually(stuck)
    arn = waiting["taskArn"]
    with pytest.raises(AssertionError, match="still"):
        eventually(lambda: mesh.task(arn)["lastStatus"] != "PENDING", seconds=8 * TASK_DELAY)
    assert [container["lastStatus"] for container in waiting["containers"]] == ["RUNNING", "PENDING"]
    mesh.ecs.update_service(cluster=mesh.name, service="silent", desiredCount=0)
    eventually(lambda: mesh.task(arn)["lastStatus"] == "STOPPED")
    task = mesh.task(arn)
    assert task["stopCode"] == "ServiceSchedulerInitiated"
    assert "startedAt" not in task
    stream = f"proxy/{task['containers'][0]['name']}/{task_id(task)}"
    logged = stack.client("logs").get_log_events(logGroupName="/ecs/proxy", logStreamName=stream, startFromHead=True)
    assert logged["events"][-1]["message"].endswith("cm init: initializing cds")


def test_a_client_has_nothing_to_be_refused(mesh):
    tags = [{"key": "local:fault", "value": "register-denied"}]
    [task] = mesh.steady("client", endpoints=[], tags=tags)
    assert task["lastStatus"] == "RUNNING"


def test_a_task_without_a_proxy_does_not_fail_with_it(mesh):
    tags = [{"key": "local:fault", "value": "proxy-crashed"}]
    mesh.steady("plain", serviceConnectConfiguration={"enabled": False}, tags=tags)
