"""What is said of neighbours and of shared ports is read again first, and proves nothing where that cannot be."""

from dataclasses import replace
from typing import Any

import pytest

from scaudit.audit.context import Edges
from scaudit.audit.region import Audit
from scaudit.audit.services import look_at_shared
from scaudit.checks.check import Trigger
from scaudit.collect.aws.answers import service_of, task_of
from scaudit.collect.services import Whole
from scaudit.collect.surroundings import surroundings
from scaudit.judge.rules import Rules
from scaudit.judge.services import judge_service
from scaudit.model import Alias, Instance, Namespace, Neighbour, NeighbourEndpoint, Status, Unread
from scaudit.store.items import Swept
from scaudit.store.ledger import Ledger
from scaudit.store.neighbours import Mesh
from scaudit.store.table import Table
from tests.builders import DEFINITION, NOW, REGION, SERVICE
from tests.fakes import answers
from tests.fakes.stubbed import TABLE, Clock, Stubbed

WEB = service_of(answers.service())
ORDERS = Neighbour(
    SERVICE.arn.replace("/web", "/orders"), "tutorial", "orders", "ecs-svc/1", NOW, answers.NAMESPACE, "mesh",
    (NeighbourEndpoint("nginx", (Alias("nginx.mesh", 80),)),),
)  # fmt: skip


@pytest.fixture
def audit(aws: Stubbed, dynamodb: Any, clock: Clock) -> Audit:
    table = Table(dynamodb, TABLE)
    Mesh(REGION, table).keep(ORDERS, NOW)
    ledger = Ledger(table)
    ledger.swept(REGION, Swept("tutorial", 1, 1, 1, (), NOW))
    edges = Edges(table, ledger, None, clock, lambda record: None)  # type: ignore[arg-type]
    return Audit(REGION, aws.reads, edges, Rules())


def neighbours(audit: Audit) -> tuple[Neighbour, ...] | Unread:
    known = surroundings(audit.reads, WEB, REGION)
    assert isinstance(known.namespace, Namespace)
    return audit.looks.wanted.neighbours(known, WEB, known.namespace, NOW)


def stands_in_its_surroundings(aws: Stubbed) -> None:
    definition = answers.task_definition()
    asked = {"taskDefinition": definition["taskDefinitionArn"]}
    aws.answer("ecs", "describe_task_definition", {"taskDefinition": definition}, **asked)
    aws.answer("servicediscovery", "get_namespace", answers.namespace(), Id="ns-vdpucf3aztj23ecw")
    aws.answer("servicediscovery", "get_service", answers.cloud_map_service(), Id="srv-nginx")


def test_a_neighbour_that_cannot_be_described_makes_no_failure(aws: Stubbed, audit: Audit) -> None:
    stands_in_its_surroundings(aws)
    aws.refuse("ecs", "describe_services", "ThrottlingException")
    assert isinstance(neighbours(audit), Unread)


def test_a_neighbour_that_is_gone_is_forgotten(aws: Stubbed, audit: Audit) -> None:
    stands_in_its_surroundings(aws)
    asked = {"cluster": "tutorial", "services": ["orders"], "include": ["TAGS"]}
    aws.answer("ecs", "describe_services", answers.no_service("orders"), **asked)
    found = neighbours(audit)
    assert not isinstance(found, Unread) and [neighbour.service for neighbour in found] == ["web"]


ALIKE = {answers.task_id(n): Instance(answers.task_id(n), "10.0.0.1", "32768") for n in range(2)}
BRIDGE = replace(DEFINITION, network_mode="bridge")


@pytest.mark.parametrize(
    ("second", "told"),
    [("there", {Status.FAIL}), ("InstanceNotFound", {Status.PASS}), ("ThrottlingException", set())],
)
def test_registrations_that_are_alike_are_read_again(
    aws: Stubbed, audit: Audit, second: str, told: set[Status]
) -> None:
    tasks = {id: task_of(answers.task(n)) for n, id in enumerate(ALIKE)}
    for n, id in enumerate(ALIKE):
        if n and second != "there":
            aws.refuse("servicediscovery", "get_instance", second)
            continue
        attributes = {"AWS_INSTANCE_IPV4": "10.0.0.1", "AWS_INSTANCE_PORT": "32768"}
        answer = {"Instance": {"Id": id, "Attributes": attributes}}
        aws.answer("servicediscovery", "get_instance", answer, ServiceId="srv-nginx", InstanceId=id)
    found = look_at_shared(audit.looks, Whole(WEB, {"nginx": ALIKE}, tasks), BRIDGE, NOW)
    assert {verdict.status for verdict in found} == told


SHORT = (Alias("orders", 80),)
OTHER = answers.NAMESPACE.replace("ns-", "ns-other-")


@pytest.mark.parametrize("stands", [True, False], ids=["and so it is", "and it is mended meanwhile"])
@pytest.mark.parametrize(
    ("value", "namespace", "served"),
    [
        ("http://orders.mesh:80/v1", (answers.NAMESPACE, "mesh"), "orders:80 (service tutorial/orders)"),
        ("--to=orders:8080", (answers.NAMESPACE, "mesh"), "orders:80 (service tutorial/orders)"),
        ("orders.other:80", (OTHER, "other"), f"orders:80 (service tutorial/orders) in namespace other ({OTHER})"),
    ],
    ids=["the namespace behind it", "another port", "another namespace"],
)
def test_R11_a_wrong_name_in_a_task_definition_is_told_when_its_owner_was_read_again(
    aws: Stubbed, audit: Audit, value: str, namespace: tuple[str, str], served: str, stands: bool
) -> None:
    arn, name = namespace
    orders = replace(ORDERS, namespace=arn, namespace_name=name, endpoints=(NeighbourEndpoint("orders", SHORT),))
    mesh = Mesh(REGION, audit.edges.table)
    mesh.forget([ORDERS])
    mesh.keep(orders, NOW)
    definition = answers.task_definition()
    definition["containerDefinitions"][0]["environment"] = [{"name": "ORDERS", "value": value}]
    asked = {"taskDefinition": definition["taskDefinitionArn"]}
    aws.answer("ecs", "describe_task_definition", {"taskDefinition": definition}, **asked)
    aws.answer("servicediscovery", "get_namespace", answers.namespace(), Id="ns-vdpucf3aztj23ecw")
    aws.answer("servicediscovery", "get_service", answers.cloud_map_service(), Id="srv-nginx")
    offered = {"portName": "orders", "discoveryName": "orders", "clientAliases": [{"dnsName": "orders", "port": 80}]}
    configuration = {"enabled": True, "namespace": arn, "services": [offered]}
    now = answers.service("orders", serviceConnectConfiguration=configuration, serviceConnectResources=[])
    again = {"cluster": "tutorial", "services": ["orders"], "include": ["TAGS"]}
    aws.answer("ecs", "describe_services", {"services": [now]} if stands else answers.no_service("orders"), **again)
    known = surroundings(audit.reads, WEB, REGION)
    assert isinstance(known.namespace, Namespace)
    found = audit.looks.wanted.neighbours(known, WEB, known.namespace, NOW)
    verdicts = judge_service(replace(known, neighbours=found), Trigger.AUDIT, NOW, Rules())
    (told,) = [v for v in verdicts if v.check.id == "SC403"]
    assert told.status is (Status.FAIL if stands else Status.PASS)
    assert not stands or (
        told.sentence.startswith("environment ORDERS of webserver names orders") and served in told.sentence
    )
    assert "/v1" not in told.sentence and "8080" not in told.sentence
