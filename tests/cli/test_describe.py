"""`scaudit describe` on laid-out answers of AWS: what it tells of a service, and of what it could not see."""

import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from moto import mock_aws
from typer.testing import CliRunner

from scaudit.judge.rules import Rules
from scaudit.model import Severity
from scaudit.model.mentioned_names import digests
from scaudit.proxylog import Line
from scaudit_cli.app import app
from scaudit_cli.ask.verified import Verified
from scaudit_cli.check.scope import Scope
from scaudit_cli.check.start import started
from scaudit_cli.describe import clients, record, text
from scaudit_cli.describe.command import chosen
from scaudit_cli.usage import Refused
from tests.builders import ARN, DEFINITION, NOW, ORDERS, REGION, REGISTERED, TASK, TASK_ID, WEB
from tests.cli.laid_out import asks, has_clusters, has_neighbours, has_services, has_surroundings, is_described, is_seen
from tests.cli.stack_desk import PORT, StackDesk
from tests.cli.terminal import Terminal
from tests.fakes import answers
from tests.fakes.described import COMING, GONE, LOG, blind, described, on_page
from tests.fakes.laid_out import describes, finds, lists
from tests.fakes.stubbed import Stubbed

MINE = "tutorial/web"
GOLDEN = Path(__file__).parents[1] / "golden"


