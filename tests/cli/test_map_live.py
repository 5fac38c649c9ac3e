"""`scaudit map --live` on laid-out answers of AWS: what one audit becomes on the page."""

from dataclasses import replace
from typing import Any

import pytest
from typer.testing import CliRunner

from scaudit_cli.app import app
from scaudit_cli.check import as_map
from scaudit_cli.check.session import Unreachable
from tests.builders import ARN, ORDERS, REGION
from tests.cli.laid_out import asks, has_clusters, has_neighbours, has_services, is_seen
from tests.cli.mapped import cells
from tests.fakes import answers
from tests.fakes.laid_out import describes
from tests.fakes.stubbed import Stubbed


@pytest.fixture(autouse=True)
def _asks(aws: Stubbed, monkeypatch: pytest.MonkeyPatch) -> None:
    asks(aws, monkeypatch)


def draw(*options: str) -> str:
    result = CliRunner().invoke(app, ["map", "--live", "--output", "-", *options])
    assert result.exit_code == 0, result.output
    return result.stdout


def is_audited(aws: Stubbed, **registered: str) -> None:
    """The only service of the only cluster."""
    has_clusters(aws, "tutorial")
    has_services(aws, "tutorial", "web")
    is_seen(aws, **registered)


def test_what_an_audit_saw_is_on_the_page(aws: Stubbed) -> None:
    is_audited(aws)
    has_neighbours(aws)
    text = draw()
    (row,) = cells(text)
    assert row[1:8] == ["nginx", "tutorial/web", "nginx.mesh:80", "1", "1 / 1", "0", "0"]
    assert row[0] == "warning" and row[8].startswith("SC106 ") and row[9] == "not known", "one look knows no beginning"
    assert f"audited now in {REGION}" in text and f"{REGION}: 1 service, with " in text


def counts(aws: Stubbed, *clients: str) -> None:
    """CloudWatch has calls of these services to the endpoint nginx."""
    asked = [{"Name": name} for name in ("ClusterName", "ServiceName", "TargetDiscoveryName")]
    values = [("tutorial", client, "nginx") for client in clients]
    metrics = [
        {"Dimensions": [{**name, "Value": value} for name, value in zip(asked, of, strict=True)]} for of in values
    ]
    aws.answer(
        "cloudwatch",
        "list_metrics",
        {"Metrics": metrics},
        Namespace="AWS/ECS",
        Dimensions=asked,
        RecentlyActive="PT3H",
    )


def test_who_was_counted_calling_is_a_client(aws: Stubbed, monkeypatch: pytest.MonkeyPatch) -> None:
    is_audited(aws)
    has_neighbours(aws)
    counts(aws, "web", "api")
    known = as_map._known
    api = replace(ORDERS, arn=f"{ARN}:service/tutorial/api", service="api", namespace=answers.NAMESPACE)

    def with_a_client(*asked: Any) -> Any:
        own = known(*asked)
        return replace(own, neighbours=[*own.neighbours, api])

    monkeypatch.setattr(as_map, "_known", with_a_client)
    text = draw()
    assert {row[1]: row[6] for row in cells(text)}["nginx"] == "1 or more: tutorial/api (calls without naming it)"
    assert "who calls is from CloudWatch, over HTTP in the last three hours; it counts no TCP" in text


def test_who_may_not_ask_who_calls_gets_the_page_all_the_same(aws: Stubbed) -> None:
    is_audited(aws)
    has_neighbours(aws)
    aws.refuse("cloudwatch", "list_metrics", "AccessDenied", "not authorized to perform: cloudwatch:ListMetrics")
    text = draw()
    assert "who really calls is not known: cloudwatch:ListMetrics" in text and "SC902" not in text


def test_another_region_is_audited_where_it_is_named(aws: Stubbed) -> None:
    is_audited(aws)
    has_neighbours(aws)
    text = draw("-r", "eu-west-1")
    assert "audited now in eu-west-1" in text and "1 service. A line leads" in text and "All 1" not in text


def test_a_failure_is_told_with_its_tasks(aws: Stubbed) -> None:
    is_audited(aws, AWS_INSTANCE_PORT="81")
    has_neighbours(aws)
    instance = {"Instance": {"Id": answers.task_id(0), "Attributes": answers.attributes(0, AWS_INSTANCE_PORT="81")}}
    aws.answer("servicediscovery", "get_instance", instance, ServiceId="srv-nginx", InstanceId=answers.task_id(0))
    describes(aws, answers.task(0))
    text = draw()
    assert cells(text)[0][8] == "SC203 registered port is 81, expected 80"
    article = text.partition("<article")[2].partition("</article>")[0]
    assert "SC203 nginx" in article and "Fix: " in article and "1 task</p>" in article


def test_what_could_not_be_read_is_not_known(aws: Stubbed) -> None:
    has_clusters(aws, "tutorial")
    has_services(aws, "tutorial", "web")
    aws.refuse("ecs", "describe_services", "AccessDeniedException")
    (row,) = cells(text := draw())
    assert row[0] == "not known" and row[1] == "not known" and row[3:8] == ["not known"] * 5
    assert 'class="summary' in text and "not known of 1 " in text


def test_clusters_that_cannot_be_listed_are_a_doubt_and_no_clean_page(aws: Stubbed) -> None:
    aws.refuse("ecs", "list_clusters", "ThrottlingException")
    text = draw()
    assert "What is not known" in text and 'class="summary unknown"' in text and "No endpoint is known." in text


@pytest.mark.parametrize("name", ["mesh", answers.NAMESPACE])
def test_one_namespace_is_asked_for_by_its_name_or_arn(aws: Stubbed, name: str) -> None:
    arns: dict[str, Any] = {"serviceArns": [answers.service()["serviceArn"]]}
    aws.answer("ecs", "list_services_by_namespace", arns, maxResults=100, namespace=name)
    is_seen(aws)
    has_neighbours(aws)
    assert [row[1] for row in cells(draw("-n", name))] == ["nginx"]


def test_who_calls_is_not_asked_where_nothing_answers(aws: Stubbed) -> None:
    def none(**_: Any) -> Any:
        raise Unreachable("Could not connect to the endpoint URL")

    aws.clients["ecs"].list_clusters = aws.clients["cloudwatch"].list_metrics = none  # type: ignore[attr-defined]
    assert "who really calls is not known: Could not connect" in draw()
