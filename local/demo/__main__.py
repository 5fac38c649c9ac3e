"""`make demo`: faults planted, announced, mended and resolved, while healthy services roll in silence."""

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from local.demo.inbox import Inbox
from local.demo.person import CommandFailed, Person
from local.demo.score import Score, score
from local.demo.terminal import Terminal
from local.deploy import DeployError, deploy
from local.stack import LocalStack, running_stack

PROJECT = Path(__file__).parents[2]
IN_SECONDS = {"QueueDelay": "1", "SettleScale": "0.01", "SecondLook": "1", "AnnounceDelay": "1", "HoldDown": "3"}
PLANTED = {
    "payments": ("wrong-port", "SC203"),
    "orders": ("wrong-address", "SC202"),
    "carts": ("not-registered", "SC201"),
}
SLOW = ("search", "registered-late:3")
PATIENCE = 60.0
"""Seconds that any one thing may take."""
SILENCE = 4.0
"""Seconds to listen on after the last expected message, for one that should not come."""


def main() -> int:
    terminal = Terminal()
    try:
        with running_stack() as stack:
            return finish(terminal, play(stack, terminal))
    except (CommandFailed, DeployError, TimeoutError) as error:
        terminal.note(str(error))
        return finish(terminal, Score(len(PLANTED), 0, ()))


def finish(terminal: Terminal, result: Score) -> int:
    for message in result.false_alarms:
        terminal.arrived(f"FALSE ALARM {message.subject}", message.text)
    terminal.last(result.line)
    return 0 if result.kept else 1


def play(stack: LocalStack, terminal: Terminal) -> Score:
    terminal.step("sam build && sam deploy, into an AWS on this machine (delays set to seconds)")
    outputs = deploy(stack, "scaudit", IN_SECONDS, project=PROJECT, say=terminal.note)
    inbox = Inbox(stack, outputs["TopicArn"])
    person = Person(stack, terminal)

    terminal.step("The article, command by command: a cluster, a task definition, a healthy service")
    person.types(
        "aws ecs create-cluster --cluster-name tutorial --service-connect-defaults namespace=service-connect",
        show="cluster.serviceConnectDefaults.namespace",
    )
    person.types(
        'aws servicediscovery list-namespaces --filters Name="NAME",Values="service-connect",Condition="EQ"',
        show="Namespaces.0.Name",
    )
    person.types(
        "aws ecs register-task-definition --cli-input-json file://service-connect-nginx.json",
        show="taskDefinition.taskDefinitionArn",
    )
    healthy = person.types(
        "aws ecs create-service --cluster tutorial --cli-input-json file://service-connect-nginx-service.json",
        show="service.deployments.0.serviceConnectResources",
    )["service"]["serviceName"]
    record = wait_for(lambda: verified(stack, outputs["AuditLogGroup"], healthy), f"a record of {healthy}")
    terminal.note("scaudit looked at its task by itself, and found it well. Its record in the audit log:")
    terminal.note(json.dumps(record))

    terminal.step("Three services whose registration is wrong, and one that is only slow, while the healthy one rolls")
    arns = {name: create(person, name, fault) for name, (fault, _) in PLANTED.items()}
    create(person, *SLOW)
    person.types(f"aws ecs update-service --cluster tutorial --service {healthy} --force-new-deployment")

    terminal.step("What arrives on a queue that is subscribed to scaudit's topic (the first in full)")
    until(inbox, terminal, "open")
    terminal.step("The faults are mended: the cause taken away, a new deployment")
    for name, arn in arns.items():
        person.types(f"aws ecs untag-resource --resource-arn {arn} --tag-keys local:fault")
        person.types(f"aws ecs update-service --cluster tutorial --service {name} --force-new-deployment")
    until(inbox, terminal, "resolved")
    for message in inbox.look(SILENCE):
        terminal.arrived(message.subject)
    return score({name: check for name, (_, check) in PLANTED.items()}, inbox.arrived)


def create(person: Person, name: str, fault: str) -> str:
    """A service like the article's, under another name, with a fault of the local AWS laid on it by a tag."""
    configuration = (
        f"enabled=true,namespace=service-connect,services=[{{portName=nginx,discoveryName={name},"
        "clientAliases=[{port=80}]}],logConfiguration={logDriver=awslogs,options={"
        "awslogs-group=/ecs/service-connect-proxy,awslogs-region=ap-northeast-1,"
        "awslogs-stream-prefix=service-connect-proxy}}"
    )
    answer = person.types(
        "aws ecs create-service --cluster tutorial --cli-input-json file://service-connect-nginx-service.json"
        f" --service-name {name} --service-connect-configuration '{configuration}'"
        f" --tags key=local:fault,value={fault}"
    )
    arn: str = answer["service"]["serviceArn"]
    return arn


def until(inbox: Inbox, terminal: Terminal, state: str) -> None:
    """Show what arrives until every planted fault reached `state`, the first message with its text."""
    deadline = time.monotonic() + PATIENCE
    wanted = {(name, check) for name, (_, check) in PLANTED.items()}
    in_full = True
    while missing := wanted - {(m.service, m.check) for m in inbox.arrived if m.state == state}:
        if time.monotonic() > deadline:
            raise TimeoutError(f"no message '{state}' within {PATIENCE:.0f} s about {sorted(missing)}")
        for message in inbox.look(5):
            terminal.arrived(message.subject, message.text if in_full else "")
            in_full = False


def verified(stack: LocalStack, group: str, service: str) -> dict[str, Any] | None:
    """The latest record of a task of the service in the audit log group, read through the Logs API."""
    events = stack.client("logs").filter_log_events(logGroupName=group, filterPattern=f'"{service}"')["events"]
    lines = [json.loads(event["message"]) for event in events if event["message"].startswith("{")]
    found = [line for line in lines if line.get("record") == "task" and line.get("ecs_service") == service]
    return found[-1] if found else None


def wait_for(read: Callable[[], Any], what: str) -> Any:  # noqa: ANN401
    deadline = time.monotonic() + PATIENCE
    while not (found := read()):
        if time.monotonic() > deadline:
            raise TimeoutError(f"{what} did not come within {PATIENCE:.0f} s")
        time.sleep(0.2)
    return found


if __name__ == "__main__":
    sys.exit(main())
