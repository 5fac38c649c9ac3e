"""Tasks, services and task definitions as ECS answers: page sizes, gone ones, odd shapes."""

import pytest

from scaudit.collect.aws import ecs
from scaudit.collect.aws.answers import service_of, task_of
from scaudit.collect.aws.definitions import task_definition_of
from scaudit.model import Service, Task, Unread
from tests.fakes import answers
from tests.fakes.stubbed import Stubbed

IDS = [answers.task_id(0), answers.task_id(1)]


@pytest.mark.parametrize("count", [1, 99, 100, 101])
def test_tasks_are_described_a_hundred_at_a_time(aws: Stubbed, count: int) -> None:
    ids = [answers.task_id(n) for n in range(count)]
    for start in range(0, count, 100):
        page = range(start, min(start + 100, count))
        tasks = [answers.task(n) for n in page]
        expected = {"cluster": "tutorial", "tasks": [answers.task_id(n) for n in page]}
        aws.answer("ecs", "describe_tasks", {"tasks": tasks, "failures": []}, **expected)
    found = ecs.tasks(aws.reads, "tutorial", ids)
    assert sorted(found) == ids and all(isinstance(task, Task) for task in found.values())


@pytest.mark.parametrize("count", [9, 10, 11])
def test_services_are_described_ten_at_a_time(aws: Stubbed, count: int) -> None:
    names = [f"web{n:02d}" for n in range(count)]
    for start in range(0, count, 10):
        page = names[start : start + 10]
        expected = {"cluster": "tutorial", "services": page, "include": ["TAGS"]}
        aws.answer("ecs", "describe_services", {"services": [answers.service(name) for name in page]}, **expected)
    assert all(isinstance(s, Service) for s in ecs.services(aws.reads, "tutorial", names).values())


def test_a_task_that_ecs_forgot_is_none_and_not_an_error(aws: Stubbed) -> None:
    failures = answers.missing("task", IDS[0])
    aws.answer("ecs", "describe_tasks", {"tasks": [], "failures": failures}, cluster="tutorial", tasks=[IDS[0]])
    assert ecs.tasks(aws.reads, "tutorial", IDS[:1]) == {IDS[0]: None}


@pytest.mark.parametrize("strange", ["by-hand", "by-hand-with-a-name-that-is-longer-than-36", IDS[0].upper()])
def test_an_id_that_no_task_has_does_not_sink_the_others(aws: Stubbed, strange: str) -> None:
    aws.answer("ecs", "describe_tasks", {"tasks": [answers.task(0)]}, cluster="tutorial", tasks=[IDS[0]])
    found = ecs.tasks(aws.reads, "tutorial", [IDS[0], strange])
    assert isinstance(found[IDS[0]], Task) and found[strange] is None


def test_ids_of_before_2018_are_asked_for(aws: Stubbed) -> None:
    old = "2f0b9f3e-4d2b-4ccf-a8c4-d454db0ee121"
    aws.answer(
        "ecs",
        "describe_tasks",
        {"tasks": [], "failures": answers.missing("task", old)},
        cluster="tutorial",
        tasks=[old],
    )
    assert ecs.tasks(aws.reads, "tutorial", [old]) == {old: None}


def test_a_refused_page_is_unread_for_each_of_its_tasks(aws: Stubbed) -> None:
    aws.refuse("ecs", "describe_tasks", "AccessDeniedException")
    found = ecs.tasks(aws.reads, "tutorial", IDS)
    assert set(found) == set(IDS) and all(isinstance(task, Unread) for task in found.values())


def test_a_task_definition_is_read_once(aws: Stubbed) -> None:
    arn = answers.task_definition()["taskDefinitionArn"]
    answer = {"taskDefinition": answers.task_definition()}
    aws.answer("ecs", "describe_task_definition", answer, taskDefinition=arn)
    first = ecs.task_definition(aws.reads, "tutorial", arn)
    assert ecs.task_definition(aws.reads, "tutorial", arn) is first


def test_a_refused_task_definition_is_asked_for_again(aws: Stubbed) -> None:
    aws.refuse("ecs", "describe_task_definition", "ThrottlingException")
    answer = {"taskDefinition": answers.task_definition()}
    aws.answer("ecs", "describe_task_definition", answer, taskDefinition="arn")
    assert isinstance(ecs.task_definition(aws.reads, "tutorial", "arn"), Unread)
    assert not isinstance(ecs.task_definition(aws.reads, "tutorial", "arn"), Unread)


def test_an_empty_page_with_a_token_is_not_the_end(aws: Stubbed) -> None:
    asked = {"cluster": "tutorial", "maxResults": 100, "desiredStatus": "RUNNING"}
    aws.answer("ecs", "list_tasks", {"taskArns": [], "nextToken": "more"}, **asked)
    aws.answer("ecs", "list_tasks", {"taskArns": [answers.task()["taskArn"]]}, **asked, nextToken="more")
    assert list(ecs.task_ids(aws.reads, "tutorial")) == [[], [answers.task_id(0)]]
    aws.answer("ecs", "list_services", {"serviceArns": [], "nextToken": "more"}, cluster="tutorial", maxResults=100)
    assert ecs.service_page(aws.reads, "tutorial", "") == ([], "more")


def test_a_page_of_tasks_that_cannot_be_read_is_the_last(aws: Stubbed) -> None:
    asked = {"cluster": "tutorial", "maxResults": 100, "desiredStatus": "RUNNING", "serviceName": "web"}
    aws.answer("ecs", "list_tasks", {"taskArns": ["a"], "nextToken": "more"}, **asked)
    aws.refuse("ecs", "list_tasks", "ThrottlingException")
    first, second = ecs.task_ids(aws.reads, "tutorial", "web")
    assert first == ["a"] and isinstance(second, Unread)


