"""From a RUNNING event to scaudit's message, every delay at zero, beside a function that only forwards the event.

Run with `.venv/bin/python -m benchmarks.latency`. Both share one local AWS, so the ratio means something on a noisy
machine; the seconds do not, but for the one that the table's stream gathers changes before notify hears of them.
"""

import statistics
import time
from pathlib import Path
from typing import Any

from local.deploy import deploy
from local.stack import LocalStack, running_stack
from tests.contracts.deployed import properties

PROJECT = Path(__file__).parents[1]
NO_DELAYS = {"QueueDelay": "0", "SettleScale": "0", "SecondLook": "0", "AnnounceDelay": "0", "HoldDown": "0"}
ROUNDS = 15
STREAM_WINDOW: int = properties("NotifyFunctionLedger")["MaximumBatchingWindowInSeconds"]
FORWARDER = """
import json, os, boto3
sns = boto3.client("sns")
def handler(event, context):
    sns.publish(TopicArn=os.environ["TOPIC"], Message=json.dumps(event["detail"]["group"]))
"""
FORWARDING = f"""
Resources:
  Topic: {{Type: AWS::SNS::Topic}}
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Statement: [{{Effect: Allow, Principal: {{Service: lambda.amazonaws.com}}, Action: sts:AssumeRole}}]
  Forward:
    Type: AWS::Lambda::Function
    Properties:
      Runtime: python3.13
      Handler: index.handler
      Role: !GetAtt Role.Arn
      Environment: {{Variables: {{TOPIC: !Ref Topic}}}}
      Code:
        ZipFile: |
{"".join(f"          {line}{chr(10)}" for line in FORWARDER.strip().splitlines())}
  Rule:
    Type: AWS::Events::Rule
    Properties:
      EventPattern:
        source: [aws.ecs]
        detail-type: [ECS Task State Change]
        detail: {{lastStatus: [RUNNING]}}
      Targets: [{{Id: forward, Arn: !GetAtt Forward.Arn}}]
Outputs:
  TopicArn: {{Value: !Ref Topic}}
"""


def main() -> None:
    with running_stack(task_delay=0.02) as stack:
        outputs = deploy(stack, "scaudit", NO_DELAYS, project=PROJECT, say=print)
        cloudformation = stack.client("cloudformation")
        cloudformation.create_stack(StackName="forward", TemplateBody=FORWARDING, Capabilities=["CAPABILITY_IAM"])
        cloudformation.get_waiter("stack_create_complete").wait(StackName="forward", WaiterConfig={"Delay": 1})
        forward = cloudformation.describe_stacks(StackName="forward")["Stacks"][0]["Outputs"][0]["OutputValue"]
        report(measure(stack, {"scaudit": outputs["TopicArn"], "forward": forward}))


def measure(stack: LocalStack, topics: dict[str, str]) -> dict[str, list[float]]:
    """Seconds from a task's startedAt to the first message about its service, for each topic, round by round."""
    ecs, inboxes = stack.client("ecs"), {name: inbox(stack, name, topic) for name, topic in topics.items()}
    ecs.create_cluster(clusterName="tutorial", serviceConnectDefaults={"namespace": "mesh"})
    containers = [{"name": "web", "image": "nginx", "portMappings": [{"name": "nginx", "containerPort": 80}]}]
    ecs.register_task_definition(
        family="web", networkMode="awsvpc", cpu="256", memory="512", containerDefinitions=containers
    )
    seconds: dict[str, list[float]] = {name: [] for name in topics}
    for number in range(ROUNDS + 1):
        service = f"service-{number}"
        endpoint = {"portName": "nginx", "discoveryName": service, "clientAliases": [{"port": 80}]}
        ecs.create_service(
            cluster="tutorial",
            serviceName=service,
            taskDefinition="web",
            desiredCount=1,
            launchType="FARGATE",
            networkConfiguration={"awsvpcConfiguration": {"subnets": ["subnet-1"]}},
            serviceConnectConfiguration={"enabled": True, "services": [endpoint]},
            tags=[{"key": "local:fault", "value": "wrong-port"}],
        )
        arrived = {name: wait(stack, url, service) for name, url in inboxes.items()}
        (task,) = ecs.list_tasks(cluster="tutorial", serviceName=service)["taskArns"]
        started = ecs.describe_tasks(cluster="tutorial", tasks=[task])["tasks"][0]["startedAt"].timestamp()
        if number:  # the first round starts the functions
            for name, moment in arrived.items():
                seconds[name].append(moment - started)
    return seconds


def inbox(stack: LocalStack, name: str, topic: str) -> str:
    sqs = stack.client("sqs")
    url: str = sqs.create_queue(QueueName=name)["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    stack.client("sns").subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn)
    return url


def wait(stack: LocalStack, url: str, service: str) -> float:
    """When SNS took the first message about the service; the arrival at this queue may be read later."""
    sqs: Any = stack.client("sqs")
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        answer = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10, WaitTimeSeconds=1, AttributeNames=["All"])
        for message in answer.get("Messages", []):
            sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
            if service in message["Body"]:
                return int(message["Attributes"]["SentTimestamp"]) / 1000
    raise TimeoutError(f"no message about {service} within 30 s")


def report(seconds: dict[str, list[float]]) -> None:
    medians = {name: statistics.median(found) for name, found in seconds.items()}
    for name, found in seconds.items():
        print(f"{name:8} median {medians[name] * 1000:5.0f} ms, worst {max(found) * 1000:5.0f} ms of {len(found)}")
    print(f"ratio of the medians {medians['scaudit'] / medians['forward']:.1f}")
    hurried = medians["scaudit"] - STREAM_WINDOW
    print(f"without the stream's batching window of {STREAM_WINDOW} s: {hurried / medians['forward']:.1f}")


if __name__ == "__main__":
    main()
