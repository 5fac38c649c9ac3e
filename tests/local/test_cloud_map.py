"""What a task leaves in Cloud Map, and Cloud Map's own manners."""

import pytest
from botocore.exceptions import ClientError

from tests.local.mesh import NGINX, Mesh, address, task_id


@pytest.fixture(scope="module")
def mesh(stack):
    return Mesh(stack, "map")


@pytest.fixture(scope="module")
def task(mesh):
    timed = {"portName": "admin", "timeout": {"idleTimeoutSeconds": 30}, "ingressPortOverride": 15000}
    [running] = mesh.steady("web", endpoints=[NGINX, timed])
    return running


def test_a_registration_has_exactly_the_attributes_of_aws(mesh, task):
    assert mesh.registered("web") == {
        task_id(task): {
            "AWS_INSTANCE_IPV4": address(task),
            "AWS_INSTANCE_PORT": "80",
            "AvailabilityZone": "ap-northeast-1a",
            "DeploymentId": f"arn:aws:ecs:ap-northeast-1:123456789012:task-set/map/web/{task['startedBy']}",
        }
    }


def test_timeouts_and_an_override_show_in_the_registration(mesh, task):
    found = mesh.cloud_map.get_instance(ServiceId=mesh.endpoint("web", 1), InstanceId=task_id(task))
    attributes = found["Instance"]["Attributes"]
    assert attributes["AWS_INSTANCE_PORT"] == "15000"
    assert (attributes["IdleTimeoutInSeconds"], attributes["PerRequestTimeoutInSeconds"]) == ("30", "0")


def test_the_service_is_marked_as_managed_by_ecs(mesh, task):
    arn = mesh.endpoint("web")
    found = mesh.cloud_map.get_service(Id=arn)["Service"]
    assert (found["Name"], found["Type"]) == ("nginx", "HTTP")
    assert found["Description"] == f"Managed by {mesh.service('web')['serviceArn']}"
    assert mesh.cloud_map.list_tags_for_resource(ResourceARN=arn)["Tags"] == [
        {"Key": "AmazonECSManaged", "Value": "true"}
    ]


def test_an_instance_that_is_not_there(mesh, task):
    with pytest.raises(ClientError, match="InstanceNotFound"):
        mesh.cloud_map.get_instance(ServiceId=mesh.endpoint("web"), InstanceId="0" * 32)


def test_services_of_one_namespace_only(stack, mesh, task):
    Mesh(stack, "elsewhere").create("web", 0)
    named = [{"Name": "NAME", "Values": ["map-space"], "Condition": "EQ"}]
    [namespace] = mesh.cloud_map.list_namespaces(Filters=named)["Namespaces"]
    inside = [{"Name": "NAMESPACE_ID", "Values": [namespace["Id"]], "Condition": "EQ"}]
    assert {found["Name"] for found in mesh.cloud_map.list_services(Filters=inside)["Services"]} == {"nginx", "admin"}


def test_lists_come_in_pages(stack):
    cloud_map = stack.client("servicediscovery")
    cloud_map.create_http_namespace(Name="full")
    [namespace] = [found for found in cloud_map.list_namespaces()["Namespaces"] if found["Name"] == "full"]
    service = cloud_map.create_service(Name="many", NamespaceId=namespace["Id"])["Service"]
    for number in range(101):
        cloud_map.register_instance(ServiceId=service["Id"], InstanceId=f"i{number}", Attributes={"n": str(number)})
    pages = list(cloud_map.get_paginator("list_instances").paginate(ServiceId=service["Arn"]))
    assert [len(page["Instances"]) for page in pages] == [100, 1]
    assert len({found["Id"] for page in pages for found in page["Instances"]}) == 101

    discover = {"NamespaceName": "full", "ServiceName": "many"}
    assert len(cloud_map.discover_instances(**discover)["Instances"]) == 100
    first, second = (
        [found["InstanceId"] for found in cloud_map.discover_instances(**discover, MaxResults=1000)["Instances"]]
        for _ in range(2)
    )
    assert len(first) == 101
    assert first != second
    assert sorted(first) == sorted(second)


def test_a_name_that_is_used_again_has_another_http_name(stack):
    cloud_map = stack.client("servicediscovery")
    cloud_map.create_private_dns_namespace(Name="twice", Vpc="vpc-1")
    cloud_map.create_http_namespace(Name="twice")
    with pytest.raises(ClientError, match="NamespaceAlreadyExists"):
        cloud_map.create_http_namespace(Name="twice")
    named = [{"Name": "NAME", "Values": ["twice"], "Condition": "EQ"}]
    spaces = {one["Type"]: one for one in cloud_map.list_namespaces(Filters=named)["Namespaces"]}
    http = spaces["HTTP"]["Properties"]["HttpProperties"]["HttpName"]
    assert spaces.keys() == {"HTTP", "DNS_PRIVATE"} and http.startswith("twice-")
    assert spaces["DNS_PRIVATE"]["Properties"]["HttpProperties"]["HttpName"] == "twice"
    for kind, space in spaces.items():
        service = cloud_map.create_service(Name="web", NamespaceId=space["Id"])["Service"]
        cloud_map.register_instance(ServiceId=service["Id"], InstanceId=kind, Attributes={"a": "b"})
    for name, kind in (("twice", "DNS_PRIVATE"), (http, "HTTP")):
        found = cloud_map.discover_instances(NamespaceName=name, ServiceName="web")
        assert [one["InstanceId"] for one in found["Instances"]] == [kind]
    with pytest.raises(ClientError, match="NamespaceNotFound"):
        cloud_map.discover_instances(NamespaceName="thrice", ServiceName="web")
    with pytest.raises(ClientError, match="ServiceNotFound"):
        cloud_map.discover_instances(NamespaceName="twice", ServiceName="orders")


def test_the_revision_rises_with_each_registration(mesh, task):
    asked = {"NamespaceName": "map-space", "ServiceName": "nginx"}
    before = mesh.cloud_map.discover_instances_revision(**asked)["InstancesRevision"]
    mesh.cloud_map.register_instance(ServiceId=mesh.endpoint("web"), InstanceId="more", Attributes={"a": "b"})
    assert mesh.cloud_map.discover_instances(**asked)["InstancesRevision"] > before
    mesh.cloud_map.deregister_instance(ServiceId=mesh.endpoint("web"), InstanceId="more")


def test_a_service_with_instances_is_not_deleted(mesh, task):
    service = mesh.endpoint("web", 1)
    with pytest.raises(ClientError, match="ResourceInUse"):
        mesh.cloud_map.delete_service(Id=service)
    mesh.cloud_map.deregister_instance(ServiceId=service, InstanceId=task_id(task))
    mesh.cloud_map.delete_service(Id=service)
    with pytest.raises(ClientError, match="ServiceNotFound"):
        mesh.cloud_map.get_service(Id=service)
