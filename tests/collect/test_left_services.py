"""Cloud Map services that ECS services left: only of what ECS does not have, or serve, when it is asked by name."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from scaudit.collect.left_services import left_services
from scaudit.model import LeftService, Neighbour, NeighbourEndpoint, Unread
from tests.builders import ACCOUNT, ARN, MAP, NOW
from tests.fakes import answers
from tests.fakes.stubbed import Stubbed

NAMED = [{"Name": "NAMESPACE_ID", "Values": ["ns-vdpucf3aztj23ecw"], "Condition": "EQ"}]
DELETED = answers.service("orders") | {"status": "INACTIVE"}
OWNER = f"{ARN}:service/tutorial/orders"


def lists(aws: Stubbed, description: str) -> None:
    listed = {"Services": [{"Id": "srv-orders", "Name": "orders", "Description": description}]}
    aws.answer("servicediscovery", "list_services", listed, Filters=NAMED, MaxResults=100)


def by_namespace(aws: Stubbed, *names: str) -> None:
    arns = {"serviceArns": [f"{ARN}:service/tutorial/{name}" for name in names]}
    aws.answer("ecs", "list_services_by_namespace", arns, namespace=answers.NAMESPACE, maxResults=100)


def left(aws: Stubbed, *include: str, served: Sequence[Neighbour] = ()) -> Any:
    return left_services(aws.reads, "tutorial", ACCOUNT, answers.NAMESPACE, include or ("*",), served)


def describes(aws: Stubbed, service: dict[str, Any]) -> None:
    asked = {"cluster": "tutorial", "services": ["orders"], "include": ["TAGS"]}
    aws.answer("ecs", "describe_services", {"services": [service]}, **asked)


def registers(aws: Stubbed, *numbers: int) -> None:
    """Under the name `orders`."""
    rows = [{"InstanceId": answers.task_id(n), "Attributes": answers.attributes(n)} for n in numbers]
    aws.answer("servicediscovery", "get_namespace", answers.namespace(), Id="ns-vdpucf3aztj23ecw")
    asked = {"NamespaceName": "other-name", "ServiceName": "orders", "MaxResults": 1000, "HealthStatus": "ALL"}
    aws.answer("servicediscovery", "discover_instances", {"Instances": rows}, **asked)


def serves(*endpoints: str) -> Neighbour:
    """What is known of the owner."""
    offered = tuple(NeighbourEndpoint(name) for name in endpoints)
    return Neighbour(OWNER, "tutorial", "orders", "ecs-svc/1", NOW, answers.NAMESPACE, "mesh", offered)


@pytest.mark.parametrize(
    "description",
    [
        "",
        "orders of the shop",
        f"managed by {OWNER}",
        f"Managed by {OWNER} and others",
        f"Managed by {OWNER}".replace(ACCOUNT, "999999999999"),
        f"Managed by {OWNER}".replace("ap-northeast-1", "eu-west-1"),
        f"Managed by {ARN}:service/orders",
        "Managed by Terraform",
    ],
)
def test_what_ecs_of_this_account_and_region_does_not_manage_is_none_of_ours(aws: Stubbed, description: str) -> None:
    lists(aws, description)
    assert left(aws) == {}


def test_one_that_ecs_lists_in_the_namespace_has_its_owner(aws: Stubbed) -> None:
    lists(aws, f"Managed by {OWNER}")
    by_namespace(aws, "orders")
    assert left(aws) == {}


@pytest.mark.parametrize(
    ("there", "found"),
    [
        (None, {"srv-orders": LeftService("srv-orders", "orders", OWNER)}),
        ([DELETED], {"srv-orders": LeftService("srv-orders", "orders", OWNER)}),
        ([answers.service("orders") | {"status": "DRAINING"}], {}),
    ],
    ids=["missing", "deleted", "on its way out"],
)
def test_one_that_ecs_does_not_list_is_left_only_if_its_owner_is_gone(
    aws: Stubbed, there: list[Any] | None, found: dict[str, LeftService]
) -> None:
    lists(aws, f"Managed by {OWNER}")
    by_namespace(aws, "web")
    described = {"cluster": "tutorial", "services": ["orders"], "include": ["TAGS"]}
    answer = answers.no_service("orders") if there is None else {"services": there}
    aws.answer("ecs", "describe_services", answer, **described)
    assert left(aws) == found


def test_one_of_a_cluster_that_is_not_watched_is_none_of_ours(aws: Stubbed) -> None:
    lists(aws, f"Managed by {OWNER}")
    assert left(aws, "prod-*") == {}
    by_namespace(aws)
    described = {"cluster": "tutorial", "services": ["orders"], "include": ["TAGS"]}
    aws.answer("ecs", "describe_services", answers.no_service("orders"), **described)
    assert left(aws, "prod-*", "tuto*").keys() == {"srv-orders"}


OFF = answers.service("orders", serviceConnectConfiguration={"enabled": False}, serviceConnectResources=[])
RENAMED = answers.service("orders")  # its endpoint is called nginx now


@pytest.mark.parametrize("numbers", [(), (1,), (1, 2)])
@pytest.mark.parametrize(
    ("described", "listed"), [(OFF, False), (RENAMED, False), (RENAMED, True)], ids=["off", "moved", "renamed"]
)
def test_one_that_is_no_endpoints_of_its_owner_is_left_while_tasks_are_registered_in_it(
    aws: Stubbed, described: dict[str, Any], listed: bool, numbers: tuple[int, ...]
) -> None:
    lists(aws, f"Managed by {OWNER}")
    by_namespace(aws, "orders" if listed else "web")
    describes(aws, described)
    registers(aws, *numbers)
    ids = tuple(map(answers.task_id, numbers))
    found = {"srv-orders": LeftService("srv-orders", "orders", OWNER, ids)} if ids else {}
    assert left(aws, served=[serves("nginx")]) == found


def test_one_that_a_deployment_still_has_is_not_left(aws: Stubbed) -> None:
    """The owner serves another name now, and the deployment before it still runs."""
    lists(aws, f"Managed by {OWNER}")
    by_namespace(aws, "orders")
    configuration = {"enabled": True, "namespace": answers.NAMESPACE, "services": [{"portName": "orders"}]}
    resources = [{"discoveryName": "orders", "discoveryArn": f"{MAP}:service/srv-orders"}]
    before = answers.service("orders", id="ecs-svc/0", status="ACTIVE", serviceConnectConfiguration=configuration)
    before["deployments"][0]["serviceConnectResources"] = resources
    describes(aws, RENAMED | {"deployments": [*RENAMED["deployments"], *before["deployments"]]})
    assert left(aws, served=[serves("nginx")]) == {}


@pytest.mark.parametrize("served", [[], [serves("orders")], [replace(serves("nginx"), namespace="arn:of-another")]])
def test_one_that_its_owner_serves_or_of_whom_nothing_is_known_is_not_doubted(
    aws: Stubbed, served: list[Neighbour]
) -> None:
    lists(aws, f"Managed by {OWNER}")
    by_namespace(aws, "orders")
    assert left(aws, served=served) == {}


def test_one_whose_registrations_cannot_be_read_is_unread(aws: Stubbed) -> None:
    lists(aws, f"Managed by {OWNER}")
    by_namespace(aws, "orders")
    describes(aws, RENAMED)
    aws.answer("servicediscovery", "get_namespace", answers.namespace(), Id="ns-vdpucf3aztj23ecw")
    aws.refuse("servicediscovery", "discover_instances", "ThrottlingException")
    assert isinstance(left(aws, served=[serves("nginx")])["srv-orders"], Unread)


@pytest.mark.parametrize("refused", ["list_services", "list_services_by_namespace", "describe_services"])
def test_what_could_not_be_asked_proves_nothing(aws: Stubbed, refused: str) -> None:
    if refused == "list_services":
        aws.refuse("servicediscovery", refused, "ThrottlingException")
        assert isinstance(left(aws), Unread)
        return
    lists(aws, f"Managed by {OWNER}")
    if refused == "list_services_by_namespace":
        aws.refuse("ecs", refused, "ThrottlingException")
        assert isinstance(left(aws), Unread)
        return
    by_namespace(aws)
    aws.refuse("ecs", refused, "AccessDeniedException")
    assert isinstance(left(aws)["srv-orders"], Unread)
