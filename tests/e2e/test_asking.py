"""The commands that ask, on the deployed stack and an ECS with Service Connect: what they tell is so, and without one
of their rights they say which."""

import json
import re
import time
from collections.abc import Iterator
from typing import Any

import pytest
from typer.testing import CliRunner

from scaudit.collect.aws.every_read import ACTIONS
from scaudit_cli.app import app
from tests.e2e.conftest import PROJECT, Deployed, eventually

GHOST = "f" * 32


def run(deployed: Deployed, *asked: str, command: str = "describe", **credentials: str) -> tuple[int, str]:
    settings = {name: value for name, value in deployed.stack.env.items() if name.startswith("AWS_")}
    result = CliRunner().invoke(app, [command, *asked], env=settings | credentials)
    assert "Traceback" not in result.output and isinstance(result.exception, SystemExit | None), result.exception
    return result.exit_code, result.output


def told(deployed: Deployed, *asked: str) -> tuple[int, dict[str, Any]]:
    code, out = run(deployed, *asked, "--output", "json")
    return code, json.loads(out)


def calls(deployed: Deployed, name: str, what: str) -> None:
    """A service that serves nothing and names another."""
    container = {"name": "app", "image": "app", "environment": [{"name": "URL", "value": f"http://{what}.mesh:80/"}]}
    deployed.ecs.register_task_definition(
        family=name, networkMode="awsvpc", cpu="256", memory="512", containerDefinitions=[container]
    )
    deployed.service(name, serves=False, taskDefinition=name)


def running(deployed: Deployed, name: str, count: int) -> list[str]:
    def read() -> list[str]:
        arns = deployed.ecs.list_tasks(cluster="tutorial", serviceName=name)["taskArns"]
        tasks = deployed.ecs.describe_tasks(cluster="tutorial", tasks=arns)["tasks"] if arns else []
        ids = [task["taskArn"].rsplit("/", 1)[1] for task in tasks if task["lastStatus"] == "RUNNING"]
        return ids if len(ids) == count else []

    found: list[str] = eventually(read)
    return found


@pytest.fixture(scope="module")
def estate(deployed: Deployed) -> Deployed:
    """A client that came before what it names; two tasks registered on a wrong port; one that is gone is registered."""
    calls(deployed, "early", "wrong")
    running(deployed, "early", 1)
    time.sleep(1.1)  # Cloud Map tells creation times in whole seconds
    deployed.service("wrong", "wrong-port", count=2)
    running(deployed, "wrong", 2)
    calls(deployed, "late", "wrong")
    running(deployed, "late", 1)
    deployed.heard("wrong", "open")
    return deployed


def test_a_service_is_told_as_a_whole(estate: Deployed) -> None:
    code, page = told(estate, "tutorial/wrong")
    ids = set(running(estate, "wrong", 2))
    assert code == 1 and (page["cluster"], page["service"]) == ("tutorial", "wrong")
    [deployment] = page["configuration"]["deployments"]
    [endpoint] = deployment["endpoints"]
    assert page["configuration"]["namespace"] == "mesh" and endpoint["container_port"] == 80
    assert endpoint["aliases"] == [{"dns_name": "wrong.mesh", "port": 80}] and endpoint["protocol"] == "http"
    registered = page["registrations"]
    assert {each["id"] for each in registered} == ids
    assert all(each["task"]["status"] == "RUNNING" and each["task"]["proxy_health"] == "HEALTHY" for each in registered)
    for each in registered:
        assert each["address"] == each["task"]["address"] and each["port"] != "80"
    assert {(each["id"], each["verdict"]) for each in page["proxies"]} == {(id, "healthy") for id in ids}
    [finding] = [f for f in page["findings"] if f["id"] == "SC203"]
    assert set(finding["tasks"]) == ids
    [problem] = [p for p in page["on_record"]["problems"] if p["id"] == "SC203"]
    assert set(problem["members"]) == ids and problem["announced_at"] and problem["message"] in finding["messages"]


