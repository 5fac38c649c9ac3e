"""Several Regions at once: each with its own ECS, Cloud Map and logs; those that are not enabled answer nobody."""

import pytest
from botocore.exceptions import ClientError

from tests.local.linked import DISABLED, EAST, HOME, WEST
from tests.local.mesh import LOG, Mesh, eventually, task_id

NO_REGION = {"logDriver": "awslogs", "options": {"awslogs-group": "/ecs/own", "awslogs-stream-prefix": "own"}}


@pytest.fixture(scope="module")
def meshes(stack):
    """A cluster of the same name in each of three Regions, with a service of one task."""
    found = {region: Mesh(stack, "tutorial", region) for region in (HOME, EAST, WEST)}
    for mesh in found.values():
        mesh.create("web")
    return found


def test_clusters_of_one_name_have_tasks_of_their_own(meshes):
    tasks = {region: mesh.running("web", 1)[0] for region, mesh in meshes.items()}
    assert len({task["taskArn"] for task in tasks.values()}) == 3
    for region, task in tasks.items():
        assert task["taskArn"].startswith(f"arn:aws:ecs:{region}:") and task["availabilityZone"].startswith(region)
        assert list(meshes[region].registered("web")) == [task_id(task)]
        assert meshes[region].endpoint("web").startswith(f"arn:aws:servicediscovery:{region}:")


def test_a_proxy_logs_in_the_region_that_its_options_name_or_in_its_own(stack, meshes):
    own = {"enabled": True, "services": [], "logConfiguration": NO_REGION}
    meshes[EAST].steady("own", serviceConnectConfiguration=own)
    groups = {
        region: {each["logGroupName"] for each in stack.client("logs", region).describe_log_groups()["logGroups"]}
        for region in meshes
    }
    # `LOG` names the home Region.
    assert LOG["options"]["awslogs-region"] == HOME
    assert groups == {HOME: {"/ecs/proxy"}, EAST: {"/ecs/own"}, WEST: set()}
    streams = stack.client("logs").describe_log_streams(logGroupName="/ecs/proxy")["logStreams"]
    assert len(streams) == 3


def test_a_service_that_goes_in_one_region_stays_in_the_others(meshes):
    meshes[WEST].ecs.delete_service(cluster="tutorial", service="web", force=True)
    eventually(lambda: not meshes[WEST].tasks("web"))
    assert len(meshes[EAST].tasks("web")) == len(meshes[HOME].tasks("web")) == 1


@pytest.mark.parametrize("service", ["ecs", "servicediscovery", "logs"])
def test_a_region_that_is_not_enabled_knows_nobody(stack, service):
    client = stack.client(service, DISABLED)
    ask = {"ecs": "list_clusters", "servicediscovery": "list_namespaces", "logs": "describe_log_groups"}[service]
    with pytest.raises(ClientError, match=r"UnrecognizedClientException.*security token included in the request"):
        getattr(client, ask)()


def test_ec2_and_the_account_name_the_regions_that_are_enabled(stack):
    ec2, account = stack.client("ec2"), stack.client("account")
    enabled = {each["RegionName"] for each in ec2.describe_regions()["Regions"]}
    every = {each["RegionName"]: each["OptInStatus"] for each in ec2.describe_regions(AllRegions=True)["Regions"]}
    assert {HOME, EAST, WEST} <= enabled and DISABLED not in enabled
    assert every[DISABLED] == "not-opted-in" and every[EAST] == "opt-in-not-required" and enabled < set(every)
    named = ec2.describe_regions(RegionNames=[DISABLED])["Regions"]
    assert [each["OptInStatus"] for each in named] == ["not-opted-in"]
    asked = {"RegionOptStatusContains": ["ENABLED", "ENABLED_BY_DEFAULT"]}
    assert {each["RegionName"] for each in account.list_regions(**asked)["Regions"]} == enabled
    assert account.get_region_opt_status(RegionName=DISABLED)["RegionOptStatus"] == "DISABLED"
