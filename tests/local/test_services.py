"""Services keep their count, roll, drain, and refuse what AWS refuses."""

from dataclasses import replace

import pytest
from botocore.exceptions import ClientError

from tests.local.mesh import NGINX, Mesh, address, eventually, task_id


@pytest.fixture(scope="module")
def mesh(stack):
    return Mesh(stack, "keeping")


def refused(code, call, **request):
    with pytest.raises(ClientError) as caught:
        call(**request)
    assert caught.value.response["Error"]["Code"] == code
    return caught.value.response["Error"]["Message"]


def test_create_service_answers_before_anything_was_placed(mesh):
    created = mesh.create("early", endpoints=[])
    assert (created["runningCount"], created["pendingCount"]) == (0, 0)
    assert created["deployments"][0]["rolloutState"] == "IN_PROGRESS"
    assert "serviceConnectResources" not in created["deployments"][0]
    mesh.running("early", 1)


def test_a_stopped_task_is_replaced(mesh):
    [first] = mesh.steady("replaced", endpoints=[{**NGINX, "discoveryName": "replaced"}])
    mesh.ecs.stop_task(cluster=mesh.name, task=task_id(first))
    second = eventually(lambda: [task for task in mesh.running("replaced", 1) if task["taskArn"] != first["taskArn"]])
    assert address(second[0]) != address(first)
    assert mesh.registered("replaced").keys() == {task_id(second[0])}


def test_tasks_are_spread_over_the_subnets_and_share_no_address(mesh):
    tasks = mesh.steady("spread", 4, endpoints=[])
    assert len({address(task) for task in tasks}) == 4
    zones = [task["availabilityZone"] for task in tasks]
    assert sorted(zones) == ["ap-northeast-1a"] * 2 + ["ap-northeast-1c"] * 2


def test_scale_in_stops_tasks_and_says_so(mesh):
    mesh.steady("scaled", 3, endpoints=[{**NGINX, "discoveryName": "scaled"}])
    before = mesh.service("scaled")["deployments"][0]["id"]
    mesh.ecs.update_service(cluster=mesh.name, service="scaled", desiredCount=1)
    [left] = eventually(lambda: len(mesh.registered("scaled")) == 1 and mesh.running("scaled", 1))
    stopped = eventually(lambda: [task for task in mesh.tasks("scaled", "STOPPED") if task["lastStatus"] == "STOPPED"])
    assert {task["stopCode"] for task in stopped} == {"ServiceSchedulerInitiated"}
    assert {task["stoppedReason"] for task in stopped} == {f"Scaling activity initiated by (deployment {before})"}
    assert mesh.service("scaled")["deployments"][0]["id"] == before
    assert mesh.registered("scaled").keys() == {task_id(left)}


def test_a_rolling_update_keeps_the_service_up_and_drops_the_old_deployment(mesh):
    endpoint = [{**NGINX, "discoveryName": "rolled"}]
    old = mesh.steady("rolled", 2, endpoints=endpoint)
    answer = mesh.ecs.update_service(cluster=mesh.name, service="rolled", forceNewDeployment=True)["service"]
    assert [deployment["status"] for deployment in answer["deployments"]] == ["PRIMARY", "ACTIVE"]
    seen = []

    def read():
        seen.append(mesh.service("rolled"))
        return len(seen[-1]["deployments"]) == 1

    eventually(read)
    assert min(shown["runningCount"] for shown in seen) == 2
    new = mesh.running("rolled", 2)
    assert {task["startedBy"] for task in new} == {answer["deployments"][0]["id"]} != {old[0]["startedBy"]}
    assert {one["DeploymentId"].split("/", 3)[-1] for one in mesh.registered("rolled").values()} == {
        answer["deployments"][0]["id"]
    }


def test_an_update_may_switch_service_connect_off_and_change_nothing_else(mesh):
    mesh.steady("switched", endpoints=[{**NGINX, "discoveryName": "switched"}])
    [before] = mesh.service("switched")["deployments"]
    mesh.ecs.update_service(cluster=mesh.name, service="switched", desiredCount=1)
    assert mesh.service("switched")["deployments"][0]["id"] == before["id"]
    mesh.ecs.update_service(cluster=mesh.name, service="switched", serviceConnectConfiguration={"enabled": False})
    eventually(lambda: len(mesh.service("switched")["deployments"]) == 1)
    [task] = mesh.running("switched", 1)
    assert len(task["containers"]) == 1
    assert mesh.service("switched")["deployments"][0]["serviceConnectConfiguration"] == {"enabled": False}