def test_clients_are_told_with_those_that_must_be_redeployed(estate: Deployed) -> None:
    [clients] = told(estate, "wrong")[1]["clients"]["endpoints"]
    assert {each["service"]: each["stale"] for each in clients["known"]} == {
        "tutorial/early": True,
        "tutorial/late": False,
    }
    assert told(estate, "tutorial/late")[1]["clients"]["names"] == ["endpoint wrong of tutorial/wrong"]
    assert "tutorial/early (deployed before the endpoint, redeploy it)" in run(estate, "wrong")[1]


def test_one_task_is_told_alone_with_the_lines_that_prove_it(estate: Deployed) -> None:
    one, other = running(estate, "wrong", 2)
    code, out = run(estate, "tutorial/wrong", one[:8])
    assert code == 1 and one in out and other not in out and other[:8] not in out
    page = told(estate, "tutorial/wrong", one)[1]
    assert [each["id"] for each in page["registrations"]] == [one] == [each["id"] for each in page["proxies"]]
    assert page["proxies"][0]["evidence"] and page["proxies"][0]["seconds_to_ready"] is not None


def test_whether_a_task_was_verified_is_told(estate: Deployed) -> None:
    one, _ = running(estate, "wrong", 2)

    def known() -> dict[str, Any] | None:
        code, out = run(estate, one, "--output", "json", command="history")
        found: dict[str, Any] | None = json.loads(out)["task"] if code == 0 else None
        return found

    assert eventually(known)["id"] == one
    assert "last verified" in run(estate, "tutorial/wrong", one)[1]
    code, out = run(estate, GHOST, command="history")
    assert code == 2 and "no line of the audit log names it" in out

    assert json.loads(run(estate, one[:8], "--output", "json", command="history")[1])["task"]["id"] == one


def test_how_long_the_tasks_of_a_deployment_took_is_told(estate: Deployed) -> None:
    def known() -> dict[str, Any] | None:
        page = json.loads(run(estate, "tutorial/wrong", "--output", "json", command="history")[1])
        whole = [each for each in page["deployments"] if each["event"] == "COMPLETED" and each["ready"]["tasks"] == 2]
        return next(iter(whole), None)

    found = eventually(known)
    took = found["running"]["most"]
    assert found["tasks"] == found["running"]["tasks"] == found["registered"]["tasks"] == 2
    assert 0 < took <= found["registered"]["at_most"] and found["ready"]["least"] > 0 and found["seconds"] >= 0
    out = run(estate, "tutorial/wrong", command="history")[1]
    assert f"{found['deployment']}: COMPLETED after" in out and "2 of 2 tasks" in out


def test_the_page_for_people_has_every_part(estate: Deployed) -> None:
    out = run(estate, "tutorial/wrong")[1]
    parts = ["Configuration", "Registrations", "Proxies", "Clients", "On record", "Judged now"]
    assert [line for line in out.splitlines() if line in parts] == parts
    assert "expected 80" in out.partition("Judged now")[2]
    assert "as judged now, below" in out.partition("On record")[2].partition("Judged now")[0]


def test_a_task_that_is_gone_and_still_registered_is_told(estate: Deployed) -> None:
    estate.service("haunted")
    running(estate, "haunted", 1)
    service = estate.ecs.describe_services(cluster="tutorial", services=["haunted"])["services"][0]
    cloud_map = service["deployments"][0]["serviceConnectResources"][0]["discoveryArn"].rsplit("/", 1)[1]
    [instance] = estate.cloud_map.list_instances(ServiceId=cloud_map)["Instances"]
    estate.cloud_map.register_instance(ServiceId=cloud_map, InstanceId=GHOST, Attributes=instance["Attributes"])
    code, page = told(estate, "tutorial/haunted", GHOST[:8])
    [row] = page["registrations"]
    assert row["id"] == GHOST and row["registered"] and row["task"] is None
    assert "ECS does not know the task" in run(estate, "tutorial/haunted")[1] and code == 1


