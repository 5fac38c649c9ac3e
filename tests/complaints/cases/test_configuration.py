"""Cases of how services and tasks are made, and of what was made of it. Each is a row of the list that outsiders'
reports made."""

from typing import Any

from tests.builders import ARN, NOW
from tests.complaints.cases.played import Played
from tests.complaints.watched import SWEPT
from tests.simulation import template
from tests.simulation.estate import CLUSTER
from tests.simulation.parts import Registered

DAY = 24 * 3600
WEB = {"name": "webserver", "portMappings": [{"name": "nginx", "containerPort": 80}]}


def defined(account: Played, **members: Any) -> None:
    """What stands in every task definition."""
    account.answers("describe_task_definition", lambda answer, _: answer["taskDefinition"].update(members))


def test_r9_a_task_with_ipv6_alone_is_compared_by_that_address(new: Played) -> None:
    """aws/amazon-ecs-agent PR #4584: its registration stayed unknown for ever."""
    v6 = "2600:1f13:a0d:a700::10"
    details = [{"name": "subnetId", "value": "subnet-1"}, {"name": "ipv6Address", "value": v6}]

    def only_v6(answer: dict[str, Any], _: object) -> None:
        for each in answer["tasks"]:
            each["attachments"][1]["details"] = details

    def registered(answer: dict[str, Any], _: object) -> None:
        for each in [*answer.get("Instances", ()), *([answer["Instance"]] if "Instance" in answer else ())]:
            each["Attributes"].pop("AWS_INSTANCE_IPV4", None)
            each["Attributes"]["AWS_INSTANCE_IPV6"] = v6

    new.answers("describe_tasks", only_v6)
    for call in ("discover_instances", "list_instances", "get_instance"):
        new.answers(call, registered)
    new.estate.create("web", 1)
    new.wait(2 * SWEPT)
    assert new.told == [] and {check for each in new.kinds("task") for check in each.get("unknown", ())} == set()


def test_r11_a_name_that_nobody_serves_is_warned_of(new: Played) -> None:
    """mcp-gateway-registry #547, copilot-cli #4659: the alias is short, and the client adds the namespace."""
    new.estate.create("orders", 1)
    for name in ("web", "orders"):
        ports = [{"portName": "nginx", "discoveryName": name, "clientAliases": [{"port": 80, "dnsName": name}]}]
        new.of_mesh(name, services=ports)
    defined(new, containerDefinitions=[WEB | {"environment": [{"name": "ORDERS", "value": "http://orders.mesh:80"}]}])
    new.wait(SWEPT)
    new.estate.create("web", 1)
    new.wait(3 * SWEPT)
    assert new.standing() == {"SC403": "warning"}


def test_r12_what_a_deleted_service_left_in_cloud_map_is_warned_of(account: Played) -> None:
    """copilot-cli #4339, #4313: the next CreateService of that name is refused."""
    owner = f"Managed by {ARN}:service/{CLUSTER}/orders"
    left = {"Id": "srv-orders", "Name": "orders", "Description": owner, "CreateDate": NOW}
    account.answers("list_services", lambda answer, _: answer.get("Services", []).append(left))
    account.wait(DAY + 4 * SWEPT)
    members = [key[1] for key, item in account.table.items.items() if item.get("state") == {"S": "fail"}]
    assert [each for each in members if each.startswith("SC208#")] == ["SC208#-#srv-orders"]


def test_r13_a_registration_that_cloud_map_throttles_is_told_with_that_reason(account: Played) -> None:
    """aws/containers-roadmap #333: DescribeServices says it among its events."""
    said = "(service web) operations are being throttled on service discovery. Will try again later."
    account.answers(
        "describe_services",
        lambda answer, _: [
            each.update(events=[{"id": "e1", "createdAt": account.clock.now, "message": said}])
            for each in answer["services"]
        ],
    )
    account.estate.start("web", Registered.MISSING)
    account.wait(SWEPT)
    (message,) = account.topic.published
    assert message.data["check"] == "SC201" and "throttled" in message.data["text"]


def test_r14_an_endpoint_of_http_without_a_timeout_is_noted(new: Played) -> None:
    """yc-software/qm #1188: calls end after 15 seconds."""
    port = {"name": "nginx", "containerPort": 80, "appProtocol": "http"}
    defined(new, containerDefinitions=[WEB | {"portMappings": [port]}])
    new.estate.create("web", 1)
    new.wait(SWEPT)
    found = {each["check"]: each["severity"] for record in new.kinds("service") for each in record.get("findings", ())}
    assert found.get("SC114") == "info" and new.told == []


def test_r17_sidecars_and_ranges_of_ports_are_no_fault_and_hide_none(new: Played) -> None:
    """Agents of GuardDuty and Datadog, and a mapping that names a range and no port; then GuardDuty's cannot be pulled,
    for which its task ends in the middle of its start."""
    guard = {"name": "aws-guardduty-agent-Ab1", "lastStatus": "STOPPED"}
    why = "CannotPullContainerError: pull image manifest has been retried 5 time(s)"
    ranges = {"containerPortRange": "9000-9100", "protocol": "tcp", "name": "many"}
    defined(new, containerDefinitions=[WEB, {"name": "datadog-agent", "portMappings": [ranges]}])

    def beside(answer: dict[str, Any], _: object) -> None:
        for each in answer["tasks"]:
            ran = each["lastStatus"] != "STOPPED"
            each["containers"].append(
                guard | ({"lastStatus": "RUNNING", "managedAgents": []} if ran else {"reason": why})
            )

    new.answers("describe_tasks", beside)
    new.estate.create("web", 2)
    task = new.estate.place("web")
    new.logs[task.id] = new.well(task)[:20]
    new.wait(30)
    new.dies(task, ("TaskFailedToStart", why), exitCode=0, healthStatus="UNKNOWN")
    new.wait(2 * SWEPT)
    assert new.told == [] and new.standing() == {}
    new.estate.start("web", Registered.WRONG_PORT)
    new.wait(template.QUEUE_DELAY + 300)
    assert new.told == [("open", "SC203", "web")]
