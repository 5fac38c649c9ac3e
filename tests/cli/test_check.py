"""`scaudit check` on laid-out answers of AWS: what it asks for, what it makes of it, and how it exits."""

import json
import socket
from typing import Any

import boto3
import pytest
from botocore.parsers import create_parser
from botocore.stub import Stubber
from typer.testing import CliRunner

from scaudit_cli.app import app
from scaudit_cli.check import region as looking
from scaudit_cli.check import run as running
from scaudit_cli.check import start
from scaudit_cli.check.neighbours import Neighbourhoods
from scaudit_cli.check.session import enabled_regions, open_session, plain_events, ways_of
from scaudit_cli.settings import region_of
from scaudit_cli.usage import Refused
from tests.builders import ARN, NOW, REGION
from tests.cli.laid_out import (
    MESH,
    asks,
    has_clusters,
    has_neighbours,
    has_services,
    has_surroundings,
    is_described,
    is_seen,
    stands_around,
    way,
)
from tests.fakes import answers
from tests.fakes.asked_of import BY_LOG
from tests.fakes.laid_out import describes, finds, lists
from tests.fakes.schemas import described
from tests.fakes.stubbed import Stubbed

IN_WEB = ("--cluster", "tutorial", "--service", "web", "--no-settle")


@pytest.fixture(autouse=True)
def _asks(aws: Stubbed, monkeypatch: pytest.MonkeyPatch) -> None:
    asks(aws, monkeypatch)


def check(*arguments: str) -> tuple[int, dict[str, Any]]:
    result = CliRunner().invoke(app, ["check", *arguments, "--output", "json", "--verbose"])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result.exit_code, described("check", result.stdout) if result.exit_code != 64 else {"said": result.stderr}


def failing(told: dict[str, Any], status: str = "fail") -> set[str]:
    """What has this status, but for notes."""
    return {f["id"] for f in told["findings"] if f["status"] == status and f["severity"] != "info"}


def test_a_healthy_service_has_nothing_but_its_missing_log_against_it(aws: Stubbed) -> None:
    is_seen(aws)
    has_neighbours(aws)
    code, told = check(*IN_WEB)
    assert failing(told) == {"SC106"}
    assert code == 2 and failing(told, "unknown") == BY_LOG
    assert {"SC101", "SC201", "SC202", "SC203", "SC204"} <= failing(told, "pass")
    assert told["summary"]["services"] == 1 and told["summary"]["reads"] > 8


def is_read_again(aws: Stubbed) -> None:
    """The registration that is wrong, and its task."""
    instance = {"Instance": {"Id": answers.task_id(0), "Attributes": answers.attributes(0, AWS_INSTANCE_PORT="81")}}
    asked = {"ServiceId": "srv-nginx", "InstanceId": answers.task_id(0)}
    aws.answer("servicediscovery", "get_instance", instance, **asked)
    describes(aws, answers.task(0))


def test_a_failure_that_rests_on_cloud_map_is_read_again_and_believed(aws: Stubbed) -> None:
    is_seen(aws, AWS_INSTANCE_PORT="81")
    has_neighbours(aws)
    is_read_again(aws)
    code, told = check(*IN_WEB)
    (wrong,) = [f for f in told["findings"] if f["id"] == "SC203"]
    assert code == 1 and failing(told) == {"SC106", "SC203"}
    assert (wrong["cluster"], wrong["service"], wrong["endpoint"]) == ("tutorial", "web", "nginx")
    assert wrong["messages"] == ["registered port is 81, expected 80"] and wrong["tasks"] == [answers.task_id(0)]


def test_a_failure_that_is_over_when_it_is_read_again_is_none(aws: Stubbed) -> None:
    is_seen(aws, AWS_INSTANCE_PORT="81")
    has_neighbours(aws)
    instance = {"Instance": {"Id": answers.task_id(0), "Attributes": answers.attributes(0)}}
    aws.answer("servicediscovery", "get_instance", instance, ServiceId="srv-nginx", InstanceId=answers.task_id(0))
    describes(aws, answers.task(0))
    assert failing(check(*IN_WEB)[1]) == {"SC106"}


