"""`scaudit check` on states of AWS that were made by AWS APIs alone: what is wrong, all of it, and nothing else."""

import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from local.demo.estate import AGED, HAUNTED, HEALTHY, LINKED, PLANTED, SCALED_IN, creation, there, update
from local.demo.person import Person
from local.demo.terminal import Terminal
from local.environment import REGION
from local.stack import LocalStack, running_stack
from scaudit_cli.app import app
from tests.e2e.estate import GROUP, ON_EC2, Cluster, endpoint, eventually
from tests.fakes.asked_of import BY_LOG, BY_NEIGHBOURS
from tests.fakes.schemas import described

PROJECT = Path(__file__).parents[2]
AUTHORITY = {"awsPcaAuthorityArn": "arn:aws:acm-pca:ap-northeast-1:123456789012:certificate-authority/a"}
ROLE = "arn:aws:iam::123456789012:role/tls"

Step = Callable[[Cluster], None]
Found = set[str] | frozenset[str]


@dataclass(frozen=True)
class World:
    """`build` makes services, and when all run, `spoil` spoils them. `finds` has "ID service" of every failure that
    nothing explains; `settled` has those that speak at once in what was just deployed, if that are others. `unknown`
    are the checks that cannot be answered."""

    name: str
    build: Step
    spoil: Step | None = None
    finds: Found = frozenset()
    settled: Found | None = None
    unknown: Found = frozenset()


def services(*steps: Step) -> Step:
    def build(cluster: Cluster) -> None:
        for step in steps:
            step(cluster)

    return build


def web(count: int = 1, **more: Any) -> Step:
    return lambda cluster: cluster.service("web", count, **more)


def serving(*endpoints: dict[str, Any], count: int = 1, **more: Any) -> Step:
    return web(count, connect={"services": list(endpoints)}, **more)


def logging(**options: str) -> Step:
    log = {"logDriver": "awslogs", "options": {name.replace("_", "-"): value for name, value in options.items()}}
    return web(connect={"logConfiguration": log})


def altered(**attributes: str | None) -> Step:
    return lambda cluster: cluster.alter(**attributes)


def rolled(cluster: Cluster) -> None:
    cluster.update(forceNewDeployment=True)
    cluster.steady()


def in_bridge_mode(count: int, *endpoints: dict[str, Any]) -> Step:
    def build(cluster: Cluster) -> None:
        family = cluster.defines("bridged", "bridge")
        cluster.service("web", count, taskDefinition=family, connect={"services": [*endpoints]}, **ON_EC2)

    return build


def defined(mode: str = "awsvpc", launch: dict[str, Any] | None = None, **more: Any) -> Step:
    return lambda cluster: cluster.service(taskDefinition=cluster.defines("other", mode, **more), **(launch or {}))


def classic_beside(cluster: Cluster) -> None:
    """Service Discovery in the same namespace, with the same ids and one that is left over."""
    service = cluster.cloud_map.create_service(Name="classic", NamespaceId=namespace_id(cluster))["Service"]
    for id in [*cluster.registered(), "f" * 32]:
        attributes = {"AWS_INSTANCE_IPV4": "10.9.9.9", "ECS_SERVICE_NAME": "web"}
        cluster.cloud_map.register_instance(ServiceId=service["Id"], InstanceId=id, Attributes=attributes)


def namespace_id(cluster: Cluster) -> str:
    return cluster.deployment()["serviceConnectConfiguration"]["namespace"].rsplit("/", 1)[1]


def without_cloud_map_service(cluster: Cluster) -> None:
    cluster.deregister()
    cluster.cloud_map.delete_service(Id=cluster.cloud_map_service())


def without_namespace(cluster: Cluster) -> None:
    without_cloud_map_service(cluster)
    cluster.cloud_map.delete_namespace(Id=namespace_id(cluster))


def haunted(cluster: Cluster) -> None:
    id, attributes = next(iter(cluster.registered().items()))
    cluster.stop(id)
    cluster.register(id, attributes)


