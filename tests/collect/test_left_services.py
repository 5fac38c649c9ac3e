"""Cloud Map services that deleted ECS services left: only what ECS does not have when it is asked by name."""

from typing import Any

import pytest

from scaudit.collect.left_services import left_services
from scaudit.model import LeftService, Unread
from tests.builders import ACCOUNT, ARN
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


def left(aws: Stubbed, *include: str) -> Any:
    return left_services(aws.reads, "tutorial", ACCOUNT, answers.NAMESPACE, include or ("*",))


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
        ([answers.service("orders", serviceConnectConfiguration={"enabled": False})], {}),
    ],
    ids=["missing", "deleted", "on its way out", "without Service Connect now"],
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
