"""Faults of all of AWS, by the tag of a cluster: they hit a role's calls, and never those of the account itself."""

import json
import zipfile

import pytest
from botocore.exceptions import ClientError

from tests.local.mesh import Mesh
from tests.local.roles import Role

CODE = """
import boto3
def handler(event, context):
    try:
        return len(boto3.client("ecs").list_tasks(cluster=event["cluster"])["taskArns"])
    except Exception as error:
        return str(error)
"""


@pytest.fixture(scope="module")
def mesh(stack):
    mesh = Mesh(stack, "troubled")
    mesh.steady("web")
    return mesh


@pytest.fixture(scope="module")
def role(stack):
    return Role(stack, "auditor")


@pytest.fixture
def laid(mesh):
    [cluster] = mesh.ecs.describe_clusters(clusters=[mesh.name])["clusters"]

    def lay(value):
        mesh.ecs.tag_resource(resourceArn=cluster["clusterArn"], tags=[{"key": "local:fault", "value": value}])

    yield lay
    mesh.ecs.untag_resource(resourceArn=cluster["clusterArn"], tagKeys=["local:fault"])


def outcome(call, **request):
    try:
        call(**request)
    except ClientError as error:
        return error.response["Error"]["Code"]
    return "ok"


def test_denied(mesh, role, laid):
    services = {"cluster": mesh.name, "services": ["web"]}
    ecs = role.client("ecs")
    assert outcome(ecs.describe_services, **services) == "ok"
    laid("denied:ecs:DescribeServices")
    with pytest.raises(ClientError) as refused:
        ecs.describe_services(**services)
    assert refused.value.response["Error"] == {
        "Code": "AccessDeniedException",
        "Message": "User: arn:aws:sts::123456789012:assumed-role/auditor/caller is not authorized to perform: "
        "ecs:DescribeServices on resource: arn:aws:ecs:ap-northeast-1:123456789012:service/troubled/web because no "
        "identity-based policy allows the ecs:DescribeServices action",
    }
    assert outcome(ecs.list_tasks, cluster=mesh.name) == "ok"
    assert outcome(mesh.ecs.describe_services, **services) == "ok"


def test_it_ends_with_the_tag(mesh, role, laid):
    laid("denied:ecs:ListTasks")
    assert outcome(role.client("ecs").list_tasks, cluster=mesh.name) == "AccessDeniedException"
    laid("denied:ecs:ListServices")
    assert outcome(role.client("ecs").list_tasks, cluster=mesh.name) == "ok"


def test_several_at_once(mesh, role, laid):
    laid("denied:logs:DescribeLogGroups denied:servicediscovery:ListNamespaces")
    assert outcome(role.client("logs").describe_log_groups) == "AccessDeniedException"
    assert outcome(role.client("servicediscovery").list_namespaces) == "AccessDeniedException"
    assert outcome(mesh.cloud_map.list_namespaces) == "ok"


def throttled(call, **request):
    return [outcome(call, **request) for _ in range(200)]


def test_throttled(mesh, role, laid):
    laid("throttled:20")
    first = throttled(role.client("ecs").list_tasks, cluster=mesh.name)
    assert set(first) == {"ok", "ThrottlingException"}
    assert 20 <= first.count("ThrottlingException") <= 60
    assert set(throttled(mesh.ecs.list_tasks, cluster=mesh.name)) == {"ok"}
    laid("throttled:20")
    assert throttled(role.client("ecs").list_tasks, cluster=mesh.name) == first


def test_throttled_reads_of_all_three_services_and_no_writes(mesh, role, laid):
    laid("throttled:100")
    cloud_map, logs = role.client("servicediscovery"), role.client("logs")
    assert outcome(cloud_map.list_instances, ServiceId=mesh.endpoint("web")) == "ThrottlingException"
    found = {"NamespaceName": "troubled-space", "ServiceName": "nginx"}
    assert outcome(cloud_map.discover_instances, **found) == "RequestLimitExceeded"
    assert outcome(logs.filter_log_events, logGroupName="/ecs/proxy") == "ThrottlingException"
    assert outcome(logs.create_log_group, logGroupName="/written") == "ok"


def test_a_function_is_hit(stack, mesh, laid, tmp_path):
    with zipfile.ZipFile(tmp_path / "f.zip", "w") as archive:
        archive.writestr("f.py", CODE)
    functions = stack.client("lambda")
    role = "arn:aws:iam::123456789012:role/reader"
    code = {"ZipFile": (tmp_path / "f.zip").read_bytes()}
    functions.create_function(FunctionName="f", Runtime="python3.13", Handler="f.handler", Role=role, Code=code)
    functions.get_waiter("function_active_v2").wait(FunctionName="f")

    def answer():
        invoked = functions.invoke(FunctionName="f", Payload=json.dumps({"cluster": mesh.name}))
        return json.loads(invoked["Payload"].read())

    assert answer() == 1
    laid("denied:ecs:ListTasks")
    assert "User: arn:aws:sts::123456789012:assumed-role/reader/f is not authorized" in answer()


@pytest.mark.parametrize("value", ["denied", "denied:sns:Publish", "throttled", "throttled:101", "wrong-port"])
def test_an_unknown_fault_is_refused(laid, value):
    with pytest.raises(ClientError, match="of a cluster does not know"):
        laid(value)


def test_from_the_start_of_a_cluster(stack, role):
    ecs = stack.client("ecs")
    ecs.create_cluster(clusterName="born", tags=[{"key": "local:fault", "value": "denied:ecs:ListClusters"}])
    assert outcome(role.client("ecs").list_clusters) == "AccessDeniedException"
    ecs.delete_cluster(cluster="born")
    assert outcome(role.client("ecs").list_clusters) == "ok"