TAGS = {
    "a day": (
        "scaudit:ignore:SC203",
        "until=2199-01-31 owner=me",
        "suppressed until 2199-01-31 by the tag of the service",
    ),
    "no day": ("scaudit:ignore:SC203", "owner=me", "silences nothing: it has no until=DAY; write until=2027-01-31"),
    "another word": ("scaudit:ignore:SC203", "until=soon", "silences nothing: until=soon is no day and no moment; "),
    "over": (
        "scaudit:ignore:SC203",
        "until=2020-01-31",
        "scaudit:ignore:SC203 of the service silences nothing: it ended ",
    ),
}


@pytest.mark.parametrize(("name", "value", "said"), TAGS.values(), ids=TAGS)
def test_what_a_tag_silences_is_told_with_its_end_or_why_it_silences_nothing(
    aws: Stubbed, name: str, value: str, said: str
) -> None:
    raw = {**answers.service("web"), "tags": [{"key": name, "value": value}]}
    aws.answer("ecs", "describe_services", {"services": [raw]}, cluster="tutorial", services=["web"], include=["TAGS"])
    has_surroundings(aws)
    finds(aws, 0, AWS_INSTANCE_PORT="81")
    describes(aws, answers.task(0))
    has_neighbours(aws)
    is_read_again(aws)
    code, told = check(*IN_WEB)
    (wrong,) = [f for f in told["findings"] if f["id"] == "SC203"]
    assert (
        said in wrong["tag"] and ("suppressed" in wrong) == ("2199" in value) and code == (2 if "2199" in value else 1)
    )
    assert not any("tag" in f for f in told["findings"] if f["id"] != "SC203")


@pytest.mark.parametrize(
    ("name", "advice"),
    [
        ("scaudit:ignore:sc203", "write scaudit:ignore:SC203"),
        ("Scaudit:Ignore:SC203", "write scaudit:ignore:SC203"),
        ("scaudit:ignore", "write scaudit:ignore: and the id of a check, such as scaudit:ignore:SC305"),
        ("scaudit:ignore:SC999", "write scaudit:ignore: and the id of a check, such as scaudit:ignore:SC305"),
    ],
)
def test_a_tag_that_names_no_check_is_told(aws: Stubbed, name: str, advice: str) -> None:
    raw = {**answers.service("web"), "tags": [{"key": name, "value": "until=2199-01-31"}]}
    aws.answer("ecs", "describe_services", {"services": [raw]}, cluster="tutorial", services=["web"], include=["TAGS"])
    has_surroundings(aws)
    finds(aws, 0)
    describes(aws, answers.task(0))
    has_neighbours(aws)
    _, told = check(*IN_WEB)
    assert told["summary"]["notes"] == [f"tutorial/web: the tag {name} silences nothing: {advice}"]


def test_a_service_without_any_of_its_tasks_is_not_called_healthy(aws: Stubbed) -> None:
    raw = {**answers.service("web"), "runningCount": 0}
    aws.answer("ecs", "describe_services", {"services": [raw]}, cluster="tutorial", services=["web"], include=["TAGS"])
    has_surroundings(aws)
    finds(aws)
    lists(aws)
    lists(aws, desired="STOPPED")
    has_neighbours(aws)
    code, told = check(*IN_WEB)
    assert code == 2 and told["summary"]["healthy"] == 0
    assert "none of its 1 tasks runs: nothing of them was verified" in str(told["findings"])


@pytest.mark.parametrize("leaving", [True, False], ids=["its task is leaving", "it is gone"])
def test_of_a_service_that_is_scaled_to_zero_no_task_is_called_verified(aws: Stubbed, leaving: bool) -> None:
    raw = {**answers.service("web"), "runningCount": 0, "desiredCount": 0}
    aws.answer("ecs", "describe_services", {"services": [raw]}, cluster="tutorial", services=["web"], include=["TAGS"])
    has_surroundings(aws)
    finds(aws, *([0] if leaving else []))
    if leaving:
        describes(aws, answers.task(0, desiredStatus="STOPPED", lastStatus="DEACTIVATING"))
    has_neighbours(aws)
    code, told = check(*IN_WEB)
    assert code == 0 and "SC904" in failing(told, "skipped")
    (said,) = [f["messages"] for f in told["findings"] if f["id"] == "SC904"]
    assert said == ["scaled to zero: no task to verify"]


