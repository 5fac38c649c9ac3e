"""What AWS answers, in the shapes of its own service model, into model values: nothing is lost, nothing is kept that
may be secret, and what is kept in the table is plain."""

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import datetime
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

import pytest
from botocore.session import get_session
from botocore.validate import ParamValidator

from scaudit.collect.aws.answers import service_of
from scaudit.collect.aws.definitions import task_definition_of
from scaudit.collect.aws.every_read import ACTIONS
from scaudit.collect.aws.log_groups import log_group_of
from scaudit.collect.aws.namespaces import cloud_map_service_of, namespace_of
from scaudit.model import (
    Alias,
    CloudMapService,
    Container,
    LogGroup,
    Namespace,
    Neighbour,
    NeighbourEndpoint,
    TaskDefinition,
    Tls,
)
from scaudit.model.mentioned_names import digest
from scaudit.model.surroundings import neighbour_of
from tests.builders import ARN, DEPLOYMENT_ID, MAP, NOW
from tests.fakes import answers


def real(service: str, operation: str, answer: dict[str, Any]) -> dict[str, Any]:
    """The answer, if every field of it is one that the operation answers with, in its type."""
    shape = get_session().get_service_model(service).operation_model(operation).output_shape
    report = ParamValidator().validate(answer, shape)
    assert not report.has_errors(), report.generate_report()
    return answer


def test_an_answer_that_aws_does_not_give_is_refused() -> None:
    with pytest.raises(AssertionError, match="dnsname"):
        described(serviceConnectConfiguration={"enabled": True, "services": [{"portName": "x", "dnsname": "y"}]})


def test_what_stands_for_aws_where_no_account_has_a_word_in_it_is_an_answer_of_aws() -> None:
    for name, answer in answers.STANDING.items():
        real(ACTIONS[name].client, ACTIONS[name].operation, answer)


def described(**changes: Any) -> Any:
    answer = real("ecs", "DescribeServices", {"services": [answers.service(**changes)]})
    return service_of(answer["services"][0])


def test_what_clients_dial_and_how_traffic_is_encrypted_is_read() -> None:
    authority = "arn:aws:acm-pca:ap-northeast-1:123456789012:certificate-authority/1"
    configuration = {
        "enabled": True,
        "namespace": answers.NAMESPACE,
        "services": [
            {
                "portName": "nginx",
                "clientAliases": [{"port": 80, "dnsName": "nginx.shop"}],
                "tls": {"issuerCertificateAuthority": {"awsPcaAuthorityArn": authority}, "roleArn": "arn:aws:iam::1:r"},
            },
            {"portName": "admin", "tls": {"issuerCertificateAuthority": {}}},
        ],
    }
    nginx, admin = described(serviceConnectConfiguration=configuration).primary.endpoints
    assert (nginx.aliases, nginx.tls) == ((Alias("nginx.shop", 80),), Tls(authority, "arn:aws:iam::1:r"))
    assert (admin.aliases, admin.tls) == ((), Tls())


def test_where_a_deployment_runs_is_read() -> None:
    primary = described(
        launchType="FARGATE", platformVersion="1.3.0", platformFamily="Windows_Server_2022_Core", updatedAt=NOW
    ).primary
    assert (primary.launch_type, primary.platform_version) == ("FARGATE", "1.3.0")
    assert (primary.platform, primary.updated_at) == ("Windows_Server_2022_Core", NOW)


def test_the_deployment_controller_is_ecs_unless_another_is_named() -> None:
    other = answers.service() | {"deploymentController": {"type": "CODE_DEPLOY"}}
    real("ecs", "DescribeServices", {"services": [other]})
    assert (service_of(answers.service()).controller, service_of(other).controller) == ("ECS", "CODE_DEPLOY")


CONTAINERS = [
    {
        "name": "web",
        "essential": True,
        "cpu": 256,
        "memory": 512,
        "memoryReservation": 128,
        "hostname": "www",
        "links": ["db"],
        "healthCheck": {"command": ["CMD-SHELL", "true"]},
        "portMappings": [{"containerPort": 80, "name": "nginx"}, {"containerPort": 81}],
        "environment": [{"name": "BACKEND", "value": "http://orders.shop:8080"}],
        "command": ["serve", "--token=hunter2"],
        "entryPoint": ["/bin/run"],
    },
    {"name": "sidecar", "essential": False, "cpu": 0, "memoryReservation": 64},
]


def defined(**changes: Any) -> TaskDefinition:
    raw = answers.task_definition() | {"containerDefinitions": CONTAINERS} | changes
    return task_definition_of(real("ecs", "DescribeTaskDefinition", {"taskDefinition": raw})["taskDefinition"])


def test_the_containers_of_a_task_definition_are_read() -> None:
    assert defined().containers == (
        Container("web", True, 256, 512, True, (80, 81), ("db",), "www"),
        Container("sidecar", False, 0, 64),
    )


