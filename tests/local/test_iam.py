"""Policies that are enforced: what each call is checked against, and how a refusal reads."""

from collections.abc import Iterator

import pytest
from botocore.exceptions import ClientError

from local.stack import LocalStack, running_stack
from tests.local.conftest import TASK_DELAY
from tests.local.mesh import Mesh, task_id
from tests.local.roles import Role

REGION = "ap-northeast-1:123456789012"


@pytest.fixture(scope="module")
def stack() -> Iterator[LocalStack]:
    with running_stack(task_delay=TASK_DELAY, enforce_iam=True) as running:
        yield running


@pytest.fixture(scope="module")
def names(stack):
    """What calls are made with and ARNs are made of."""
    mesh = Mesh(stack, "shop")
    [task] = mesh.steady("web")
    service = mesh.cloud_map.get_service(Id=mesh.endpoint("web"))["Service"]
    stack.client("dynamodb").create_table(
        TableName="ledger",
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name in ("pk", "kind")],
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
        GlobalSecondaryIndexes=[
            {
                "IndexName": "by-kind",
                "KeySchema": [{"AttributeName": "kind", "KeyType": "HASH"}],
                "Projection": {"ProjectionType": "ALL"},
            }
        ],
    )
    return {
        "id": task_id(task),
        "task": task["taskArn"],
        "stream": f"proxy/{task['containers'][0]['name']}/{task_id(task)}",
        "service": service["Id"],
        "service_arn": service["Arn"],
        "namespace": service["NamespaceId"],
    }


@pytest.fixture(scope="module")
def role(stack):
    return Role(stack, "auditor")


KEY = {"KeyConditionExpression": "kind = :k", "ExpressionAttributeValues": {":k": {"S": "x"}}}

# The action, the call, the resource that permits it, and one that does not.
CALLS = [
    ("ecs:DescribeTasks", {"cluster": "shop", "tasks": ["{id}"]}, "task/shop/{id}", "task/bank/*"),
    ("ecs:DescribeTasks", {"cluster": "shop", "tasks": ["{task}"]}, "task/shop/*", "cluster/shop"),
    ("ecs:DescribeServices", {"cluster": "shop", "services": ["web"]}, "service/shop/web", "service/bank/*"),
    ("ecs:DescribeClusters", {"clusters": ["shop"]}, "cluster/shop", "cluster/bank"),
    ("ecs:ListTasks", {"cluster": "shop"}, "*", "cluster/shop"),
    ("ecs:ListServices", {"cluster": "shop"}, "*", "cluster/shop"),
    ("ecs:ListClusters", {}, "*", "cluster/*"),
    ("ecs:DescribeTaskDefinition", {"taskDefinition": "web"}, "*", "task-definition/*"),
    ("servicediscovery:GetNamespace", {"Id": "{namespace}"}, "namespace/{namespace}", "service/*"),
    ("servicediscovery:GetService", {"Id": "{service}"}, "service/{service}", "namespace/*"),
    ("servicediscovery:GetInstance", {"ServiceId": "{service}", "InstanceId": "{id}"}, "service/*", "namespace/*"),
    ("servicediscovery:ListInstances", {"ServiceId": "{service_arn}"}, "service/{service}", "service/other"),
    (
        "servicediscovery:DiscoverInstances",
        {"NamespaceName": "shop-space", "ServiceName": "nginx"},
        "service/{service}",
        "service/other",
    ),
    ("servicediscovery:ListNamespaces", {}, "*", "namespace/*"),
    (
        "logs:FilterLogEvents",
        {"logGroupName": "/ecs/proxy", "logStreamNames": ["{stream}"]},
        "log-group:/ecs/proxy:*",
        "log-group:/ecs/proxy",
    ),
    (
        "logs:GetLogEvents",
        {"logGroupName": "/ecs/proxy", "logStreamName": "{stream}"},
        "log-group:/ecs/proxy:log-stream:proxy/*",
        "log-group:/ecs/app:*",
    ),
    ("logs:DescribeLogStreams", {"logGroupName": "/ecs/proxy"}, "log-group:/ecs/proxy:*", "log-group:/ecs/app:*"),
    ("logs:DescribeLogGroups", {}, "*", "log-group:/ecs/proxy:*"),
    ("dynamodb:Query", {"TableName": "ledger", "IndexName": "by-kind", **KEY}, "table/ledger/index/*", "table/ledger"),
]


def filled(value, names):
    if isinstance(value, dict):
        return {key: filled(member, names) for key, member in value.items()}
    if isinstance(value, list):
        return [filled(member, names) for member in value]
    return value.format(**names) if isinstance(value, str) and not value.startswith("kind") else value


def call(role, action, request):
    service, operation = action.split(":")
    client = role.client(service)
    [method] = [method for method, name in client.meta.method_to_api_mapping.items() if name == operation]
    return getattr(client, method)(**request)


@pytest.mark.parametrize(("action", "request_", "right", "wrong"), CALLS, ids=lambda value: str(value)[:40])
def test_a_call_needs_its_own_resource(role, names, action, request_, right, wrong):
    request_ = filled(request_, names)

    def on(resource):
        path = resource.format(**names)
        role.may(
            {"Action": action, "Resource": path if path == "*" else f"arn:aws:{action.split(':')[0]}:{REGION}:{path}"}
        )

    on(right)
    call(role, action, request_)
    on(wrong)
    with pytest.raises(ClientError) as refused:
        call(role, action, request_)
    error = refused.value.response["Error"]
    assert error["Code"] == "AccessDeniedException"
    assert error["Message"].startswith(f"User: {role.session_arn} is not authorized to perform: {action}")


def refusal(role, action, request):
    with pytest.raises(ClientError) as refused:
        call(role, action, request)
    return refused.value.response["Error"]["Message"]


def test_a_refusal_names_user_action_and_resource(role, names):
    role.may({"Action": "sqs:ListQueues", "Resource": "*"})
    services = {"cluster": "shop", "services": ["web"]}
    assert refusal(role, "ecs:DescribeServices", services) == (
        "User: arn:aws:sts::123456789012:assumed-role/auditor/caller is not authorized to perform: "
        f"ecs:DescribeServices on resource: arn:aws:ecs:{REGION}:service/shop/web because no identity-based policy "
        "allows the ecs:DescribeServices action"
    )
    assert f"arn:aws:logs:{REGION}:log-group:/ecs/proxy:log-stream: because" in refusal(
        role, "logs:FilterLogEvents", {"logGroupName": "/ecs/proxy", "logStreamNames": [names["stream"]]}
    )


@pytest.mark.parametrize("action", ["ecs:ListTasks", "ecs:DescribeTasks"])
@pytest.mark.parametrize("cluster", ["shop", f"arn:aws:ecs:{REGION}:cluster/shop"])
def test_a_condition_on_the_cluster(role, names, action, cluster):
    request = {"cluster": cluster, **({"tasks": [names["id"]]} if action == "ecs:DescribeTasks" else {})}

    def within(name):
        condition = {"ArnEquals": {"ecs:cluster": f"arn:aws:ecs:{REGION}:cluster/{name}"}}
        role.may({"Action": action, "Resource": "*", "Condition": condition})

    within("shop")
    call(role, action, request)
    within("bank")
    assert action in refusal(role, action, request)


def test_the_account_itself_may_do_all(stack, names):
    assert stack.client("ecs").list_tasks(cluster="shop")["taskArns"]