def test_a_task_that_was_stopped_is_told_by_its_whole_id(estate: Deployed) -> None:
    [task] = running(estate, "late", 1)
    estate.ecs.stop_task(cluster="tutorial", task=task)
    eventually(lambda: running(estate, "late", 1) != [task])
    page = told(estate, "tutorial/late", task)[1]
    [proxy] = page["proxies"]
    assert proxy["id"] == task and proxy["task"]["status"] == "STOPPED"


def test_a_task_of_another_service_is_told_whose_it_is(estate: Deployed) -> None:
    [task] = running(estate, "early", 1)
    assert run(estate, "tutorial/wrong", task) == (64, f"scaudit: task {task} is one of tutorial/early\n")


def test_without_a_stack_one_line_says_so_and_the_rest_is_told(estate: Deployed) -> None:
    code, out = run(estate, "tutorial/wrong", "--stack", "nowhere")
    print(run(estate, "tutorial/wrong")[1])
    print(run(estate, "tutorial/late")[1])
    assert code == 1 and out.count("no stack nowhere in ap-northeast-1") == 1 and "Judged now" in out


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        (["tutorial/nobody"], "there is no service tutorial/nobody in ap-northeast-1"),
        (["nowhere/web"], "there is no cluster nowhere in ap-northeast-1"),
        (["nobody"], "there is no service tutorial/nobody in ap-northeast-1"),
        (["tutorial/wrong", "0" * 32], "no task " + "0" * 32 + " is known"),
        (["tutorial/wrong", "abc"], "abc is no task: give its id, or at least the first 8 characters of it"),
    ],
)
def test_what_is_not_there_is_one_sentence(estate: Deployed, asked: list[str], says: str) -> None:
    code, out = run(estate, *asked)
    assert code == 64 and says in out and len(out.strip().splitlines()) == 1


def reader(deployed: Deployed) -> list[dict[str, Any]]:
    """The statements of the policy that docs/security.md gives to whoever asks, for this stack."""
    document = (PROJECT / "docs/security.md").read_text().partition("<!-- reader -->")[2]
    outputs = deployed.outputs
    filled = {
        "REGION": deployed.region,
        "ACCOUNT": "123456789012",
        "TABLE": outputs["TableName"],
        "QUEUE": outputs["DeadLetterQueueUrl"].rsplit("/", 1)[1],
        "GROUP": outputs["AuditLogGroup"],
    }
    text = re.search(r"```\n(.*?)```", document, re.DOTALL)
    assert text
    policy = re.sub(r"\b(REGION|ACCOUNT|TABLE|QUEUE|GROUP)\b", lambda found: filled[found[0]], text[1])
    statements: list[dict[str, Any]] = json.loads(policy)["Statement"]
    return statements


READS = [
    {"Sid": action.replace(":", ""), "Effect": "Allow", "Action": action, "Resource": "*"} for action in sorted(ACTIONS)
]
ASKS = {
    "status": ["status"],
    "history": ["history", "tutorial/wrong"],
    "history of a task": ["history", GHOST],
    "map": ["map", "--output", "-"],
    "describe": ["describe", "tutorial/wrong"],
}
OF_THE_TABLE = {"status", "history", "map", "describe"}
NEEDED = {
    ("FindTheStack", "cloudformation:DescribeStacks"): set(ASKS),
    ("QueryTheTable", "dynamodb:Query"): OF_THE_TABLE,
    ("FetchFromTheTable", "dynamodb:BatchGetItem"): OF_THE_TABLE,
    ("FetchFromTheTable", "dynamodb:GetItem"): {"status", "map"},
    ("CountDeadLetters", "sqs:GetQueueAttributes"): {"status", "map"},
    ("QueryTheAuditLog", "logs:StartQuery"): {"history", "history of a task"},
    ("ReadTheAnswer", "logs:GetQueryResults"): {"history", "history of a task"},
}
"""Each action of each statement, and the commands that need it."""