def by_hand(id: str) -> Step:
    return lambda cluster: cluster.register(id, {"AWS_INSTANCE_IPV4": "10.77.7.7", "AWS_INSTANCE_PORT": "80"})


def astray(cluster: Cluster) -> None:
    for id, attributes in cluster.registered("orders").items():
        cluster.register(id, attributes)


def in_another_cluster(cluster: Cluster) -> None:
    [attributes] = cluster.registered().values()
    cluster.alter(DeploymentId=attributes["DeploymentId"].replace(f"/{cluster.name}/", "/nowhere/"))


def colliding(names: tuple[str, ...], *ports: int) -> Step:
    def build(cluster: Cluster) -> None:
        for name, port in zip(names, ports, strict=True):
            alias = {"port": port, "dnsName": "same.example"}
            cluster.service(name, connect={"services": [endpoint(name, clientAliases=[alias])]})

    return build


def in_two_namespaces(cluster: Cluster) -> None:
    cluster.cloud_map.create_private_dns_namespace(Name="twice.mesh", Vpc="vpc-1")
    cluster.cloud_map.create_http_namespace(Name="twice.mesh")
    listed = cluster.cloud_map.list_namespaces()["Namespaces"]
    arns = [each["Arn"] for each in listed if each["Name"] == "twice.mesh"]
    for name, arn in zip(("web", "orders"), arns, strict=True):
        cluster.service(name, connect={"namespace": arn})


def calling(cluster: Cluster) -> None:
    cluster.client(environment={"URL": f"http://web.{cluster.namespace}:80/"})


def then_web(cluster: Cluster) -> None:
    time.sleep(1.1)  # Cloud Map tells creation times in whole seconds
    cluster.service()
    cluster.steady()


def web_and_redeployed(cluster: Cluster) -> None:
    then_web(cluster)
    time.sleep(1.1)
    cluster.update("shop", forceNewDeployment=True)
    cluster.steady()


def told_otherwise(change: Callable[[str], str]) -> Step:
    """The start-up log of one task told again, each line changed."""

    def spoil(cluster: Cluster) -> None:
        stream = cluster.stream(cluster.tasks()[0])
        events = cluster.logs.get_log_events(**stream, startFromHead=True)["events"]
        cluster.logs.delete_log_stream(**stream)
        cluster.logs.create_log_stream(**stream)
        told = [{"timestamp": each["timestamp"], "message": change(each["message"])} for each in events]
        cluster.logs.put_log_events(**stream, logEvents=told)

    return spoil


def without_stream(cluster: Cluster) -> None:
    cluster.logs.delete_log_stream(**cluster.stream(cluster.tasks()[0]))


def four_faults(cluster: Cluster) -> None:
    cluster.alter(AWS_INSTANCE_PORT="9999")
    cluster.alter("orders", AWS_INSTANCE_IPV4="10.88.8.8", AvailabilityZone="ap-northeast-1x")