@pytest.mark.parametrize("again", [1, 2], ids=["stopped meanwhile", "for good"])
def test_a_service_of_which_ECS_counts_more_tasks_than_it_lists_is_not_called_healthy(aws: Stubbed, again: int) -> None:
    def counts(running: int) -> None:
        raw = {**answers.service("web"), "runningCount": running, "desiredCount": running}
        told = {"services": [raw]}
        aws.answer("ecs", "describe_services", told, cluster="tutorial", services=["web"], include=["TAGS"])

    counts(2)
    has_surroundings(aws)
    finds(aws, 0)
    describes(aws, answers.task(0))
    lists(aws, 0)
    counts(again)
    has_neighbours(aws)
    code, told = check(*IN_WEB)
    assert ("SC904" in failing(told, "unknown")) is (again == 2) and code == 2  # its log is read by nobody: SC106
    assert ("ECS counts 2 running tasks, and 1 of them was not found" in str(told["findings"])) is (again == 2)


@pytest.mark.parametrize("settling", [(), ("--no-settle",)])
def test_a_service_whose_tasks_stop_before_they_are_looked_at_is_not_called_healthy(
    aws: Stubbed, settling: tuple[str, ...]
) -> None:
    def counts(running: int) -> None:
        raw = {**answers.service("web"), "runningCount": running, "desiredCount": 2}
        told = {"services": [raw]}
        aws.answer("ecs", "describe_services", told, cluster="tutorial", services=["web"], include=["TAGS"])

    counts(2)
    has_surroundings(aws)
    finds(aws)
    lists(aws)
    counts(0)
    has_neighbours(aws)
    code, told = check("--cluster", "tutorial", "--service", "web", *settling)
    assert code == 2 and told["summary"]["healthy"] == 0
    assert "ECS counts 2 running, but no running task was there to look at" in str(told["findings"])


def test_of_a_service_that_is_being_deployed_the_first_task_is_awaited(aws: Stubbed) -> None:
    raw = {**answers.service("web"), "runningCount": 0}
    raw["deployments"][0]["rolloutState"] = "IN_PROGRESS"
    aws.answer("ecs", "describe_services", {"services": [raw]}, cluster="tutorial", services=["web"], include=["TAGS"])
    has_surroundings(aws)
    finds(aws)
    lists(aws)
    lists(aws, desired="STOPPED")
    has_neighbours(aws)
    code, told = check(*IN_WEB[:-1])
    assert code == 2 and failing(told, "pending") >= {"SC209"} and "SC904" not in failing(told, "unknown")


def test_a_task_that_ran_meanwhile_was_looked_at(aws: Stubbed) -> None:
    raw = {**answers.service("web"), "runningCount": 0}
    aws.answer("ecs", "describe_services", {"services": [raw]}, cluster="tutorial", services=["web"], include=["TAGS"])
    has_surroundings(aws)
    finds(aws, 0)
    describes(aws, answers.task(0))
    lists(aws, 0)
    lists(aws, desired="STOPPED")
    has_neighbours(aws)
    assert "SC904" not in failing(check(*IN_WEB)[1], "unknown")


def test_a_service_whose_tasks_never_start_tells_why(aws: Stubbed) -> None:
    why = "servicediscovery:RegisterInstance is not allowed"
    attached = [{"type": "ServiceConnect", "details": [{"name": "statusReason", "value": why}]}]
    stopped = answers.task(0, lastStatus="STOPPED", desiredStatus="STOPPED", stoppedAt=NOW, attachments=attached)
    stopped.pop("startedAt")
    raw = {**answers.service("web"), "runningCount": 0}
    aws.answer("ecs", "describe_services", {"services": [raw]}, cluster="tutorial", services=["web"], include=["TAGS"])
    has_surroundings(aws)
    finds(aws)
    lists(aws)
    lists(aws, 0, desired="STOPPED")
    describes(aws, stopped)
    has_neighbours(aws)
    code, told = check(*IN_WEB)
    (wrong,) = [f for f in told["findings"] if f["id"] == "SC209"]
    assert code == 1 and why in wrong["messages"][0] and wrong["tasks"] == [answers.task_id(0)]
    assert "SC206" not in {f["id"] for f in told["findings"]}, "nothing is registered, so nothing is left over"


