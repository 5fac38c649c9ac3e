"""Every fault that a tag can lay on a service, and that it does no more than it says."""

import re

import pytest
from botocore.exceptions import ClientError

from tests.local.mesh import NGINX, Mesh, address, eventually, task_id


@pytest.fixture(scope="module")
def mesh(stack):
    return Mesh(stack, "faulty")


def laid(mesh, fault):
    name = fault.replace(" ", "-").replace(":", "-").replace(".", "-")
    [task] = mesh.steady(
        name, endpoints=[{**NGINX, "discoveryName": name}], tags=[{"key": "local:fault", "value": fault}]
    )
    return name, task


def test_wrong_port(mesh):
    name, task = laid(mesh, "wrong-port")
    found = mesh.registered(name)[task_id(task)]
    assert (found["AWS_INSTANCE_IPV4"], found["AWS_INSTANCE_PORT"]) == (address(task), "81")


def test_wrong_address(mesh):
    name, task = laid(mesh, "wrong-address")
    found = mesh.registered(name)[task_id(task)]
    assert found["AWS_INSTANCE_IPV4"] != address(task)
    assert found["AWS_INSTANCE_PORT"] == "80"


def test_not_registered(mesh):
    name, _ = laid(mesh, "not-registered")
    assert mesh.registered(name) == {}


def test_registered_late(mesh):
    name, task = laid(mesh, "registered-late:0.5")
    assert mesh.registered(name) == {}
    eventually(lambda: mesh.registered(name))
    assert mesh.registered(name)[task_id(task)]["AWS_INSTANCE_PORT"] == "80"


def test_two_faults_at_once(mesh):
    name, task = laid(mesh, "wrong-port wrong-address")
    found = mesh.registered(name)[task_id(task)]
    assert found["AWS_INSTANCE_PORT"] == "81"
    assert found["AWS_INSTANCE_IPV4"] != address(task)


def test_crash_loop(mesh):
    mesh.create("looping", endpoints=[], tags=[{"key": "local:fault", "value": "crash-loop:0.2"}])
    stopped = eventually(
        lambda: [task for task in mesh.tasks("looping", "STOPPED") if task["lastStatus"] == "STOPPED"][1:]
    )
    assert {task["stopCode"] for task in stopped} == {"EssentialContainerExited"}
    assert {task["stoppedReason"] for task in stopped} == {"Essential container in task exited"}
    proxy, web = stopped[0]["containers"]
    assert (proxy["exitCode"], web["exitCode"]) == (0, 1)
    assert "startedAt" in stopped[0]


def test_a_proxy_that_is_killed_in_a_task_that_ran_takes_it_along(stack, mesh):
    name, task = laid(mesh, "proxy-killed:0.4")
    assert (task["lastStatus"], task["containers"][0]["healthStatus"]) == ("RUNNING", "HEALTHY")
    ended = eventually(lambda: mesh.task(task["taskArn"])["lastStatus"] == "STOPPED" and mesh.task(task["taskArn"]))
    proxy, web = ended["containers"]
    assert ended["stopCode"] == "EssentialContainerExited" and "startedAt" in ended
    assert (proxy["exitCode"], proxy["reason"].partition(":")[0], web["exitCode"]) == (137, "OutOfMemoryError", 143)
    assert told(stack, task)[-1].endswith("starting workers"), "its log says nothing of it"
    mesh.ecs.update_service(cluster=mesh.name, service=name, desiredCount=0)


def test_a_recycled_stream_is_a_line_in_a_healthy_log(stack, mesh):
    name, task = laid(mesh, "stream-recycled")
    assert (task["lastStatus"], task["containers"][0]["healthStatus"]) == ("RUNNING", "HEALTHY")
    assert " closed: 13, " in told(stack, task)[-1] and mesh.registered(name)


def told(stack, task):
    """What the proxy of the task has said."""
    stream = f"proxy/{task['containers'][0]['name']}/{task_id(task)}"
    logs = stack.client("logs")
    answer = logs.get_log_events(logGroupName="/ecs/proxy", logStreamName=stream, startFromHead=True)
    return [event["message"] for event in answer["events"]]


@pytest.mark.parametrize(
    ("fault", "says"),
    [
        ("listener-port-taken", "cannot bind '0.0.0.0:{port}': Address already in use"),
        ("listener-rejected", "lds: listener 'ingress-{name}' config rejected: "),
    ],
)
def test_a_listener_that_fails_shows_in_the_log_only(stack, mesh, fault, says):
    name, task = laid(mesh, fault)
    assert (task["lastStatus"], task["healthStatus"]) == ("RUNNING", "HEALTHY")
    assert task["containers"][0]["healthStatus"] == "HEALTHY"
    assert mesh.registered(name)[task_id(task)]["AWS_INSTANCE_PORT"] == "80"
    lines = told(stack, task)
    [mapping] = [line for line in lines if "APPNET_LISTENER_PORT_MAPPING" in line]
    [port] = re.findall(rf"ingress-{name}..:(\d+)", mapping)
    assert [line for line in lines if says.format(port=port, name=name) in line]
    assert [line for line in lines if "starting workers" in line]


def test_proxy_unhealthy(stack, mesh):
    name, task = laid(mesh, "proxy-unhealthy")
    assert task["lastStatus"] == "RUNNING"
    proxy, web = task["containers"]
    assert task["healthStatus"] == proxy["healthStatus"] == "UNHEALTHY"
    assert web["healthStatus"] == "UNKNOWN"
    assert mesh.registered(name).keys() == {task_id(task)}
    assert told(stack, task)[-1].endswith("starting workers")
    mesh.ecs.update_service(cluster=mesh.name, service=name, desiredCount=0)
    eventually(lambda: mesh.task(task["taskArn"])["lastStatus"] == "STOPPED")
    assert mesh.task(task["taskArn"])["healthStatus"] == "UNHEALTHY"


def test_no_logs(stack, mesh):
    name, task = laid(mesh, "no-logs")
    assert (task["lastStatus"], task["healthStatus"]) == ("RUNNING", "HEALTHY")
    assert mesh.service(name)["deployments"][0]["serviceConnectConfiguration"]["logConfiguration"]
    with pytest.raises(ClientError, match="The specified log stream does not exist"):
        told(stack, task)


def test_a_fault_is_read_when_a_task_starts(mesh):
    mesh.steady("cured", endpoints=[{**NGINX, "discoveryName": "cured"}])
    arn = mesh.service("cured")["serviceArn"]
    mesh.ecs.tag_resource(resourceArn=arn, tags=[{"key": "local:fault", "value": "wrong-port"}])
    assert {found["AWS_INSTANCE_PORT"] for found in mesh.registered("cured").values()} == {"80"}
    mesh.ecs.update_service(cluster=mesh.name, service="cured", forceNewDeployment=True)
    [second] = eventually(lambda: mesh.running("cured", 1))
    assert mesh.registered("cured")[task_id(second)]["AWS_INSTANCE_PORT"] == "81"
    mesh.ecs.untag_resource(resourceArn=arn, tagKeys=["local:fault"])
    mesh.ecs.update_service(cluster=mesh.name, service="cured", forceNewDeployment=True)
    [third] = eventually(lambda: mesh.running("cured", 1))
    assert mesh.registered("cured")[task_id(third)]["AWS_INSTANCE_PORT"] == "80"