WORLDS = [
    World("article", web()),
    World("names-and-ports", serving(endpoint("other", clientAliases=[{"port": 8123, "dnsName": "x.example"}]))),
    World("overridden", serving(endpoint("web", ingressPortOverride=15000))),
    World("overridden-by-nothing", serving(endpoint("web", ingressPortOverride=0))),
    World("two-endpoints", serving(endpoint("nginx"), endpoint("adm", "admin"), count=2)),
    World("in-tls", serving(endpoint("web", tls={"issuerCertificateAuthority": AUTHORITY, "roleArn": ROLE}))),
    World("classic-beside", web(2), classic_beside),
    World("hundred-and-one", web(101)),
    World("just-rolled", web(3), rolled),
    World("at-zero", web(2), services(lambda c: c.update(desiredCount=0), lambda c: c.steady())),
    World("more-attributes", web(), altered(Weight="1", AWS_EC2_INSTANCE="i-1")),
    World("without-zone", web(), altered(AvailabilityZone=None)),
    World("by-provider", web(capacityProviderStrategy=[{"capacityProvider": "FARGATE_SPOT"}])),
    World("bridged", in_bridge_mode(4, endpoint("nginx"), endpoint("adm", "admin"))),
    World("server-first", web(), services(lambda c: time.sleep(1.1), calling, lambda c: c.steady())),
    World("redeployed", calling, web_and_redeployed),
    World("other-ports-of-a-name", colliding(("web", "orders"), 80, 81)),
    World("wrong-port", web(3), altered(AWS_INSTANCE_PORT="9999"), {"SC203 web"}),
    World(
        "alias-port",
        serving(endpoint("web", clientAliases=[{"port": 8080}])),
        altered(AWS_INSTANCE_PORT="8080"),
        {"SC203 web"},
    ),
    World("wrong-address", web(2), altered(AWS_INSTANCE_IPV4="10.99.9.9"), {"SC202 web"}),
    World("wrong-zone", web(), altered(AvailabilityZone="ap-northeast-1x"), {"SC205 web"}, set()),
    World("wrong-deployment", web(), altered(DeploymentId="x"), {"SC204 web"}, set()),
    World("wrong-cluster", web(), in_another_cluster, {"SC204 web"}, set()),
    World(
        "unregistered",
        serving(endpoint("nginx"), endpoint("adm", "admin")),
        lambda c: c.deregister(number=1),
        {"SC201 web"},
        set(),
    ),
    World("no-cloud-map-service", web(2), without_cloud_map_service, {"SC104 web"}, set()),
    World("no-namespace", web(), without_namespace, {"SC101 web"}, unknown=BY_NEIGHBOURS),
    World("haunted", web(2), haunted, {"SC206 web"}, set()),
    World("by-hand", web(2), by_hand("made-by-hand-and-longer-than-any-id-of-a-task"), {"SC206 web"}),
    World("astray", services(web(), lambda c: c.service("orders")), astray, {"SC206 web"}),
    World("colliding", colliding(("web", "orders"), 80, 80), finds={"SC105 web", "SC105 orders"}),
    World("in-two-namespaces", in_two_namespaces, finds={"SC110 web", "SC110 orders"}),
    World("client-first", calling, then_web, {"SC401 shop"}),
    World(
        "tls-without-role", serving(endpoint("web", tls={"issuerCertificateAuthority": AUTHORITY})), finds={"SC109 web"}
    ),
    World("by-code-deploy", web(deploymentController={"type": "CODE_DEPLOY"}), finds={"SC103 web"}),
    World("in-host-mode", defined("host", ON_EC2), finds={"SC103 web"}),
    World(
        "on-windows",
        defined(runtimePlatform={"operatingSystemFamily": "WINDOWS_SERVER_2022_CORE"}),
        finds={"SC103 web"},
    ),
    World(
        "taken",
        web(),
        told_otherwise(
            lambda line: line.replace(
                "lds: add/update listener 'ingress-web'",
                "lds: listener 'ingress-web' config rejected: cannot bind '0.0.0.0:43727': Address already in use",
            )
        ),
        {"SC305 web"},
    ),
    World("others-proxy", web(), told_otherwise(lambda line: line.replace("/ecs-svc/", "/ecs-svc/1")), {"SC307 web"}),
    World(
        "four-faults",
        services(web(2), lambda c: c.service("orders", 2), lambda c: c.client(logConfiguration=None)),
        four_faults,
        {"SC203 web", "SC202 orders", "SC205 orders", "SC106 shop"},
        {"SC203 web", "SC202 orders", "SC106 shop"},
        BY_LOG,
    ),
    World("no-log", web(connect={"logConfiguration": None}), finds={"SC106 web"}, unknown=BY_LOG),
    World(
        "log-elsewhere",
        logging(awslogs_group=GROUP, awslogs_stream_prefix="p", awslogs_region="us-east-1"),
    ),
    World("no-stream", web(), without_stream, unknown=BY_LOG),
]
BY_NAME = {world.name: world for world in WORLDS}