def test_a_registration_of_another_services_task_is_found(aws: Stubbed) -> None:
    is_described(aws, "web")
    has_surroundings(aws)
    finds(aws, 0, 1)
    describes(aws, answers.task(0), answers.task(1, group="service:orders"))
    has_neighbours(aws)
    instance = {"Instance": {"Id": answers.task_id(1), "Attributes": answers.attributes(1)}}
    aws.answer("servicediscovery", "get_instance", instance, ServiceId="srv-nginx", InstanceId=answers.task_id(1))
    code, told = check(*IN_WEB)
    (stray,) = [f for f in told["findings"] if f["id"] == "SC206"]
    assert code == 1 and failing(told) == {"SC106", "SC206"} and stray["severity"] == "critical"
    assert stray["tasks"] == [answers.task_id(1)] and "orders" in stray["messages"][0]


def test_a_task_that_was_called_off_before_it_had_a_log_leaves_no_question(aws: Stubbed) -> None:
    log = {"logDriver": "awslogs", "options": {"awslogs-group": "g", "awslogs-stream-prefix": "p"}}
    raw = answers.service("web")
    raw["deployments"][0]["serviceConnectConfiguration"]["logConfiguration"] = log
    raw |= {"runningCount": 0}
    stopped = answers.task(0, lastStatus="STOPPED", stoppedAt=NOW, stopCode="ServiceSchedulerInitiated")
    stopped.pop("startedAt")
    aws.answer("ecs", "describe_services", {"services": [raw]}, cluster="tutorial", services=["web"], include=["TAGS"])
    has_surroundings(aws)
    finds(aws)
    lists(aws)
    lists(aws, 0, desired="STOPPED")
    describes(aws, stopped)
    groups = {"logGroups": [{"logGroupName": "g"}]}
    aws.answer("logs", "describe_log_groups", groups, logGroupNamePrefix="g")
    has_neighbours(aws)
    aws.refuse("logs", "get_log_events", "ResourceNotFoundException")
    code, told = check(*IN_WEB)
    assert (code, failing(told), failing(told, "unknown")) == (2, set(), {"SC904"}), "only that no task runs"


def test_services_that_collide_are_found_by_their_namespace(aws: Stubbed) -> None:
    is_seen(aws)
    has_neighbours(aws, "orders")
    code, told = check(*IN_WEB)
    assert code == 1 and failing(told) == {"SC105", "SC106"}


def test_R12_what_a_deleted_service_left_is_told_at_once(aws: Stubbed) -> None:
    left = answers.cloud_map_service()["Service"]
    left |= {"Id": "srv-left", "Name": "orders", "Description": left["Description"].replace("/web", "/orders")}
    is_seen(aws, left)
    has_neighbours(aws)
    described = {"cluster": "tutorial", "services": ["orders"], "include": ["TAGS"]}
    aws.answer("ecs", "describe_services", answers.no_service("orders"), **described)
    _, told = check(*IN_WEB)
    assert failing(told) == {"SC106", "SC208"}
    (found,) = [f for f in told["findings"] if f["id"] == "SC208"]
    assert "orders (srv-left) is left of" in found["messages"][0]
    assert (found["cluster"], found["service"]) == ("tutorial", ""), "it is no fault of the service that is still there"


def test_a_namespace_is_gone_through_once_a_run(aws: Stubbed, monkeypatch: pytest.MonkeyPatch) -> None:
    around = Neighbourhoods()
    assert around.first(answers.NAMESPACE) and not around.first(answers.NAMESPACE), "by another look of the run"
    monkeypatch.setattr(looking, "Neighbourhoods", lambda: around)
    left = answers.cloud_map_service()["Service"]
    is_seen(aws, left | {"Id": "srv-left", "Description": left["Description"].replace("/web", "/orders")})
    has_neighbours(aws)
    _, told = check(*IN_WEB)  # that orders is asked for would be refused
    assert failing(told) == {"SC106"} and "SC208" not in {f["id"] for f in told["findings"]}


