"""A real `sam build` and `sam deploy`, and functions that have only what Lambda gives them."""

import json
import time
from pathlib import Path

import pytest

from local.deploy import DeployError, deploy
from tests.local.mesh import eventually

PROJECT = Path(__file__).parent / "data" / "function"
GREETING = 'hello, "world" = 1'


@pytest.fixture(scope="module")
def deployed(stack):
    said = []
    before = sorted(PROJECT.rglob("*"))
    parameters = {"Greeting": GREETING, "Window": "2"}
    outputs = deploy(stack, "probe", parameters, project=PROJECT, say=said.append)
    assert [line.split(":")[0] for line in said] == ["sam build", "sam deploy"]
    assert sorted(PROJECT.rglob("*")) == before
    return outputs


@pytest.fixture(scope="module")
def answer(stack, deployed):
    modules = ["boto3", "moto", "ministack", "aws_lambda_powertools", "local", "click"]
    invoked = stack.client("lambda").invoke(FunctionName=deployed["Function"], Payload=json.dumps({"modules": modules}))
    return json.loads(invoked["Payload"].read())


def test_a_function_imports_nothing_that_was_not_deployed_with_it(answer):
    assert {name for name, found in answer["found"].items() if found} == {"boto3"}


def test_parameters_arrive_as_they_are(answer):
    assert answer["greeting"] == GREETING


def test_the_function_has_an_interpreter_of_its_own(answer, stack):
    assert answer["executable"].startswith(f"{stack.run_dir}/")


def test_a_composite_alarm_of_a_template_is_one(stack, deployed):
    (alarm,) = stack.client("cloudwatch").describe_alarms(AlarmTypes=["CompositeAlarm"])["CompositeAlarms"]
    assert (alarm["AlarmName"], alarm["AlarmRule"]) == (deployed["Alarm"], "FALSE")


def test_a_saved_query_of_a_template_is_listed(stack, deployed):
    logs = stack.client("logs")
    (query,) = logs.describe_query_definitions(queryDefinitionNamePrefix="local/")["queryDefinitions"]
    assert (query["name"], query["queryString"]) == ("local/query", "fields @message")
    assert logs.describe_query_definitions(queryDefinitionNamePrefix="other/")["queryDefinitions"] == []


def test_a_stream_gathers_a_batch_until_its_window_ends_or_the_batch_is_full(stack, deployed):
    table, sqs = stack.client("dynamodb"), stack.client("sqs")

    def write(name):
        table.put_item(TableName=deployed["Table"], Item={"pk": {"S": name}})

    def batches():
        found = sqs.receive_message(QueueUrl=deployed["Counts"], MaxNumberOfMessages=10).get("Messages", [])
        return [int(message["Body"]) for message in found]

    began = time.monotonic()
    for number in range(3):
        write(f"slow-{number}")
    assert eventually(batches, 10) == [3]
    assert time.monotonic() - began >= 2
    began = time.monotonic()
    for number in range(10):
        write(f"full-{number}")
    assert eventually(batches, 10) == [10]
    assert time.monotonic() - began < 1.5


def test_a_second_deployment_of_the_same_changes_nothing(stack, deployed):
    parameters = {"Greeting": GREETING, "Window": "2"}
    assert deploy(stack, "probe", parameters, project=PROJECT, say=lambda line: None) == deployed


def test_a_failure_shows_what_sam_said(stack, tmp_path):
    (tmp_path / "template.yaml").write_text('{"Resources": {"Odd": {"Type": "AWS::No::Such"}}}')
    with pytest.raises(DeployError, match=r"(?s)sam deploy ended with code 1:.*AWS::No::Such"):
        deploy(stack, "broken", {}, project=tmp_path, say=print)
