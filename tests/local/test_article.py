"""The commands of the article, by the real `aws`, against the answers it shows."""

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.local.mesh import eventually

AWS = Path(sys.executable).with_name("aws")
ARTICLE = Path(__file__).parent / "data" / "article"


@pytest.fixture(scope="module")
def aws(stack):
    def run(command: str, *, fails: bool = False) -> Any:
        done = subprocess.run([AWS, *command.split()], env=stack.env, cwd=ARTICLE, capture_output=True, text=True)
        assert (done.returncode != 0) == fails, done.stderr
        return done.stderr if fails else json.loads(done.stdout)

    return run


def shown(name: str) -> Any:
    return json.loads((ARTICLE / f"{name}.json").read_text())


def leaves(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    if isinstance(value, dict) and value:
        for key, member in value.items():
            yield from leaves(member, f"{path}.{key}" if path else key)
    elif isinstance(value, list) and value:
        for number, member in enumerate(value):
            yield from leaves(member, f"{path}[{number}]")
    else:
        yield path, value


def differences(answer: Any, article: Any) -> set[str]:
    """The paths at which the two differ, or which only one of them has."""
    ours, theirs = dict(leaves(answer)), dict(leaves(article))
    return {path for path in ours | theirs if ours.get(path, "missing") != theirs.get(path, "missing")}


@pytest.fixture(scope="module")
def cluster(aws):
    return aws("ecs create-cluster --cluster-name tutorial --service-connect-defaults namespace=service-connect")


@pytest.fixture(scope="module")
def task_definition(aws):
    return aws("ecs register-task-definition --cli-input-json file://service-connect-nginx.json")


@pytest.fixture(scope="module")
def service(aws, stack, cluster, task_definition):
    # The article's "namespace": true is refused by the CLI itself; its answer shows that the name was meant.
    request = shown("service-connect-nginx-service")
    request["serviceConnectConfiguration"]["namespace"] = "service-connect"
    path = stack.run_dir / "service.json"
    path.write_text(json.dumps(request))
    return aws(f"ecs create-service --cluster tutorial --cli-input-json file://{path}")


def test_create_cluster(cluster):
    assert differences(cluster, shown("create-cluster")) == {
        "cluster.attachments[0].id",
        "cluster.serviceConnectDefaults.namespace",
        "cluster.settings[0].value",  # a setting of the author's account
    }


def test_the_cluster_is_attached_soon(aws, cluster):
    def read():
        [found] = aws("ecs describe-clusters --clusters tutorial --include ATTACHMENTS")["clusters"]
        return found["attachments"][0]["status"] == "ATTACHED" and found

    found = eventually(read)
    assert (found["status"], found["attachmentsStatus"]) == ("ACTIVE", "UPDATE_COMPLETE")


def test_list_namespaces(aws, cluster):
    command = "servicediscovery list-namespaces --region ap-northeast-1 --filters Name=NAME,Values={},Condition=EQ"
    assert differences(aws(command.format("service-connect")), shown("list-namespaces")) == {
        "Namespaces[0].Id",
        "Namespaces[0].Arn",
        "Namespaces[0].CreateDate",
    }
    assert aws(command.format("another")) == {"Namespaces": []}


def test_register_task_definition(task_definition):
    assert differences(task_definition, shown("register-task-definition")) == {
        "taskDefinition.registeredAt",
        "taskDefinition.registeredBy",
    }


def test_the_cli_refuses_the_articles_own_file(aws, task_definition, cluster):
    said = aws(
        "ecs create-service --cluster tutorial --cli-input-json file://service-connect-nginx-service.json", fails=True
    )
    assert "Invalid type for parameter serviceConnectConfiguration.namespace" in said


def test_create_service(service):
    deployment = "service.deployments[0]"
    assert differences(service, shown("create-service")) == {
        "service.createdAt",
        "service.createdBy",
        f"{deployment}.id",
        f"{deployment}.createdAt",
        f"{deployment}.updatedAt",
        f"{deployment}.rolloutStateReason",
        f"{deployment}.serviceConnectConfiguration.namespace",
        f"{deployment}.serviceConnectResources[0].discoveryArn",
    }
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+\+00:00", service["service"]["createdAt"])
    assert re.fullmatch(r"ecs-svc/\d{19}", service["service"]["deployments"][0]["id"])


def test_the_task_shows_its_two_containers(aws, service):
    [arn] = eventually(lambda: aws("ecs list-tasks --cluster tutorial")["taskArns"])
    [task] = aws(f"ecs describe-tasks --cluster tutorial --tasks {arn}")["tasks"]
    proxy, web = [container["name"] for container in task["containers"]]
    assert re.fullmatch("ecs-service-connect-[A-Za-z0-9]{5}", proxy)
    assert web == "webserver"


def test_the_proxy_says_the_articles_lines(aws, service):
    group = "--log-group-name /ecs/service-connect-proxy"

    def read():
        streams = aws(f"logs describe-log-streams {group}")["logStreams"]
        return streams and streams[0]["logStreamName"]

    eventually(lambda: aws("logs describe-log-groups")["logGroups"])
    stream = eventually(read)
    assert re.fullmatch("service-connect-proxy/ecs-service-connect-[A-Za-z0-9]{5}/[0-9a-f]{32}", stream)
    lines = [event["message"] for event in aws(f"logs get-log-events {group} --log-stream-name {stream}")["events"]]
    deployment = service["service"]["deployments"][0]["id"]
    arn = "arn:aws:ecs:ap-northeast-1:123456789012:task-set/tutorial/service-connect-nginx-service/"
    assert f"APPMESH_RESOURCE_ARN={arn}{deployment} " in lines[0]
    assert "Envoy Environment Variables" in lines[1]
    assert re.search(r'APPNET_LISTENER_PORT_MAPPING=\{\\"egress\\":\d+,\\"ingress-nginx\\":\d+\}', lines[2])
    assert "[AppNet Agent] Server started" in lines[3]
    assert "all dependencies initialized. starting workers" in lines[-1]


def test_a_description_of_the_service_has_service_connect_on_the_deployment_only(aws, service):
    [found] = aws("ecs describe-services --cluster tutorial --services service-connect-nginx-service")["services"]
    assert "serviceConnectConfiguration" not in found
    assert found["deployments"][0]["serviceConnectConfiguration"]["services"][0]["discoveryName"] == "nginx"
    by_namespace = aws("ecs list-services-by-namespace --namespace service-connect")["serviceArns"]
    assert by_namespace == [found["serviceArn"]]


def test_discovery(aws, service):
    def read():
        return aws("servicediscovery discover-instances --namespace-name service-connect --service-name nginx")[
            "Instances"
        ]

    [instance] = eventually(read)
    assert instance["Attributes"]["AWS_INSTANCE_PORT"] == "80"