def test_what_is_refused_is_unknown_and_says_what_to_allow(aws: Stubbed) -> None:
    is_described(aws, "web")
    aws.refuse("servicediscovery", "list_namespaces", "AccessDeniedException")
    aws.answer("servicediscovery", "get_namespace", answers.namespace(), Id="ns-vdpucf3aztj23ecw")
    stands_around(aws)
    finds(aws, 0)
    describes(aws, answers.task(0))
    code, told = check(*IN_WEB)
    assert code == 1 and failing(told) == {"SC106", "SC902"}
    blind = {f["id"]: f["messages"] for f in told["findings"] if f["status"] == "unknown"}
    assert "servicediscovery:ListNamespaces is refused" in blind["SC105"][0] and "SC110" in blind
    (refused,) = [f for f in told["findings"] if f["id"] == "SC902"]
    assert "servicediscovery:ListNamespaces" in refused["messages"][0]


def test_a_service_that_cannot_be_read_is_unknown_and_never_passes(aws: Stubbed) -> None:
    aws.refuse("ecs", "describe_services", "ThrottlingException")
    code, told = check(*IN_WEB)
    assert code == 2 and failing(told, "pass") == set() and "SC101" in failing(told, "unknown")


def test_clusters_that_cannot_be_listed_are_no_clean_estate(aws: Stubbed) -> None:
    aws.refuse("ecs", "list_clusters", "ThrottlingException")
    code, told = check("--all")
    assert code == 2 and failing(told, "unknown") == {"SC904"}
    aws.refuse("ecs", "list_services", "ThrottlingException")
    code, told = check("--cluster", "tutorial")
    assert code == 2 and [f["cluster"] for f in told["findings"]] == ["tutorial"]


def test_without_any_option_the_only_cluster_is_meant(aws: Stubbed) -> None:
    has_clusters(aws, "tutorial")
    has_services(aws, "tutorial")
    assert check()[0] == 0


def test_with_several_clusters_one_must_choose_or_take_all(aws: Stubbed) -> None:
    has_clusters(aws, "tutorial", "other")
    code, told = check()
    assert code == 64 and "there are 2 clusters" in told["said"] and "(other, tutorial)" in told["said"]
    has_clusters(aws, "tutorial", "other")
    has_services(aws, "other")
    has_services(aws, "tutorial")
    assert check("--all")[0] == 0
    assert check("--all", "--cluster", "tutorial")[0] == 64


def test_what_does_not_exist_is_said(aws: Stubbed) -> None:
    aws.refuse("ecs", "list_services", "ClusterNotFoundException")
    aws.refuse("ecs", "list_clusters", "AccessDeniedException")
    form = "A service is named as CLUSTER/SERVICE, or by --all --service SERVICE."
    told = f"scaudit: there is no cluster nosuch in {REGION}: is it in another --region? {form}\n"
    assert check("--cluster", "nosuch")[1]["said"] == told, "what there is may not be read"
    has_clusters(aws)
    assert f"there is no cluster in {REGION}" in check()[1]["said"]


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        ("prd", f"there is no cluster prd in {REGION}: did you mean prod, or another --region?"),
        (
            "zz",
            f"there is no cluster zz in {REGION}, only prod, staging: is it in another --region? A service is named",
        ),
        ("5ad776f3", "that looks like a task's id, and a task is asked for by scaudit describe CLUSTER/SERVICE TASK"),
    ],
)
def test_a_cluster_that_is_not_there_is_told_with_those_that_are(aws: Stubbed, asked: str, says: str) -> None:
    aws.refuse("ecs", "list_services", "ClusterNotFoundException")
    has_clusters(aws, "staging", "prod")
    code, told = check(asked)
    assert code == 64 and says in told["said"]


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        ("paymnts", f"there is no service prod/paymnts in {REGION}: did you mean prod/payments, or another --region?"),
        ("nosuch", f"there is no service prod/nosuch in {REGION}, only prod/orders, prod/payments: is it in another"),
        (f"{'5ad776f3' * 4}", "that looks like a task's id"),
    ],
)
def test_a_service_that_is_not_there_is_told_with_those_that_are(aws: Stubbed, asked: str, says: str) -> None:
    aws.answer(
        "ecs", "describe_services", answers.no_service(asked), cluster="prod", services=[asked], include=["TAGS"]
    )
    has_services(aws, "prod", "orders", "payments")
    code, told = check(f"prod/{asked}")
    assert code == 64 and says in told["said"]


