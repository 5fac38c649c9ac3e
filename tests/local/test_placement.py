"""Tasks on container instances and by capacity providers, in every network mode that ECS has."""

import pytest
from botocore.exceptions import ClientError

from tests.local.mesh import NGINX, Mesh, address, task_id

ON_EC2 = {"launchType": "EC2", "networkConfiguration": None}


@pytest.fixture(scope="module")
def mesh(stack):
    mesh = Mesh(stack, "placed")
    port = {"containerPort": 80, "name": "nginx"}
    for mode in ("bridge", "host"):
        container = {"name": "web", "image": "nginx", "memory": 64, "portMappings": [port]}
        mesh.ecs.register_task_definition(family=mode, networkMode=mode, containerDefinitions=[container])
    windows = {"operatingSystemFamily": "WINDOWS_SERVER_2022_CORE"}
    container = {"name": "web", "image": "iis", "portMappings": [port]}
    sizes = {"cpu": "1024", "memory": "2048", "runtimePlatform": windows}
    mesh.ecs.register_task_definition(family="windows", networkMode="awsvpc", containerDefinitions=[container], **sizes)
    return mesh


def steady(mesh, name, count=1, family="web", **more):
    """Tasks of a service that has one endpoint of its own name."""
    request = {
        "cluster": mesh.name,
        "serviceName": name,
        "desiredCount": count,
        "taskDefinition": family,
        "networkConfiguration": {"awsvpcConfiguration": {"subnets": ["subnet-1"]}},
        "serviceConnectConfiguration": {"enabled": True, "services": [{**NGINX, "discoveryName": name}]},
        **more,
    }
    mesh.ecs.create_service(**{member: value for member, value in request.items() if value is not None})
    return mesh.running(name, count)


def proxy(task):
    return next(one for one in task["containers"] if one["name"].startswith("ecs-service-connect-"))


def test_in_bridge_mode_the_proxys_host_port_is_registered_at_the_instance(mesh):
    tasks = steady(mesh, "bridged", 3, "bridge", **ON_EC2)
    registered = mesh.registered("bridged")
    bindings = {task_id(task): proxy(task)["networkBindings"] for task in tasks}
    assert {id: one["AWS_INSTANCE_PORT"] for id, one in registered.items()} == {
        id: str(binding["hostPort"]) for id, [binding] in bindings.items()
    }
    places = {(one["AWS_INSTANCE_IPV4"], one["AWS_INSTANCE_PORT"]) for one in registered.values()}
    assert len(places) == 3 and len({ip for ip, _ in places}) == 2, "every cluster has two container instances"
    assert {kind["type"] for task in tasks for kind in task["attachments"]} == {"ServiceConnect"}
    assert all(task["launchType"] == "EC2" and "platformVersion" not in task for task in tasks)
    assert len({task["containerInstanceArn"] for task in tasks}) == 2


def test_in_bridge_mode_an_override_is_the_host_port(mesh):
    endpoint = {**NGINX, "discoveryName": "over", "ingressPortOverride": 15080}
    connect = {"enabled": True, "services": [endpoint]}
    [task] = steady(mesh, "over", 1, "bridge", **ON_EC2, serviceConnectConfiguration=connect)
    assert [one["hostPort"] for one in proxy(task)["networkBindings"]] == [15080]
    assert mesh.registered("over")[task_id(task)]["AWS_INSTANCE_PORT"] == "15080"


def test_on_ec2_a_task_in_awsvpc_mode_has_its_own_address(mesh):
    [task] = steady(mesh, "apart", launchType="EC2")
    assert mesh.registered("apart")[task_id(task)]["AWS_INSTANCE_IPV4"] == address(task)
    shown = mesh.service("apart")
    assert (shown["launchType"], shown.get("platformFamily")) == ("EC2", None)


def test_a_capacity_provider_stands_for_the_launch_type(mesh):
    strategy = [{"capacityProvider": "FARGATE_SPOT", "weight": 1}]
    [task] = steady(mesh, "spot", capacityProviderStrategy=strategy)
    shown = mesh.service("spot")
    assert (task["launchType"], task["capacityProviderName"]) == ("FARGATE", "FARGATE_SPOT")
    assert "launchType" not in shown and "launchType" not in shown["deployments"][0]
    assert shown["deployments"][0]["capacityProviderStrategy"] == [{**strategy[0], "base": 0}]


def test_the_controller_and_the_system_are_shown_as_they_were_asked_for(mesh):
    steady(mesh, "blue", launchType="FARGATE", deploymentController={"type": "CODE_DEPLOY"})
    steady(mesh, "iis", family="windows", launchType="FARGATE")
    assert mesh.service("blue")["deploymentController"] == {"type": "CODE_DEPLOY"}
    assert mesh.service("iis")["deployments"][0]["platformFamily"] == "WINDOWS_SERVER_2022_CORE"


def test_classic_service_discovery_beside_registers_under_the_same_id(mesh):
    named = [{"Name": "NAME", "Values": ["placed-space"], "Condition": "EQ"}]
    [namespace] = mesh.cloud_map.list_namespaces(Filters=named)["Namespaces"]
    classic = mesh.cloud_map.create_service(Name="classic", NamespaceId=namespace["Id"])["Service"]
    registries = [{"registryArn": classic["Arn"]}]
    [task] = steady(mesh, "both", launchType="FARGATE", serviceRegistries=registries)
    [found] = mesh.cloud_map.list_instances(ServiceId=classic["Id"])["Instances"]
    assert found["Id"] == task_id(task) and found["Attributes"]["ECS_SERVICE_NAME"] == "both"
    assert "DeploymentId" not in found["Attributes"] and mesh.service("both")["serviceRegistries"] == registries


@pytest.mark.parametrize(
    ("said", "asked"),
    [
        ("not valid for the given networkMode", {"taskDefinition": "bridge", "launchType": "EC2"}),
        ("must be provided when networkMode 'awsvpc'", {"networkConfiguration": None, "launchType": "FARGATE"}),
        ("does not support launch_type FARGATE", {"taskDefinition": "host", "launchType": "FARGATE"}),
        ("no instances of launch type EXTERNAL", {"launchType": "EXTERNAL"}),
        (
            "both a launch type and capacity provider",
            {"launchType": "FARGATE", "capacityProviderStrategy": [{"capacityProvider": "FARGATE"}]},
        ),
        ("capacity providers FARGATE and", {"capacityProviderStrategy": [{"capacityProvider": "mine"}]}),
    ],
)
def test_what_does_not_go_together_is_refused(mesh, said, asked):
    with pytest.raises(ClientError, match=said):
        steady(mesh, "no", **asked)