def test_delete_drains_and_then_leaves_the_service_inactive(mesh):
    mesh.steady("deleted", endpoints=[{**NGINX, "discoveryName": "deleted"}])
    name = {"cluster": mesh.name, "service": "deleted"}
    assert "scaled above 0" in refused("InvalidParameterException", mesh.ecs.delete_service, **name)
    arn = mesh.endpoint("deleted")
    answer = mesh.ecs.delete_service(**name, force=True)["service"]
    assert (answer["status"], answer["desiredCount"]) == ("DRAINING", 0)
    eventually(lambda: mesh.service("deleted")["status"] == "INACTIVE")
    assert mesh.cloud_map.list_instances(ServiceId=arn)["Instances"] == []
    assert answer["serviceArn"] not in mesh.ecs.list_services(cluster=mesh.name, maxResults=100)["serviceArns"]
    assert refused("ServiceNotActiveException", mesh.ecs.update_service, **name)
    mesh.steady("deleted", endpoints=[{**NGINX, "discoveryName": "deleted"}])


def test_two_clusters_may_have_services_of_one_name(stack, mesh):
    other = Mesh(stack, "other")
    [ours], [theirs] = (one.steady("twin", endpoints=[{**NGINX, "discoveryName": "twin"}]) for one in (mesh, other))
    assert ours["clusterArn"] != theirs["clusterArn"]
    assert [task["taskArn"] for task in other.tasks("twin")] == [theirs["taskArn"]]
    found = mesh.ecs.describe_tasks(cluster=mesh.name, tasks=[theirs["taskArn"]])
    assert found["failures"] == [{"arn": theirs["taskArn"], "reason": "MISSING"}]


def test_an_id_that_is_too_long_fails_the_whole_description(mesh):
    asked = {"cluster": mesh.name, "tasks": ["0" * 32, "0" * 37]}
    assert "longer than 36" in refused("InvalidParameterException", mesh.ecs.describe_tasks, **asked)


def test_what_aws_refuses(mesh):
    service_connect = {"enabled": True, "services": [{**NGINX, "portName": "web"}]}
    create = mesh.create
    assert "portName(web)" in refused(
        "InvalidParameterException", create, service="no", serviceConnectConfiguration=service_connect
    )
    nowhere = {"enabled": True, "namespace": "nowhere"}
    refused("NamespaceNotFoundException", create, service="no", serviceConnectConfiguration=nowhere)
    refused("ClusterNotFoundException", create, service="no", cluster="nowhere")
    refused("ClientException", create, service="no", taskDefinition="nothing")
    refused("InvalidParameterException", create, service="no", tags=[{"key": "local:fault", "value": "wrong-prot"}])
    mesh.create("owner", 0, endpoints=[{**NGINX, "discoveryName": "taken"}])
    assert "SC service is already used" in refused(
        "InvalidParameterException", create, service="thief", endpoints=[{**NGINX, "discoveryName": "taken"}]
    )
    assert "not idempotent" in refused("InvalidParameterException", create, service="owner", endpoints=[])
    refused("ServiceNotFoundException", mesh.ecs.list_tasks, cluster=mesh.name, serviceName="thief")
    refused("ClusterContainsServicesException", mesh.ecs.delete_cluster, cluster=mesh.name)


def test_tags_of_a_service(mesh):
    arn = mesh.create("tagged", 1, endpoints=[], tags=[{"key": "a", "value": "1"}], propagateTags="SERVICE")[
        "serviceArn"
    ]
    [task] = mesh.running("tagged", 1)
    mesh.ecs.tag_resource(resourceArn=arn, tags=[{"key": "b", "value": "2"}])
    mesh.ecs.untag_resource(resourceArn=arn, tagKeys=["a"])
    [described] = mesh.ecs.describe_services(cluster=mesh.name, services=["tagged"], include=["TAGS"])["services"]
    assert mesh.ecs.list_tags_for_resource(resourceArn=arn)["tags"] == described["tags"] == [{"key": "b", "value": "2"}]
    assert "tags" not in mesh.service("tagged")
    assert mesh.ecs.list_tags_for_resource(resourceArn=task["taskArn"])["tags"] == [{"key": "a", "value": "1"}]


def test_accounts_and_regions_are_apart(stack, mesh):
    mesh.steady("apart", endpoints=[])
    for elsewhere in (replace(stack, account="222222222222"), replace(stack, region="eu-west-1")):
        other = Mesh(elsewhere, mesh.name)
        assert other.ecs.list_services(cluster=mesh.name)["serviceArns"] == []
        [task] = other.steady("apart", endpoints=[NGINX])
        where = f"arn:aws:ecs:{elsewhere.region}:{elsewhere.account}:"
        assert task["taskArn"].startswith(f"{where}task/{mesh.name}/")
        assert task["availabilityZone"] == f"{elsewhere.region}a"
        [attributes] = other.registered("apart").values()
        assert attributes["DeploymentId"].startswith(f"{where}task-set/{mesh.name}/apart/")