def test_a_service_of_a_cluster_that_is_not_there_is_told_so(aws: Stubbed) -> None:
    aws.refuse("ecs", "describe_services", "ClusterNotFoundException")
    aws.refuse("ecs", "list_services", "ClusterNotFoundException")
    has_clusters(aws, "prod")
    code, told = check("prd/web")
    assert code == 64 and f"there is no cluster prd in {REGION}: did you mean prod" in told["said"]


def test_a_namespace_that_is_not_there_is_told_with_those_that_are(aws: Stubbed) -> None:
    aws.refuse("ecs", "list_services_by_namespace", "NamespaceNotFoundException")
    space = answers.namespace()["Namespace"]
    aws.answer("servicediscovery", "list_namespaces", {"Namespaces": [space | {"Name": "shop"}]}, MaxResults=100)
    code, told = check("--namespace", "shp")
    assert code == 64 and f"there is no namespace shp in {REGION}: did you mean shop" in told["said"]


def test_the_arn_of_a_task_is_no_target_and_it_is_said_what_is() -> None:
    code, told = check(f"{ARN}:task/prod/{'5ad776f3' * 4}")
    assert code == 64 and "is the ARN of a task: a task is asked for by scaudit describe" in told["said"]


def test_services_without_service_connect_are_counted_and_left_out(aws: Stubbed) -> None:
    has_services(aws, "tutorial", "batch", "web")
    is_described(aws, "batch", "web", serviceConnectConfiguration={"enabled": False})
    code, told = check("--cluster", f"{ARN}:cluster/tutorial")
    assert (code, told["summary"]["notes"]) == (0, ["2 services: takes no part in Service Connect"])


def test_a_namespace_leads_to_its_services_of_any_cluster(aws: Stubbed) -> None:
    def listed() -> None:
        arns = [f"{ARN}:service/{name}" for name in ("tutorial/web", "other/api", "tutorial/orders")]
        aws.answer("ecs", "list_services_by_namespace", {"serviceArns": arns}, maxResults=100, namespace="mesh")

    off = {"serviceConnectConfiguration": {"enabled": False}}
    listed()
    raw = {"services": [answers.service("api", **off)]}
    aws.answer("ecs", "describe_services", raw, cluster="other", services=["api"], include=["TAGS"])
    is_described(aws, "orders", "web", **off)
    assert check("--namespace", "mesh")[0] == 0
    listed()
    is_described(aws, "web", **off)
    assert check("--namespace", "mesh", "--cluster", "tutorial", "--service", "web")[0] == 0


def test_waiting_ends_as_soon_as_nothing_is_pending(aws: Stubbed, monkeypatch: pytest.MonkeyPatch) -> None:
    coming = answers.task(0, lastStatus="PENDING", createdAt=NOW)
    coming.pop("startedAt")
    slept: list[float] = []
    monkeypatch.setattr(running.time, "sleep", slept.append)
    for task in (coming, answers.task(0)):
        is_described(aws, "web")
        if task is coming:
            has_surroundings(aws)
        else:
            aws.answer("servicediscovery", "list_namespaces", {"Namespaces": []}, MaxResults=100)
            aws.answer("servicediscovery", "get_namespace", answers.namespace(), Id="ns-vdpucf3aztj23ecw")
            aws.answer("servicediscovery", "list_services", {"Services": []}, MaxResults=100, Filters=MESH)
        finds(aws, 0)
        describes(aws, task)
        if task is coming:
            asked = {"cluster": "tutorial", "maxResults": 100, "desiredStatus": "RUNNING", "serviceName": "web"}
            aws.answer("ecs", "list_tasks", {"taskArns": [task["taskArn"]]}, **asked)
            none = {"services": [answers.service() | {"runningCount": 0}]}
            aws.answer("ecs", "describe_services", none, cluster="tutorial", services=["web"], include=["TAGS"])
        has_neighbours(aws)
    told = check("--cluster", "tutorial", "--service", "web", "--wait", "60")[1]
    assert slept == [2.0]
    assert failing(told, "pending") == set() and "SC201" in failing(told, "pass")


