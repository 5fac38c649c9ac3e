"""Registrations: which call is made for how many tasks, and that absence is never guessed."""

from dataclasses import replace
from typing import Any

import pytest

from scaudit.collect.aws.cloudmap import discovered, exactly
from scaudit.model import Instance, Unread
from tests.builders import NGINX
from tests.fakes import answers
from tests.fakes.stubbed import Stubbed

IDS = [answers.task_id(n) for n in range(3)]


def ask(aws: Stubbed, ids: list[str] | None = None, endpoint: Any = NGINX) -> dict[str, Any]:
    return exactly(aws.reads, "tutorial", answers.OWN, endpoint, ids or IDS)


def discover(aws: Stubbed, namespace: str = answers.NAMESPACE, endpoint: Any = NGINX) -> Any:
    return discovered(aws.reads, "tutorial", answers.OWN, namespace, endpoint)


def get(aws: Stubbed, n: int, **changes: str) -> None:
    answer = {"Instance": {"Id": answers.task_id(n), "Attributes": answers.attributes(n, **changes)}}
    expected = {"ServiceId": "srv-nginx", "InstanceId": answers.task_id(n)}
    aws.answer("servicediscovery", "get_instance", answer, **expected)


def found_by_clients(*numbers: int) -> dict[str, Any]:
    return {"Instances": [{"InstanceId": answers.task_id(n), "Attributes": answers.attributes(n)} for n in numbers]}


def listed(*numbers: int, token: str = "") -> dict[str, Any]:
    rows = [{"Id": answers.task_id(n), "Attributes": answers.attributes(n)} for n in numbers]
    return {"Instances": rows, **({"NextToken": token} if token else {})}


def test_one_task_is_one_exact_call(aws: Stubbed) -> None:
    get(aws, 0)
    (found,) = ask(aws, IDS[:1]).values()
    assert (found.address, found.port, found.zone) == (answers.address(0), "80", "ap-northeast-1a")
    assert found.deployment.endswith("ecs-svc/2314065177896282440")


def test_missing_attributes_are_empty_and_unknown_ones_ignored(aws: Stubbed) -> None:
    answer = {"Instance": {"Id": IDS[0], "Attributes": {"AWS_INSTANCE_IPV4": "1.2.3.4", "New": "x"}}}
    aws.answer("servicediscovery", "get_instance", answer, ServiceId="srv-nginx", InstanceId=IDS[0])
    assert ask(aws, IDS[:1]) == {IDS[0]: Instance(IDS[0], "1.2.3.4")}


@pytest.mark.parametrize("code", ["InstanceNotFound", "ServiceNotFound"])
def test_not_found_is_an_answer(aws: Stubbed, code: str) -> None:
    aws.refuse("servicediscovery", "get_instance", code)
    assert ask(aws, IDS[:1]) == {IDS[0]: None}


def test_a_refusal_is_unread_and_names_action_and_resource(aws: Stubbed) -> None:
    text = "User: x is not authorized to perform: servicediscovery:GetInstance on resource: arn:aws:y because"
    aws.refuse("servicediscovery", "get_instance", "AccessDeniedException", text)
    (found,) = ask(aws, IDS[:1]).values()
    assert (found.action, found.resource, found.transient) == ("servicediscovery:GetInstance", "arn:aws:y", False)
    assert aws.reads.permissions["tutorial", "servicediscovery:GetInstance"].refusal == found


@pytest.mark.parametrize(
    ("code", "transient"), [("ThrottlingException", True), ("RequestLimitExceeded", True), ("InvalidInput", False)]
)
def test_only_what_may_pass_is_worth_asking_again(aws: Stubbed, code: str, transient: bool) -> None:
    aws.refuse("servicediscovery", "get_instance", code)
    (found,) = ask(aws, IDS[:1]).values()
    assert isinstance(found, Unread) and found.transient is transient


def test_many_tasks_are_one_call_by_the_namespaces_http_name(aws: Stubbed) -> None:
    aws.answer("servicediscovery", "get_namespace", answers.namespace(), Id="ns-vdpucf3aztj23ecw")
    for _ in range(2):
        aws.answer(
            "servicediscovery",
            "discover_instances",
            found_by_clients(2, 0),
            NamespaceName="other-name",
            ServiceName="nginx",
            MaxResults=1000,
            HealthStatus="ALL",
        )
    assert set(discover(aws)) == {IDS[0], IDS[2]}
    discover(aws)  # the namespace's name is known by now


