"""Under enforced policies the deployed roles suffice, and without one of their rights nothing is said to be fine."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from tests.e2e.conftest import LOG, Deployed, eventually

READS = {
    "ReadTasks": (1, {"ecs:DescribeTasks"}),
    "ReadServices": (1, {"ecs:DescribeServices"}),
    "ReadWhatHasNoResource": (1, {"ecs:DescribeTaskDefinition", "ecs:ListTasks"}),
    "ReadRegistrations": (1, {"servicediscovery:GetInstance", "servicediscovery:ListInstances"}),
    "DiscoverRegistrations": (20, {"servicediscovery:DiscoverInstances"}),
    "ReadNamespaces": (20, {"servicediscovery:GetNamespace"}),
    "ReadProxyLogs": (1, {"logs:GetLogEvents", "logs:FilterLogEvents"}),
}
"""Each statement of VerifyRole that reads: how many tasks make scaudit need it, and what it allows."""


@contextmanager
def without(deployed: Deployed, sid: str) -> Iterator[None]:
    """VerifyRole as deployed, less one statement."""
    function = deployed.functions.get_function_configuration(FunctionName=deployed.outputs["VerifyFunctionName"])
    policy = {"RoleName": function["Role"].rsplit("/", 1)[1], "PolicyName": "Verify"}
    whole = deployed.iam.get_role_policy(**policy)["PolicyDocument"]
    kept = [statement for statement in whole["Statement"] if statement["Sid"] != sid]
    assert len(kept) == len(whole["Statement"]) - 1
    deployed.iam.put_role_policy(**policy, PolicyDocument=json.dumps(whole | {"Statement": kept}))
    try:
        yield
    finally:
        deployed.iam.put_role_policy(**policy, PolicyDocument=json.dumps(whole))


def estate(deployed: Deployed, name: str, count: int, **more: Any) -> None:
    """A cluster, namespace and task definition of its own, of which nothing is known yet, and a service."""
    deployed.ecs.create_cluster(clusterName=name, serviceConnectDefaults={"namespace": name})
    port = {"name": "nginx", "containerPort": 80}
    containers = [{"name": "web", "image": "nginx", "portMappings": [port]}]
    deployed.ecs.register_task_definition(
        family=name, networkMode="awsvpc", cpu="256", memory="512", containerDefinitions=containers
    )
    endpoint = {"portName": "nginx", "clientAliases": [{"port": 80}]}
    configuration = {"enabled": True, "services": [endpoint], "logConfiguration": LOG}
    deployed.service(
        name, count=2, cluster=name, taskDefinition=name, serviceConnectConfiguration=configuration, **more
    )


def test_the_deployed_roles_suffice(deployed: Deployed) -> None:
    estate(deployed, "allowed", 2)
    deployed.recorded("allowed", "pass", tasks=2)
    deployed.sweep_to_its_end()
    stumbled = deployed.stumbled()
    assert deployed.inbox.arrived == [] and not stumbled, "\n".join(stumbled)


@pytest.mark.parametrize(("sid", "tasks", "actions"), [(sid, *need) for sid, need in READS.items()], ids=READS)
def test_without_a_right_to_read_it_is_unknown_and_says_once_what_to_allow(
    deployed: Deployed, sid: str, tasks: int, actions: set[str]
) -> None:
    def refused() -> set[str]:
        """The actions of the statement that an unknown record names."""
        unknown = json.dumps([record for record in deployed.records(sid) if record["verdict"] == "unknown"])
        return {action for action in actions if f"{action} is refused" in unknown}

    def told() -> set[str]:
        deployed.inbox.look(1)
        opened = [m for m in deployed.inbox.arrived if m.state == "open"]
        assert {m.check for m in opened} <= {"SC902"}, "a refusal is no fault of the service"
        return {action for m in opened for action in actions if f"{action} is refused" in m.text}

    with without(deployed, sid):
        estate(deployed, sid, tasks)
        eventually(refused)
        eventually(lambda: told() >= refused())
    subjects = [m.subject for m in deployed.inbox.arrived if m.state == "open"]
    assert len(subjects) == len(set(subjects))


def test_without_a_right_to_write_nothing_is_acknowledged(deployed: Deployed) -> None:
    queue = deployed.outputs["QueueUrl"]
    deployed.sqs.set_queue_attributes(QueueUrl=queue, Attributes={"VisibilityTimeout": "1"})
    with without(deployed, "Ledger"):
        estate(deployed, "unwritable", 1, tags=[{"key": "local:fault", "value": "wrong-port"}])

        def dead() -> list[dict[str, Any]]:
            letters = deployed.sqs.receive_message(
                QueueUrl=deployed.outputs["DeadLetterQueueUrl"], MaxNumberOfMessages=10, WaitTimeSeconds=1
            ).get("Messages", [])
            return [letter for letter in letters if "unwritable" in letter["Body"]]

        assert eventually(dead, 60)