def test_settings_that_do_not_do_are_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_DEFAULT_REGION")
    monkeypatch.delenv("AWS_REGION", raising=False)
    monkeypatch.setenv("AWS_CONFIG_FILE", "/nowhere")
    with pytest.raises(Refused, match="no Region is named"):
        region_of(open_session(""))
    with pytest.raises(Refused, match="nosuch"):
        open_session("nosuch")


@pytest.mark.parametrize(
    ("endpoint", "prefixed"),
    [("", True), ("http://127.0.0.1:4566", False), ("https://vpce-1.servicediscovery.eu-west-1.amazonaws.com", True)],
)
def test_only_aws_has_the_host_of_discovery(monkeypatch: pytest.MonkeyPatch, endpoint: str, prefixed: bool) -> None:
    if endpoint:
        monkeypatch.setenv("AWS_ENDPOINT_URL", endpoint)
    config = ways_of(open_session(""))(REGION).clients["servicediscovery"].meta.config
    assert (config.inject_host_prefix is not False) == prefixed


def test_the_names_of_a_list_spare_further_reads(aws: Stubbed) -> None:
    """The namespaces' list has the HttpName, and that of their services what GetService tells: neither is asked for."""
    is_described(aws, "web")
    space = answers.namespace()["Namespace"]
    aws.answer("servicediscovery", "list_namespaces", {"Namespaces": [space]}, MaxResults=100)
    definition = {"taskDefinition": answers.task_definition()}
    aws.answer("ecs", "describe_task_definition", definition, taskDefinition=f"{ARN}:task-definition/web:1")
    listed = {"Services": [answers.cloud_map_service()["Service"] | {"Id": "srv-nginx"}]}
    aws.answer("servicediscovery", "list_services", listed, MaxResults=100, Filters=MESH)
    finds(aws, 0)
    describes(aws, answers.task(0))
    has_neighbours(aws)
    code, told = check("tutorial/web", "--no-settle")
    assert code == 2 and {"SC101", "SC104", "SC110"} <= failing(told, "pass")


@pytest.mark.parametrize("target", ["tutorial", f"{ARN}:cluster/tutorial"])
def test_a_cluster_is_named_by_itself(aws: Stubbed, target: str) -> None:
    has_services(aws, "tutorial")
    assert check(target)[0] == 0


def test_a_service_is_named_by_its_cluster_or_arn(aws: Stubbed) -> None:
    for target in ("tutorial/web", f"{ARN}:service/tutorial/web"):
        aws.answer(
            "ecs", "describe_services", answers.no_service(), cluster="tutorial", services=["web"], include=["TAGS"]
        )
        has_services(aws, "tutorial")
        assert "there is no service tutorial/web" in check(target)[1]["said"]
    for wrong in (("a/b/c",), ("a/",), ("a", "--cluster", "b"), ("a/b", "--service", "c"), ("a", "--all")):
        assert check(*wrong)[0] == 64


def test_an_interrupted_run_tells_what_it_knows_and_nothing_is_called_healthy(
    aws: Stubbed, monkeypatch: pytest.MonkeyPatch
) -> None:
    has_services(aws, "tutorial", "web", "orders")

    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(running, "as_completed", interrupt)
    monkeypatch.setattr(looking.Region, "_look", lambda *_: (0, ()))
    code, told = check("tutorial")
    assert code == 130 and told["summary"]["healthy"] == 0 and told["summary"]["interrupted"]
    assert [f["messages"] for f in told["findings"]] == [["2 of 2 services were not looked at"]]
    monkeypatch.setattr(running.Run, "_list", interrupt)
    code, told = check("tutorial")
    assert code == 130 and [f["status"] for f in told["findings"]] == ["unknown"]


def test_whatever_does_not_answer_is_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(start, "ways_of", ways_of)
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{closed.getsockname()[1]}"
    monkeypatch.setenv("AWS_ENDPOINT_URL", address)
    result = CliRunner().invoke(app, ["check", "tutorial"])
    assert (result.exit_code, result.stdout) == (2, "")
    assert address in result.stderr and result.stderr.count("\n") == 1
    result = CliRunner().invoke(app, ["check", "tutorial", "--output", "sarif"])
    (run,) = json.loads(result.stdout)["runs"]
    assert result.exit_code == 2 and not run["invocations"][0]["executionSuccessful"]