class Estate:
    """All worlds, on one local AWS that enforces policies."""

    def __init__(self, stack: LocalStack) -> None:
        self.stack = stack
        stack.client("logs").create_log_group(logGroupName=GROUP)
        clusters = {world.name: Cluster(stack, world.name) for world in WORLDS}
        for world in WORLDS:
            world.build(clusters[world.name])
        for cluster in clusters.values():
            cluster.steady()
        for world in WORLDS:
            if world.spoil:
                world.spoil(clusters[world.name])

    def check(self, *arguments: str, **credentials: str) -> tuple[int, list[dict[str, Any]]]:
        """The exit code of `scaudit check`, and everything it tells."""
        environment = {**aws_settings(self.stack), **credentials}
        asked = ["check", *arguments, "--output", "json", "--verbose"]
        result = CliRunner().invoke(app, asked, env=environment)
        assert isinstance(result.exception, SystemExit | None), result.exception
        return result.exit_code, described("check", result.stdout)["findings"]


def aws_settings(stack: LocalStack) -> dict[str, str]:
    return {name: value for name, value in stack.env.items() if name.startswith("AWS_")}


def failed(told: list[dict[str, Any]]) -> Found:
    """What fails at warning or above, but for what another failure explains."""
    return {
        f"{one['id']} {one['service']}"
        for one in told
        if one["status"] == "fail" and one["severity"] != "info" and not one["caused_by"]
    }


def of_status(told: list[dict[str, Any]], status: str) -> Found:
    return {one["id"] for one in told if one["status"] == status and one["severity"] != "info"}


@pytest.fixture(scope="module")
def estate() -> Iterator[Estate]:
    with running_stack(task_delay=0.05, enforce_iam=True) as stack:
        yield Estate(stack)


@pytest.mark.parametrize("name", BY_NAME)
def test_every_fault_is_found_and_nothing_else(estate: Estate, name: str) -> None:
    world = BY_NAME[name]
    code, told = estate.check("--cluster", name, "--no-settle")
    assert failed(told) == world.finds
    assert of_status(told, "unknown") == world.unknown and not of_status(told, "pending")
    errors = any(one["status"] == "fail" and one["severity"] in ("error", "critical") for one in told)
    assert code == (1 if errors else 2 if world.unknown else 0)


@pytest.mark.parametrize("name", [world.name for world in WORLDS if world.settled is not None or not world.finds])
def test_what_may_still_settle_is_pending(estate: Estate, name: str) -> None:
    world = BY_NAME[name]
    code, told = estate.check("--cluster", name)
    assert failed(told) == (world.finds if world.settled is None else world.settled)
    if world.settled == set():
        assert code == 2 and {one.split()[0] for one in world.finds} <= of_status(told, "pending")


@pytest.mark.parametrize(
    ("denied", "blind"),
    [
        ("ecs:ListServices", {"SC904"}),
        ("ecs:DescribeServices", {"SC101", "SC102", "SC103", "SC104", "SC105", "SC106", "SC109", "SC110", "SC401"}),
        ("ecs:DescribeTasks", {"SC904"}),
        ("ecs:DescribeTaskDefinition", {"SC102", "SC103", "SC109", "SC203", "SC307", "SC401"}),
        ("ecs:ListServicesByNamespace", {"SC105", "SC110", "SC401"}),
        ("servicediscovery:DiscoverInstances", {"SC201", "SC202", "SC203", "SC204", "SC205"}),
        ("logs:DescribeLogGroups", {"SC106"}),
        ("logs:GetLogEvents", BY_LOG),
    ],
)
def test_who_may_not_look_is_told_so_and_nothing_passes_unseen(estate: Estate, denied: str, blind: Found) -> None:
    iam, name = estate.stack.client("iam"), denied.replace(":", "-")
    statements = [
        {"Effect": "Allow", "Action": "*", "Resource": "*"},
        {"Effect": "Deny", "Action": denied, "Resource": "*"},
    ]
    policy = json.dumps({"Version": "2012-10-17", "Statement": statements})
    iam.create_user(UserName=name)
    iam.put_user_policy(UserName=name, PolicyName="blind", PolicyDocument=policy)
    key = iam.create_access_key(UserName=name)["AccessKey"]
    credentials = {"AWS_ACCESS_KEY_ID": key["AccessKeyId"], "AWS_SECRET_ACCESS_KEY": key["SecretAccessKey"]}
    code, told = estate.check("--cluster", "article", "--no-settle", **credentials)
    assert code == 1 and failed(told) == {"SC902 "}
    assert blind <= of_status(told, "unknown") and not blind & of_status(told, "pass")
    [refused] = [one for one in told if one["id"] == "SC902" and one["status"] == "fail"]
    assert denied in refused["messages"][0]