@pytest.fixture(autouse=True)
def _asks(aws: Stubbed, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of no stack, unless a test has one."""

    def none(stack: str, *_: str) -> None:
        raise Refused(f"no stack {stack} in {REGION}")

    asks(aws, monkeypatch)
    monkeypatch.setattr(record, "find", none)


def run(*asked: str) -> tuple[int, str]:
    result = CliRunner().invoke(app, ["describe", *asked])
    assert isinstance(result.exception, SystemExit | None), result.exception
    return result.exit_code, result.output


def told(*asked: str) -> tuple[int, dict[str, Any]]:
    code, out = run(*asked, "--output", "json")
    return code, json.loads(out)


def names(name: str, arn: str) -> dict[str, Any]:
    """A task definition whose container has this in its environment."""
    container = {"name": "app", "environment": [{"name": "URL", "value": name}]}
    return {"taskDefinition": {"taskDefinitionArn": arn, "networkMode": "awsvpc", "containerDefinitions": [container]}}


def test_a_healthy_service_is_told_as_ecs_and_cloud_map_have_it(aws: Stubbed) -> None:
    is_seen(aws)
    has_neighbours(aws)
    code, page = told(MINE)
    [row] = page["registrations"]
    assert code == 2, "its log goes nowhere, so its proxies cannot be judged"
    assert (row["id"], row["port"], row["zone"]) == (answers.task_id(0), "80", "ap-northeast-1a")
    assert row["task"]["status"] == "RUNNING" and row["address"] == row["task"]["address"]
    [deployment] = page["configuration"]["deployments"]
    assert deployment["primary"] and deployment["endpoints"][0]["container_port"] == 80
    assert (
        page["clients"]["endpoints"] == [{"endpoint": "nginx", "known": [], "hidden": ""}]
        and page["on_record"]["unknown"]
    )


def test_the_arn_of_a_service_names_its_region_too(aws: Stubbed) -> None:
    is_seen(aws)
    has_neighbours(aws)
    arn = f"{ARN}:service/tutorial/web".replace(REGION, "eu-west-1")
    assert told(arn)[1]["region"] == "eu-west-1"


def test_of_two_services_of_a_name_one_must_be_named(aws: Stubbed) -> None:
    has_clusters(aws, "one", "two")
    for cluster in ("one", "two"):
        raw = answers.service("web") | {"serviceArn": f"{ARN}:service/{cluster}/web"}
        aws.answer("ecs", "describe_services", {"services": [raw]}, cluster=cluster, services=["web"], include=["TAGS"])
    code, out = run("web")
    assert (code, out) == (64, f"scaudit: there are 2 services web in {REGION}: name one of one/web, two/web\n")


def test_a_name_alone_is_found_in_the_cluster_that_has_it(aws: Stubbed) -> None:
    has_clusters(aws, "other", "tutorial")
    aws.answer("ecs", "describe_services", answers.no_service(), cluster="other", services=["web"], include=["TAGS"])
    is_described(aws, "web")
    is_seen(aws)
    has_neighbours(aws)
    assert told("web")[1]["cluster"] == "tutorial"


def test_a_name_that_no_cluster_has_is_one_sentence(aws: Stubbed) -> None:
    has_clusters(aws, "one", "two")
    for cluster in ("one", "two"):
        aws.answer(
            "ecs", "describe_services", answers.no_service(), cluster=cluster, services=["web"], include=["TAGS"]
        )
    has_services(aws, "one", "webb")
    has_services(aws, "two", "orders")
    told = f"scaudit: there is no service web in any of the 2 clusters of {REGION}: did you mean one/webb, or another"
    assert run("web") == (64, f"{told} --region?\n")


def test_a_cluster_that_may_not_be_read_leaves_a_name_open(aws: Stubbed) -> None:
    has_clusters(aws, "one", "two")
    aws.refuse("ecs", "describe_services", "AccessDeniedException")
    aws.answer("ecs", "describe_services", answers.no_service(), cluster="two", services=["web"], include=["TAGS"])
    code, out = run("web")
    assert code == 64 and "which cluster" in out and "ecs:DescribeServices is refused" in out


@pytest.mark.parametrize("asked", ["", "a/b/c", "/web", "tutorial/"])
def test_what_is_no_name_is_one_sentence(asked: str) -> None:
    code, out = run(asked)
    assert code == 64 and len(out.strip().splitlines()) == 1


def test_a_service_outside_service_connect_is_one_sentence(aws: Stubbed) -> None:
    raw = answers.service("web")
    raw["deployments"][0]["serviceConnectConfiguration"] = {"enabled": False}
    aws.answer("ecs", "describe_services", {"services": [raw]}, cluster="tutorial", services=["web"], include=["TAGS"])
    assert run(MINE) == (64, "scaudit: tutorial/web takes no part in Service Connect\n")


def test_clusters_that_may_not_be_listed_are_one_sentence(aws: Stubbed) -> None:
    aws.refuse("ecs", "list_clusters", "AccessDeniedException")
    code, out = run("web")
    assert code == 64 and "ecs:ListClusters is refused" in out and len(out.strip().splitlines()) == 1


def test_a_service_that_may_not_be_read_is_unknown_and_names_the_action(aws: Stubbed) -> None:
    aws.refuse("ecs", "describe_services", "AccessDeniedException")
    code, out = run(MINE)
    assert code == 1 and out.count("not known: ecs:DescribeServices is refused") == 3


def test_a_service_of_a_shape_not_known_is_unknown(aws: Stubbed) -> None:
    raw = answers.service("web") | {"deployments": [{"id": "ecs-svc/1"}]}
    aws.answer("ecs", "describe_services", {"services": [raw]}, cluster="tutorial", services=["web"], include=["TAGS"])
    code, page = told(MINE)
    assert code == 1 and page["configuration"]["unknown"] == page["registrations"][0]["unknown"] != ""


def test_registrations_that_may_not_be_read_are_unknown_and_no_task_is_called_unregistered(aws: Stubbed) -> None:
    is_described(aws, "web")
    has_surroundings(aws)
    aws.refuse("servicediscovery", "discover_instances", "AccessDeniedException")
    lists(aws, 0)
    describes(aws, answers.task(0))
    has_neighbours(aws)
    code, out = run(MINE)
    assert code == 1 and "nginx: not known: servicediscovery:DiscoverInstances is refused" in out
    assert "not registered" not in out


def test_a_running_task_without_a_registration_is_told(aws: Stubbed) -> None:
    is_described(aws, "web")
    has_surroundings(aws)
    finds(aws)
    lists(aws, 0)
    describes(aws, answers.task(0))
    has_neighbours(aws)
    aws.refuse("servicediscovery", "get_instance", "InstanceNotFound")
    describes(aws, answers.task(0))
    code, out = run(MINE)
    assert code == 1 and f"{answers.task_id(0)[:8]}  not registered  RUNNING" in out
    assert "nginx: 0 registrations" in out


def test_what_was_doubted_and_is_well_when_read_again_is_told_as_it_is(aws: Stubbed) -> None:
    is_seen(aws, AWS_INSTANCE_PORT="81")
    instance = {"Instance": {"Id": answers.task_id(0), "Attributes": answers.attributes(0)}}
    has_neighbours(aws)
    aws.answer("servicediscovery", "get_instance", instance, ServiceId="srv-nginx", InstanceId=answers.task_id(0))
    describes(aws, answers.task(0))
    assert [row["port"] for row in told(MINE)[1]["registrations"]] == ["80"]


def test_what_could_not_be_read_again_is_told_as_it_was_seen(aws: Stubbed) -> None:
    is_seen(aws, AWS_INSTANCE_PORT="81")
    has_neighbours(aws)
    aws.refuse("servicediscovery", "get_instance", "AccessDeniedException")
    describes(aws, answers.task(0))
    code, page = told(MINE)
    assert [row["port"] for row in page["registrations"]] == ["81"] and code == 1
    assert {f["status"] for f in page["findings"] if f["id"] == "SC203"} == {"unknown"}


def test_clients_are_told_certain_or_not_and_stale_or_not(aws: Stubbed) -> None:
    said = {"early": ("http://nginx.mesh:80/", NOW - timedelta(days=99)), "late": ("http://nginx.mesh:80/", NOW)}
    said["other"] = ("http://other.mesh:80/", NOW - timedelta(days=99))
    others = []
    for name, (_, deployed) in said.items():
        raw = answers.service(name)
        deployment = raw["deployments"][0]
        deployment["serviceConnectConfiguration"] |= {"services": []}
        deployment |= {"createdAt": deployed, "taskDefinition": f"{ARN}:task-definition/{name}:1"}
        deployment["serviceConnectResources"] = []
        others.append(raw)
    is_seen(aws)
    arns = {"serviceArns": [f"{ARN}:service/tutorial/{name}" for name in (*said, "web")]}
    aws.answer("ecs", "list_services_by_namespace", arns, maxResults=100, namespace=answers.NAMESPACE)
    asked = {"cluster": "tutorial", "services": [*said], "include": ["TAGS"]}
    aws.answer("ecs", "describe_services", {"services": others}, **asked)
    for name, (value, _) in said.items():
        arn = f"{ARN}:task-definition/{name}:1"
        aws.answer("ecs", "describe_task_definition", names(value, arn), taskDefinition=arn)
    page = told(MINE)[1]
    [known] = page["clients"]["endpoints"]
    advice = [f for f in page["findings"] if f["severity"] == "info"]
    assert [f["id"] for f in advice] == ["SC402"], "what to do about a stale client is told without --verbose"
    (command,) = advice[0]["run"]
    assert "aws ecs update-service" in command and "early" in command, "what does not name it need not be deployed"
    assert known["hidden"] == ""
    assert known["known"] == [
        {"service": "tutorial/early", "certain": True, "stale": True, "named": True, "calls": False},
        {"service": "tutorial/late", "certain": True, "stale": False, "named": True, "calls": False},
    ]


def calls(aws: Stubbed, *services: str, cluster: str = "tutorial", endpoint: str = "nginx") -> None:
    """The metrics that the proxies of these services have of an endpoint, each on a page of its own."""
    target = {"Name": "TargetDiscoveryName", "Value": "nginx"}
    names = [{"Name": "ClusterName"}, {"Name": "ServiceName"}, target]
    asked: dict[str, Any] = {"Namespace": "AWS/ECS", "Dimensions": names, "RecentlyActive": "PT3H"}
    for number, name in enumerate(services):
        values = {"ClusterName": cluster, "ServiceName": name, "TargetDiscoveryName": endpoint}
        metric = {"Dimensions": [{"Name": name, "Value": value} for name, value in values.items()]}
        more = {} if name == services[-1] else {"NextToken": str(number + 1)}
        page = {"NextToken": str(number)} if number else {}
        aws.answer("cloudwatch", "list_metrics", {"Metrics": [metric]} | more, **asked, **page)


def is_named(aws: Stubbed, *by: str) -> None:
    """Beside it, these services name its endpoint, and one more does not."""
    others = {**dict.fromkeys(by, "http://nginx.mesh:80/"), "mute": "nothing"}
    raw = [answers.service(name) for name in others]
    for each in raw:
        each["deployments"][0] |= {"taskDefinition": f"{ARN}:task-definition/{each['serviceName']}:1"}
        each["deployments"][0]["serviceConnectConfiguration"] |= {"services": []}
        each["deployments"][0]["serviceConnectResources"] = []
    is_seen(aws)
    arns = {"serviceArns": [f"{ARN}:service/tutorial/{name}" for name in (*others, "web")]}
    aws.answer("ecs", "list_services_by_namespace", arns, maxResults=100, namespace=answers.NAMESPACE)
    asked = {"cluster": "tutorial", "services": [*others], "include": ["TAGS"]}
    aws.answer("ecs", "describe_services", {"services": raw}, **asked)
    for name, value in others.items():
        arn = f"{ARN}:task-definition/{name}:1"
        aws.answer("ecs", "describe_task_definition", names(value, arn), taskDefinition=arn)


def test_who_was_counted_calling_is_told_beside_who_names_it(aws: Stubbed) -> None:
    is_named(aws, "idle", "late")
    calls(aws, "late", "mute", "web", "stranger")
    page = told(MINE)[1]["clients"]
    [known] = page["endpoints"]
    assert page["uncounted"] == ""
    assert [(each["service"], each["named"], each["calls"]) for each in known["known"]] == [
        ("tutorial/idle", True, False),
        ("tutorial/late", True, True),
        ("tutorial/mute", False, True),
    ], "itself is none of its clients, nor is a service of another namespace that calls one of the same name"


@pytest.mark.parametrize("elsewhere", [{"cluster": "other"}, {"endpoint": "nginx-2"}])
def test_a_call_of_another_cluster_or_endpoint_is_not_this_ones(aws: Stubbed, elsewhere: dict[str, str]) -> None:
    is_named(aws, "late")
    calls(aws, "late", **elsewhere)
    out = run(MINE)[1]
    assert "CloudWatch has no calls over HTTP in the last three hours; it counts no TCP" in out
    assert "each was deployed after it: none must be deployed again" in out


@pytest.mark.parametrize("odd", [{"Metrics": [{"Dimensions": [{"Name": "ServiceName"}]}]}, {"Metrics": "many"}, {}])
def test_who_calls_is_not_known_of_an_odd_answer(aws: Stubbed, odd: dict[str, Any]) -> None:
    is_named(aws, "late")
    aws.clients["cloudwatch"].list_metrics = lambda **_: odd  # type: ignore[attr-defined]
    page = told(MINE)[1]
    assert "cloudwatch:ListMetrics answered about nginx in a shape not known" in page["clients"]["uncounted"]
    assert {each["id"] for each in page["findings"] if each["status"] == "unknown"}.isdisjoint({"SC901", "SC902"})


def test_who_may_not_ask_who_calls_is_told_so_and_nothing_is_worse_for_it(aws: Stubbed) -> None:
    is_named(aws, "late")
    aws.refuse("cloudwatch", "list_metrics", "AccessDenied", "not authorized to perform: cloudwatch:ListMetrics")
    page = told(MINE)[1]
    assert "cloudwatch:ListMetrics" in page["clients"]["uncounted"]
    assert "SC902" not in {each["id"] for each in page["findings"]}


def test_a_client_that_may_not_be_looked_into_leaves_it_open_whether_it_is_one(aws: Stubbed) -> None:
    raw = answers.service("shop")
    raw["deployments"][0] |= {"taskDefinition": f"{ARN}:task-definition/shop:1"}
    is_seen(aws)
    arns = {"serviceArns": [f"{ARN}:service/tutorial/{name}" for name in ("shop", "web")]}
    aws.answer("ecs", "list_services_by_namespace", arns, maxResults=100, namespace=answers.NAMESPACE)
    aws.answer("ecs", "describe_services", {"services": [raw]}, cluster="tutorial", services=["shop"], include=["TAGS"])
    aws.refuse("ecs", "describe_task_definition", "AccessDeniedException")
    out = run(MINE)[1]
    assert "nginx is named by nobody that was looked at" in out
    assert "there may be more: 1 of 2 task definitions were not looked into" in out


def test_of_a_large_namespace_so_many_are_looked_into_and_who_waits_is_told(
    aws: Stubbed, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    read: list[str] = []

    def definition(reads: Any, cluster: str, arn: str) -> Any:
        read.append(arn)
        return replace(DEFINITION, arn=arn, words=digests([("command of app", "http://nginx.shop:80")]))

    monkeypatch.setattr(clients.ecs, "task_definition", definition)
    many = tuple(
        replace(ORDERS, arn=f"{ORDERS.arn}-{n}", service=f"orders-{n}", task_definition=f"{ARN}:task-definition/o:{n}")
        for n in range(clients.MOST_DEFINITIONS + 5)
    )
    found = clients.clients(aws.reads, replace(WEB, neighbours=many)).of
    assert isinstance(found, dict) and len(set(read)) == len(read) == clients.MOST_DEFINITIONS
    assert len(found["nginx"].known) == clients.MOST_DEFINITIONS
    assert found["nginx"].hidden == "5 of 206 task definitions were not looked into"
    assert capsys.readouterr().err == "looking for clients in 200 task definitions of the namespace\n"


def test_a_namespace_whose_services_may_not_be_listed_leaves_clients_unknown(aws: Stubbed) -> None:
    is_seen(aws)
    aws.refuse("ecs", "list_services_by_namespace", "AccessDeniedException")
    out = run(MINE)[1]
    assert "Clients\n  not known: ecs:ListServicesByNamespace is refused" in out


def test_what_stands_on_record_is_told_and_does_not_decide(
    aws: Stubbed, monkeypatch: pytest.MonkeyPatch, dynamodb: Any
) -> None:
    with mock_aws():
        desk = StackDesk(monkeypatch, dynamodb, record)
        desk.fails(PORT, "a1", "a2")
        is_seen(aws)
        has_neighbours(aws)
        code, out = run(MINE)
    assert code == 2 and "critical tutorial/web  SC203 nginx" in out and "2 tasks" in out
    assert "stack scaudit: tutorial was swept 0 min ago" in out


@pytest.mark.parametrize(("asked", "times"), [((MINE,), 0), ((MINE, answers.task_id(0)), 1)])
def test_of_a_task_it_is_said_whether_it_was_verified(
    aws: Stubbed, monkeypatch: pytest.MonkeyPatch, dynamodb: Any, asked: tuple[str, ...], times: int
) -> None:
    since = NOW - record.LOOKS_BACK
    monkeypatch.setattr(record, "verified", lambda _, task, *__: Verified(task, since, ()))
    with mock_aws():
        StackDesk(monkeypatch, dynamodb, record)
        is_seen(aws)
        has_neighbours(aws)
        assert run(*asked)[1].count("no line of the audit log names it since") == times


def test_a_table_that_may_not_be_read_is_one_line_and_the_rest_is_told(
    aws: Stubbed, monkeypatch: pytest.MonkeyPatch, dynamodb: Any
) -> None:
    with mock_aws():
        StackDesk(monkeypatch, dynamodb, record)
        dynamodb.delete_table(TableName="ledger")
        is_seen(aws)
        has_neighbours(aws)
        out = run(MINE)[1]
    assert "On record\n  not known: stack scaudit in" in out and "Judged now" in out


def test_names_from_outside_are_data(aws: Stubbed) -> None:
    attributes = answers.attributes(0, AvailabilityZone="\x1b[2J[red]zone\n")
    is_seen(aws, AvailabilityZone=attributes["AvailabilityZone"])
    has_neighbours(aws)
    instance = {"Instance": {"Id": answers.task_id(0), "Attributes": attributes}}
    aws.answer("servicediscovery", "get_instance", instance, ServiceId="srv-nginx", InstanceId=answers.task_id(0))
    describes(aws, answers.task(0))
    out = run(MINE)[1]
    assert "\x1b" not in out and "[red]zone" in out


def test_the_page_of_a_service_that_has_everything(golden: Any) -> None:
    golden(GOLDEN / "described.txt", on_page(described()))


def test_the_page_of_one_task_of_it(golden: Any) -> None:
    golden(GOLDEN / "described-task.txt", on_page(described(task=TASK_ID)))


def test_the_page_of_a_service_of_which_nothing_could_be_read(golden: Any) -> None:
    golden(GOLDEN / "described-blind.txt", on_page(blind()))


@pytest.mark.parametrize("task", ["", TASK_ID])
def test_nothing_is_wider_than_the_terminal_but_what_is_to_be_copied(
    monkeypatch: pytest.MonkeyPatch, task: str
) -> None:
    long = Line(201, "gRPC config for type.googleapis.com/envoy.config.listener.v3.Listener rejected: " + "word " * 30)
    shown = described(task=task)
    [(seen, known)] = [(id, one) for id, one in shown.judged.tasks.items()]
    log = replace(LOG, evidence=(long,), why="a reason " * 20)
    judged = replace(shown.judged, tasks={seen: replace(known, log=log)})
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setenv("NO_COLOR", "1")
    out = Terminal()
    text.write(replace(shown, judged=judged, record="no stack"), out)
    lines = out.getvalue().splitlines()
    for line in lines:
        assert len(line) <= 80 or len(line) - len(line.split()[-1]) <= 40, line
    assert f"  {shown.place.console}" in lines
    first = next(n for n, line in enumerate(lines) if "a reason" in line)
    assert lines[first + 1].startswith(" " * 13 + "reason")


def test_a_registration_without_a_task_and_a_task_that_comes_are_told_alone_too() -> None:
    gone, coming = described(task=GONE), described(task=COMING)
    assert [row.id for row in gone.registrations("nginx")] == [GONE] and "ECS does not know the task" in on_page(gone)  # type: ignore[union-attr]
    assert coming.registrations("nginx") == [] and "the task is PENDING: its log was not read" in on_page(coming)


def test_a_task_that_is_to_stop_is_told_so() -> None:
    shown = described()
    whole = shown.judged.whole
    assert whole
    leaving = replace(TASK, arn=TASK.arn.replace(TASK_ID, COMING), desired_status="STOPPED")
    changed = replace(whole, tasks={**whole.tasks, COMING: leaving})
    text = on_page(replace(shown, judged=replace(shown.judged, whole=changed), task=COMING))
    assert "the task is RUNNING and is to stop: its log was not read" in text


def test_what_was_seen_of_tasks_is_not_kept_of_whole_clusters(aws: Stubbed) -> None:
    is_seen(aws)
    has_neighbours(aws)
    run = started("", [""], Scope(("tutorial",), "web"), Rules(), Severity.ERROR)
    run.look()
    [judged] = run.regions[0].found.values()
    assert judged.whole and not judged.tasks, "thousands of logs would fill the memory"


def test_many_registrations_are_cut_for_people_and_what_is_wrong_comes_first() -> None:
    shown = described()
    whole = shown.judged.whole
    assert whole
    rows = {f"{n:032x}": replace(REGISTERED["nginx"], id=f"{n:032x}") for n in range(30)}
    many = replace(whole, registered={"nginx": {**rows, **whole.registered["nginx"]}, "web-admin": {}})  # type: ignore[dict-item]
    text = on_page(replace(shown, judged=replace(shown.judged, whole=many)))
    first = text.partition("33 registrations\n")[2].splitlines()[0]
    assert first.split()[:2] == [TASK_ID[:8], "172.31.0.10:9999"] and "... and 13 more: --output json lists all" in text


@pytest.mark.parametrize(
    ("known", "asked", "found"),
    [
        (["a" * 32, "b" * 32], "", ""),
        (["a" * 32, "b" * 32], "a" * 8, "a" * 32),
        (["a" * 32, "b" * 32], "b" * 32, "b" * 32),
        (["same-beginning", "same-beginning-longer"], "same-beginning", "same-beginning"),
    ],
)
def test_a_task_is_chosen_by_its_id_or_the_beginning_of_it(known: list[str], asked: str, found: str) -> None:
    assert chosen(asked, known) == found


@pytest.mark.parametrize(("asked", "says"), [("a" * 8, "there are 2 tasks"), ("c" * 8, "no task cccccccc is known")])
def test_a_task_that_is_not_one_is_refused(asked: str, says: str) -> None:
    with pytest.raises(Refused, match=says):
        chosen(asked, ["a" * 32, "a" * 31 + "b"])