def test_several_regions_are_one_run(monkeypatch: pytest.MonkeyPatch) -> None:
    """A cluster that is not in one of them is a note, and one that is nowhere is wrong usage."""
    made: dict[str, Stubbed] = {}

    monkeypatch.setattr(start, "ways_of", lambda session: lambda region: way(made[region].clients))
    with Stubbed() as here, Stubbed() as there:
        made |= {"eu-west-1": here, "us-east-1": there}
        has_services(here, "tutorial")
        there.refuse("ecs", "list_services", "ClusterNotFoundException")
        has_clusters(there, "other")
        code, told = check("tutorial", "--region", "eu-west-1", "-r", "us-east-1")
        assert code == 0 and told["summary"]["regions"] == ["eu-west-1", "us-east-1"]
        assert told["summary"]["notes"] == ["there is no cluster tutorial in us-east-1"]
        for each in (here, there):
            each.refuse("ecs", "list_services", "ClusterNotFoundException")
            has_clusters(each)
        assert check("tutorial", "--region", "eu-west-1", "--region", "us-east-1")[0] == 64


def test_all_regions_are_those_that_the_account_has_enabled(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(start, "enabled_regions", lambda session: ["eu-west-1", "us-east-1"])
    made = {name: Stubbed() for name in ("eu-west-1", "us-east-1")}
    monkeypatch.setattr(start, "ways_of", lambda session: lambda region: way(made[region].clients))
    with made["eu-west-1"] as one, made["us-east-1"] as two:
        has_clusters(one, "a", "b")
        has_services(one, "a")
        has_services(one, "b")
        two.refuse("ecs", "list_clusters", "AccessDeniedException")
        code, told = check("--all-regions")
    assert code == 2 or code == 1
    assert {(f["region"], f["status"]) for f in told["findings"]} == {("us-east-1", "unknown"), ("us-east-1", "fail")}
    assert check("--all-regions", "--region", "eu-west-1")[0] == 64


def test_the_regions_of_an_account_are_listed(monkeypatch: pytest.MonkeyPatch) -> None:
    session = open_session("")
    client = session.create_client("account", region_name=REGION)
    monkeypatch.setattr(session, "create_client", lambda name, **_: client)
    with Stubber(client) as stubber:
        asked = {"RegionOptStatusContains": ["ENABLED", "ENABLED_BY_DEFAULT"]}
        pages = (
            {"Regions": [{"RegionName": "us-east-1"}], "NextToken": "n"},
            {"Regions": [{"RegionName": "af-south-1"}]},
        )
        stubber.add_response("list_regions", pages[0], asked)
        stubber.add_response("list_regions", pages[1], asked | {"NextToken": "n"})
        assert enabled_regions(session) == ["af-south-1", "us-east-1"]
        stubber.add_client_error("list_regions", "AccessDeniedException")
        with pytest.raises(Refused, match="account:ListRegions is refused"):
            enabled_regions(session)


@pytest.mark.parametrize(
    "events",
    [
        [{"logStreamName": "a", "timestamp": 1, "message": "null", "eventId": "1"}],
        [{"logStreamName": "a", "message": None}],
        [{}, {"message": 'a "quoted" \\n line'}],
        None,
        [],
    ],
)
def test_log_events_are_read_as_botocore_reads_them(events: object) -> None:
    answer = {"events": events, "nextToken": "t", "searchedLogStreams": [{"logStreamName": "a"}]}
    model = boto3.client("logs", region_name=REGION).meta.service_model.operation_model("FilterLogEvents")

    def parsed(body: bytes) -> dict[str, Any]:
        told = create_parser("json").parse({"status_code": 200, "headers": {}, "body": body}, model.output_shape)
        return {name: value for name, value in told.items() if name != "ResponseMetadata"}

    raw = {"status_code": 200, "headers": {}, "body": json.dumps(answer).encode()}
    expected, custom = parsed(raw["body"]), dict[str, Any]()
    plain_events(response_dict=raw, customized_response_dict=custom)
    assert parsed(raw["body"]) | custom == expected