def test_the_whole_estate_of_the_demo_by_the_command_itself() -> None:
    with running_stack(task_delay=0.1) as stack, Person(stack, Terminal()) as person:
        for region in (REGION, LINKED):
            person.types(
                "aws ecs create-cluster --cluster-name tutorial --service-connect-defaults namespace=service-connect"
                + there(region)
            )
            person.types(
                "aws ecs register-task-definition --cli-input-json file://service-connect-nginx.json" + there(region)
            )
        # What a task died of the command sees only in the moment in which the service lacks it.
        laid = [each for each in PLANTED if each != AGED]
        commands = [creation(each.service, each.fault, each.desired, each.region) for each in laid]
        commands += [
            "aws ecs create-service --cluster tutorial --cli-input-json file://service-connect-nginx-service.json",
            creation(SCALED_IN, desired=4),
        ]
        person.types_each(commands)
        ecs = stack.client("ecs")

        def runs(service: str, count: int) -> bool:
            [found] = ecs.describe_services(cluster="tutorial", services=[service])["services"]
            return found["runningCount"] == found["desiredCount"] == count and len(found["deployments"]) == 1

        eventually(lambda: runs(HAUNTED, 1) and runs(SCALED_IN, 4) and runs("payments", 30) and runs(HEALTHY, 1))
        person.types(update(HAUNTED))
        person.types(update(SCALED_IN, "--desired-count 1"))
        eventually(lambda: runs(HAUNTED, 1) and runs(SCALED_IN, 1))
        regions = ["--region", REGION, "--region", LINKED]
        command = [sys.executable, "-m", "scaudit_cli", "check", "--all", "--no-settle", *regions, "--output", "json"]
        paths = {"PYTHONPATH": f"{PROJECT}:{PROJECT / 'layers/scaudit'}"}
        planted = {f"{each.check} {each.service}" for each in laid}

        def whole() -> bool:
            """Nothing else is ever found; a service that crashes every few seconds may have no task for a moment."""
            done = subprocess.run(command, env={**stack.env, **paths}, cwd=PROJECT, capture_output=True, text=True)
            told = json.loads(done.stdout)
            assert failed(told["findings"]) <= planted and done.returncode == 1
            if failed(told["findings"]) < planted:
                return False
            assert told["summary"]["healthy"] == 2
            linked = [one["service"] for one in told["findings"] if one["region"] == LINKED and one["status"] == "fail"]
            assert set(linked) == {each.service for each in laid if each.region == LINKED}
            return True

        eventually(whole, 60)


def test_the_mistake_in_the_articles_file_is_found_before_it_is_deployed() -> None:
    file = PROJECT / "tests/data/lint/service-connect-nginx-service.json"
    result = CliRunner().invoke(app, ["lint", str(file), "--output", "json"])
    told = json.loads(result.stdout)["findings"]
    assert result.exit_code == 1 and [one["id"] for one in told if one["status"] == "fail"] == ["SC101"]
    assert "namespace is true, expected a name or an ARN" in str(told)