def test_the_network_interface_is_found_by_type_and_not_by_place() -> None:
    first_is_service_connect = task_of(answers.task())
    assert first_is_service_connect.address == answers.address(0)
    assert first_is_service_connect.proxy == "ecs-service-connect-oRK9o"


def test_a_bridge_task_without_attachments_has_no_address() -> None:
    bindings = [{"hostPort": 49153}, {"containerPort": 15000}]
    proxy = {"name": "ecs-service-connect-x", "lastStatus": "RUNNING", "networkBindings": bindings}
    bridge = task_of(answers.task(attachments=[], containers=[proxy]))
    assert (bridge.address, bridge.proxy_host_ports) == ("", (49153,))


def test_a_task_that_no_service_started_belongs_to_nobody() -> None:
    raw = answers.task(group="family:web")
    del raw["startedBy"]
    assert (task_of(raw).service, task_of(raw).deployment_id) == ("", "")


def test_service_connect_is_read_from_the_deployments() -> None:
    (deployment,) = service_of(answers.service()).deployments
    assert deployment.service_connect and [e.name for e in deployment.endpoints] == ["nginx"]


def test_an_override_of_zero_means_none_and_a_missing_discovery_name_is_the_port_name() -> None:
    configuration = {"enabled": True, "services": [{"portName": "nginx", "ingressPortOverride": 0}]}
    (deployment,) = service_of(answers.service(serviceConnectConfiguration=configuration)).deployments
    (endpoint,) = deployment.endpoints
    assert (endpoint.name, endpoint.ingress_port_override) == ("nginx", None)


@pytest.mark.parametrize("configuration", [{"enabled": False, "services": [{"portName": "nginx"}]}, {}])
def test_service_connect_switched_off_has_no_endpoints(configuration: dict) -> None:
    (deployment,) = service_of(answers.service(serviceConnectConfiguration=configuration)).deployments
    assert (deployment.service_connect, deployment.endpoints) == (False, ())


def test_a_task_definition_without_network_mode_is_bridge_and_unnamed_ports_do_not_count() -> None:
    raw = answers.task_definition()
    del raw["networkMode"]
    raw["containerDefinitions"].append({"name": "x", "portMappings": [{"containerPort": 81}]})
    definition = task_definition_of(raw)
    assert (definition.network_mode, definition.ports) == ("bridge", {"nginx": 80})


@pytest.mark.parametrize(
    ("counts", "idle"),
    [({"runningCount": 0, "pendingCount": 0, "desiredCount": 0}, True), ({"runningCount": 1}, False), ({}, False)],
    ids=str,
)
def test_a_deployment_without_tasks_is_one_only_where_every_count_says_so(counts: dict[str, int], idle: bool) -> None:
    (deployment,) = service_of(answers.service(**counts)).deployments
    assert deployment.idle is idle


ONE = f"{answers.CLUSTER_ARN.replace('cluster/', 'task/')}/{IDS[0]}"


@pytest.mark.parametrize(
    "failures",
    [
        [],
        [{"arn": ONE, "reason": "INTERNAL"}],
        [{"arn": ONE, "reason": "ACCESS_DENIED"}],
        [{"arn": ONE}],
        [{"arn": ONE.replace(IDS[0], IDS[1]), "reason": "MISSING"}],
        [{"arn": ONE, "reason": "MISSING"}, {"arn": ONE, "reason": "INTERNAL"}],
        [{"arn": ONE, "reason": "INTERNAL"}, {"arn": ONE, "reason": "MISSING"}],
    ],
    ids=str,
)
def test_what_ecs_neither_describes_nor_calls_missing_is_not_gone(aws: Stubbed, failures: list[dict[str, str]]) -> None:
    told = {"tasks": [], "failures": failures}
    aws.answer("ecs", "describe_tasks", told, cluster="tutorial", tasks=[IDS[0]])
    assert isinstance(ecs.tasks(aws.reads, "tutorial", IDS[:1])[IDS[0]], Unread)
    of_services = [{**each, "arn": each["arn"].replace(IDS[0], "web")} for each in failures]
    asked = {"cluster": "tutorial", "services": ["web"], "include": ["TAGS"]}
    aws.answer("ecs", "describe_services", {"services": [], "failures": of_services}, **asked)
    assert isinstance(ecs.services(aws.reads, "tutorial", ["web"])["web"], Unread)


def test_why_a_service_was_left_out_is_told(aws: Stubbed) -> None:
    failures = [*answers.missing("service", "api"), {"arn": f"{ONE}/web", "reason": "INTERNAL"}]
    asked = {"cluster": "tutorial", "services": ["api", "web"], "include": ["TAGS"]}
    aws.answer("ecs", "describe_services", {"services": [], "failures": failures}, **asked)
    found = ecs.services(aws.reads, "tutorial", ["api", "web"])
    assert found["api"] is None and isinstance(web := found["web"], Unread)
    assert web.reason == "ecs:DescribeServices failed for tutorial/web with INTERNAL"


def test_a_failure_that_names_nobody_is_of_one_that_is_asked_for_alone(aws: Stubbed) -> None:
    """An ARN is not promised (botocore: Failure has no required member)."""
    nameless = {"services": [], "failures": [{"reason": "MISSING"}]}
    for names in (["api", "web"], ["api"], ["web"]):
        answer = nameless if names != ["web"] else {"services": [answers.service("web")]}
        aws.answer("ecs", "describe_services", answer, cluster="tutorial", services=names, include=["TAGS"])
    found = ecs.services(aws.reads, "tutorial", ["api", "web"])
    assert found["api"] is None and isinstance(found["web"], Service)