@pytest.mark.parametrize(("cpu", "memory", "read"), [("512", "1024", (512, 1024)), (None, None, (None, None))])
def test_the_size_of_a_task_is_read(cpu: str | None, memory: str | None, read: tuple[int | None, int | None]) -> None:
    sizes = {name: size for name, size in (("cpu", cpu), ("memory", memory)) if size}
    definition = defined(**sizes, runtimePlatform={"operatingSystemFamily": "LINUX"})
    assert ((definition.cpu, definition.memory), definition.operating_system) == (read, "LINUX")


def test_what_a_task_definition_mentions_is_kept_by_place_and_never_the_values() -> None:
    mentions = defined().words
    assert set(mentions) == {"environment BACKEND of web", "command of web", "entry point of web"}
    assert digest("orders.shop") in mentions["environment BACKEND of web"]
    assert "hunter2" not in str(defined()) and "orders.shop" not in str(defined())


def test_a_namespace_is_read_with_the_name_that_discovery_wants() -> None:
    raw = {"Arn": answers.NAMESPACE, "Name": "shop.internal", "Properties": {"HttpProperties": {"HttpName": "shop"}}}
    answer = real("servicediscovery", "GetNamespace", {"Namespace": raw})
    assert namespace_of(answer) == Namespace(answers.NAMESPACE, "shop.internal", "shop")


def test_a_cloud_map_service_is_read_with_its_owner() -> None:
    raw = {"Id": "srv-1", "Name": "nginx", "CreateDate": NOW, "Description": "Managed by x"}
    answer = real("servicediscovery", "GetService", {"Service": raw})
    assert cloud_map_service_of(answer) == CloudMapService("srv-1", "nginx", NOW, "Managed by x")


@pytest.mark.parametrize(("raw", "log_class"), [({"logGroupClass": "DELIVERY"}, "DELIVERY"), ({}, "STANDARD")])
def test_a_log_group_is_read_with_its_class(raw: dict[str, str], log_class: str) -> None:
    answer = real("logs", "DescribeLogGroups", {"logGroups": [{"logGroupName": "/ecs/proxy", **raw}]})
    assert log_group_of(answer["logGroups"][0]) == LogGroup("/ecs/proxy", log_class)


def test_a_neighbour_is_a_service_by_its_primary_deployment() -> None:
    service = described()
    found = neighbour_of(service, service.primary, "shop", {"nginx": NOW})
    assert found == Neighbour(
        arn=f"{ARN}:service/tutorial/web",
        cluster="tutorial",
        service="web",
        deployment_id=DEPLOYMENT_ID,
        deployed_at=service.primary.created_at,
        namespace=f"{MAP}:namespace/ns-vdpucf3aztj23ecw",
        namespace_name="shop",
        endpoints=(NeighbourEndpoint("nginx", (Alias("", 80),), NOW),),
        task_definition=service.primary.task_definition,
    )
    assert neighbour_of(service, service.primary, "shop", {}).endpoints[0].created_at is None


@pytest.mark.parametrize(
    "kept", [TaskDefinition, Namespace, CloudMapService, LogGroup, Neighbour], ids=lambda c: c.__name__
)
def test_what_the_table_keeps_is_plain(kept: type) -> None:
    assert not list(_not_plain(kept))


def _not_plain(hint: Any) -> Any:
    if is_dataclass(hint):
        hints = get_type_hints(hint)
        for field in fields(hint):
            yield from _not_plain(hints[field.name])
    elif get_origin(hint) in (Union, UnionType, tuple, Mapping):
        for part in get_args(hint):
            yield from _not_plain(part)
    elif hint not in (str, int, float, bool, datetime, NoneType, Ellipsis):
        yield hint


def test_what_decides_about_limits_is_read() -> None:
    mesh = {
        "enabled": True,
        "services": [{"portName": "http", "timeout": {"perRequestTimeoutSeconds": 5}}],
        "accessLogConfiguration": {"format": "JSON"},
    }
    raw = {
        "id": "ecs-svc/1",
        "status": "PRIMARY",
        "taskDefinition": "web",
        "createdAt": NOW,
        "capacityProviderStrategy": [{"capacityProvider": "FARGATE_SPOT", "weight": 1}],
        "serviceConnectConfiguration": mesh,
    }
    service = service_of(answers.service() | {"deployments": [raw]})
    (deployment,) = service.deployments
    assert deployment.on_fargate and deployment.capacity_providers == ("FARGATE_SPOT",)
    assert deployment.log.requests and deployment.endpoints[0].per_request_timeout == 5
    ports = [{"name": "http", "containerPort": 80, "appProtocol": "grpc"}, {"name": "tcp", "containerPort": 81}]
    ports += [{"name": "dns", "containerPort": 53, "protocol": "udp"}, {"name": "r", "containerPortRange": "90-99"}]
    ports += [{"containerPort": 54, "protocol": "udp"}]
    containers = [{"name": "a", "portMappings": ports}]
    definition = task_definition_of(
        {"taskDefinitionArn": "web", "containerDefinitions": containers, "requiresCompatibilities": ["FARGATE"]}
    )
    assert definition.protocols == {"http": "grpc", "tcp": "", "dns": "", "r": ""} and definition.udp == ("dns",)
    assert definition.ports == {"http": 80, "tcp": 81, "dns": 53} and definition.compatibilities == ("FARGATE",)