def without(policy: list[dict[str, Any]], sid: str, action: str) -> list[dict[str, Any]]:
    """The statements, but for one action of one of them."""
    [one] = [each for each in policy if each["Sid"] == sid]
    actions = [one["Action"]] if isinstance(one["Action"], str) else one["Action"]
    left = [each for each in actions if each != action]
    assert len(left) < len(actions)
    return [*(each for each in policy if each != one), *([one | {"Action": left}] if left else [])]


class Person:
    """Somebody who asks, whose rights are given one by one."""

    def __init__(self, deployed: Deployed) -> None:
        self._iam, self._deployed = deployed.iam, deployed
        self._iam.create_user(UserName="reader")
        key = self._iam.create_access_key(UserName="reader")["AccessKey"]
        self._keys = {"AWS_ACCESS_KEY_ID": key["AccessKeyId"], "AWS_SECRET_ACCESS_KEY": key["SecretAccessKey"]}

    def may(self, statements: list[dict[str, Any]]) -> None:
        policy = json.dumps({"Version": "2012-10-17", "Statement": statements})
        self._iam.put_user_policy(UserName="reader", PolicyName="reader", PolicyDocument=policy)

    def asks(self, command: str) -> tuple[int, str]:
        name, *asked = ASKS[command]
        return run(self._deployed, *asked, command=name, **self._keys)


@pytest.fixture(scope="module")
def person(estate: Deployed) -> Iterator[Person]:
    yield Person(estate)


def test_the_policy_of_the_documents_suffices(estate: Deployed, person: Person) -> None:
    told = [(each["Sid"], each["Action"]) for each in reader(estate)]
    assert NEEDED.keys() == {
        (sid, one) for sid, action in told for one in ([action] if isinstance(action, str) else action)
    }
    person.may([*reader(estate), *READS])
    for command in ASKS:
        code, out = person.asks(command)
        assert code != 64 and "is refused" not in out, out


@pytest.mark.parametrize(("sid", "action"), NEEDED)
def test_without_an_action_the_commands_that_need_it_name_it_in_one_sentence(
    estate: Deployed, person: Person, sid: str, action: str
) -> None:
    person.may([*without(reader(estate), sid, action), *READS])
    named: set[str] = set()
    for command in ASKS:
        code, out = person.asks(command)
        told = [line for line in out.splitlines() if f"{action} is refused" in line]
        named |= {command} if told else set()
        assert len(told) <= 1 and code == (64 if told and command != "describe" else code)
        assert command != "describe" or "Judged now" in out, "the rest is told all the same"
    assert named == NEEDED[sid, action]


def test_without_a_right_to_read_describe_names_the_action(estate: Deployed, person: Person) -> None:
    person.may([*reader(estate), *READS])
    whole = person.asks("describe")[1]
    named = set()
    for statement in READS:
        person.may([*reader(estate), *(each for each in READS if each != statement)])
        code, out = person.asks("describe")
        if f"{statement['Action']} is refused" in out:
            named.add(statement["Action"])
            assert code == 1, "SC902"
        else:
            assert out.partition("Judged now")[2] == whole.partition("Judged now")[2]
    assert named >= {
        "ecs:DescribeServices",
        "ecs:DescribeTaskDefinition",
        "ecs:DescribeTasks",
        "ecs:ListServicesByNamespace",
        "servicediscovery:DiscoverInstances",
        "servicediscovery:GetInstance",
        "servicediscovery:ListNamespaces",
    }


def test_the_dashboard_is_made_with_the_names_of_what_was_deployed(estate: Deployed) -> None:
    body = estate.stack.client("cloudwatch").get_dashboard(DashboardName=estate.outputs["DashboardName"])[
        "DashboardBody"
    ]
    assert estate.outputs["DashboardName"] == f"scaudit-{estate.region}"
    assert "${" not in body and estate.outputs["DeadLetterQueueUrl"].rsplit("/", 1)[1] in body
    [alarms] = [widget["properties"]["alarms"] for widget in json.loads(body)["widgets"] if widget["type"] == "alarm"]
    assert all(alarm.startswith(f"arn:aws:cloudwatch:{estate.region}:123456789012:alarm:") for alarm in alarms)
