"""The sizes of pages and the limits of requests, at one task more than a page holds."""

import pytest
from botocore.exceptions import ClientError

from tests.local.mesh import Mesh, eventually

CLUSTER = {"cluster": "full"}


@pytest.fixture(scope="module")
def mesh(stack):
    mesh = Mesh(stack, "full")
    mesh.create("many", 101, endpoints=[])
    eventually(lambda: mesh.service("many")["runningCount"] == 101, seconds=30)
    for number in range(11):
        mesh.create(f"empty-{number}", 0, endpoints=[])
    return mesh


def test_list_tasks_ends_a_page_at_100(mesh):
    pages = list(mesh.ecs.get_paginator("list_tasks").paginate(**CLUSTER))
    assert [len(page["taskArns"]) for page in pages] == [100, 1]
    assert len({arn for page in pages for arn in page["taskArns"]}) == 101


def test_list_tasks_filters(mesh):
    [deployment] = mesh.service("many")["deployments"]

    def count(**request):
        pages = mesh.ecs.get_paginator("list_tasks").paginate(**CLUSTER, **request)
        return sum(len(page["taskArns"]) for page in pages)

    assert count(startedBy=deployment["id"]) == count(family="web") == count(serviceName="many") == 101
    assert count(startedBy="nobody") == count(family="other") == count(serviceName="empty-0") == 0
    assert count(desiredStatus="STOPPED") == 0


def test_describe_tasks_takes_100(mesh):
    arns = [arn for page in mesh.ecs.get_paginator("list_tasks").paginate(**CLUSTER) for arn in page["taskArns"]]
    assert len(mesh.ecs.describe_tasks(**CLUSTER, tasks=arns[:100])["tasks"]) == 100
    with pytest.raises(ClientError, match="InvalidParameterException"):
        mesh.ecs.describe_tasks(**CLUSTER, tasks=arns)
    found = mesh.ecs.describe_tasks(**CLUSTER, tasks=[arns[0].rsplit("/", 1)[-1], "0" * 32])
    assert [task["taskArn"] for task in found["tasks"]] == [arns[0]]
    assert [failure["reason"] for failure in found["failures"]] == ["MISSING"]


def test_list_services_ends_a_page_at_10(mesh):
    assert len(mesh.ecs.list_services(**CLUSTER)["serviceArns"]) == 10
    pages = list(mesh.ecs.get_paginator("list_services").paginate(**CLUSTER, PaginationConfig={"PageSize": 100}))
    assert [len(page["serviceArns"]) for page in pages] == [12]
    with pytest.raises(ClientError, match="InvalidParameterException"):
        mesh.ecs.list_services(**CLUSTER, maxResults=101)


def test_describe_services_takes_10(mesh):
    names = [f"empty-{number}" for number in range(11)]
    assert len(mesh.ecs.describe_services(**CLUSTER, services=names[:10])["services"]) == 10
    with pytest.raises(ClientError, match="InvalidParameterException"):
        mesh.ecs.describe_services(**CLUSTER, services=names)
    found = mesh.ecs.describe_services(**CLUSTER, services=["empty-0", "nobody"])
    assert found["failures"] == [
        {"arn": "arn:aws:ecs:ap-northeast-1:123456789012:service/full/nobody", "reason": "MISSING"}
    ]


def test_list_services_by_namespace(mesh):
    pages = mesh.ecs.get_paginator("list_services_by_namespace").paginate(namespace="full-space")
    assert [len(page["serviceArns"]) for page in pages] == [10, 2]


def test_cluster_counts(mesh):
    [found] = mesh.ecs.describe_clusters(clusters=["full"])["clusters"]
    assert (found["runningTasksCount"], found["pendingTasksCount"], found["activeServicesCount"]) == (101, 0, 12)


def test_logs_of_many_tasks_come_in_pages_of_a_megabyte(mesh, stack):
    logs = stack.client("logs")
    names = [
        stream["logStreamName"]
        for page in logs.get_paginator("describe_log_streams").paginate(logGroupName="/ecs/proxy")
        for stream in page["logStreams"]
    ][:30]
    pages = list(logs.get_paginator("filter_log_events").paginate(logGroupName="/ecs/proxy", logStreamNames=names))
    assert [len(page["events"]) > 0 for page in pages] == [True, True]
    ready = [event for page in pages for event in page["events"] if "starting workers" in event["message"]]
    assert len({event["logStreamName"] for event in ready}) == 30
    with pytest.raises(ClientError, match="The specified log stream does not exist"):
        logs.filter_log_events(logGroupName="/ecs/proxy", logStreamNames=[names[0], "proxy/nobody"])