def test_a_shared_namespace_is_named_by_arn_and_owner(aws: Stubbed) -> None:
    shared = answers.NAMESPACE.replace(answers.OWN, answers.OTHER)
    aws.answer("servicediscovery", "get_namespace", answers.namespace(), Id=shared)
    aws.answer(
        "servicediscovery",
        "discover_instances",
        found_by_clients(0, 1, 2),
        NamespaceName="other-name",
        ServiceName="nginx",
        MaxResults=1000,
        HealthStatus="ALL",
        OwnerAccount=answers.OTHER,
    )
    assert set(discover(aws, shared)) == set(IDS)


@pytest.mark.parametrize("count", [999, 1000])
def test_a_thousand_discovered_may_be_a_part_so_they_are_listed(aws: Stubbed, count: int) -> None:
    aws.answer("servicediscovery", "get_namespace", answers.namespace(), Id="ns-vdpucf3aztj23ecw")
    parameters = {"NamespaceName": "other-name", "ServiceName": "nginx", "MaxResults": 1000, "HealthStatus": "ALL"}
    aws.answer("servicediscovery", "discover_instances", found_by_clients(*range(count)), **parameters)
    if count == 1000:
        page = {"ServiceId": "srv-nginx", "MaxResults": 100}
        aws.answer("servicediscovery", "list_instances", listed(*range(100), token="a"), **page)
        aws.answer("servicediscovery", "list_instances", listed(token="b"), **page, NextToken="a")
        aws.answer("servicediscovery", "list_instances", listed(1000, 1001), **page, NextToken="b")
    found = discover(aws)
    assert len(found) == (count if count < 1000 else 102) and answers.task_id(0) in found


def test_a_listing_that_breaks_off_is_no_answer(aws: Stubbed) -> None:
    aws.answer("servicediscovery", "get_namespace", answers.namespace(), Id="ns-vdpucf3aztj23ecw")
    parameters = {"NamespaceName": "other-name", "ServiceName": "nginx", "MaxResults": 1000, "HealthStatus": "ALL"}
    aws.answer("servicediscovery", "discover_instances", found_by_clients(*range(1000)), **parameters)
    page = {"ServiceId": "srv-nginx", "MaxResults": 100}
    aws.answer("servicediscovery", "list_instances", listed(*range(100), token="a"), **page)
    aws.refuse("servicediscovery", "list_instances", "ThrottlingException")
    assert isinstance(discover(aws), Unread)


def test_listing_stops_once_all_are_found(aws: Stubbed) -> None:
    many = [answers.task_id(n) for n in range(6)]
    page = {"ServiceId": "srv-nginx", "MaxResults": 100}
    aws.answer("servicediscovery", "list_instances", listed(*range(100), token="more"), **page)
    assert all(ask(aws, many).values())


def test_a_page_that_cannot_be_read_makes_the_missing_ones_unread(aws: Stubbed) -> None:
    many = [answers.task_id(n) for n in (*range(6), 200)]
    page = {"ServiceId": "srv-nginx", "MaxResults": 100}
    aws.answer("servicediscovery", "list_instances", listed(*range(100), token="more"), **page)
    aws.refuse("servicediscovery", "list_instances", "ThrottlingException")
    found = ask(aws, many)
    assert isinstance(found.pop(many[-1]), Unread) and all(isinstance(f, Instance) for f in found.values())


def test_a_few_suspects_are_asked_for_one_by_one(aws: Stubbed) -> None:
    for n in range(3):
        get(aws, n)
    assert all(ask(aws).values())


def test_an_endpoint_without_a_cloud_map_service_is_unread(aws: Stubbed) -> None:
    nowhere = replace(NGINX, cloud_map_service=None)
    assert all(isinstance(value, Unread) for value in ask(aws, endpoint=nowhere).values())
    assert isinstance(discover(aws, endpoint=nowhere), Unread)


def test_J21_an_entry_that_does_not_say_which_it_is_makes_nobody_absent(aws: Stubbed) -> None:
    """Whoever is missing is asked for exactly; one whose entry lacks what it is for is unread, and nobody else."""
    page = listed(*range(6))
    del page["Instances"][0]["Id"], page["Instances"][1]["Attributes"]
    aws.answer("servicediscovery", "list_instances", page, ServiceId="srv-nginx", MaxResults=100)
    get(aws, 0)
    aws.refuse("servicediscovery", "get_instance", "InstanceNotFound")
    ids = [answers.task_id(n) for n in range(7)]
    found = ask(aws, ids)
    assert isinstance(found[ids[1]], Unread) and "Attributes" in found[ids[1]].reason and found[ids[6]] is None
    assert {id for id, one in found.items() if isinstance(one, Instance)} == {ids[n] for n in (0, 2, 3, 4, 5)}
