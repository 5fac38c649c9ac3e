"""`make demo`: faults planted, announced, mended and resolved, while healthy services roll in silence."""

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from local.demo.estate import (
    AGED,
    HAUNTED,
    HEALTHY,
    LINKED,
    PLANTED,
    RECYCLED,
    SCALED_IN,
    SLOW,
    creation,
    there,
    untag,
    update,
)
from local.demo.inbox import Inbox
from local.demo.person import CommandFailed, Person
from local.demo.score import Score, score
from local.demo.terminal import Terminal
from local.deploy import DeployError, deploy
from local.stack import LocalStack, running_stack

PROJECT = Path(__file__).parents[2]
MAP = PROJECT / "map.html"
IN_SECONDS = {"QueueDelay": "1", "SettleScale": "0.01", "SecondLook": "1", "AnnounceDelay": "4", "HoldDown": "2"}
PARAMETERS = {**IN_SECONDS, "LinkedRegions": LINKED}
CLUSTER = "aws ecs create-cluster --cluster-name tutorial --service-connect-defaults namespace=service-connect"
TASK_DEFINITION = "aws ecs register-task-definition --cli-input-json file://service-connect-nginx.json"
PATIENCE = 60.0
"""Seconds that any one thing may take."""
SILENCE = 3.0
"""Seconds to listen on after the last expected message, for one that should not come."""


def main() -> int:
    """Play the demo on a local AWS of its own; returns the exit code."""
    terminal = Terminal()
    try:
        with running_stack() as stack, Person(stack, terminal) as person:
            return finish(terminal, play(stack, terminal, person))
    except (CommandFailed, DeployError, TimeoutError) as error:
        terminal.note(str(error))
        return finish(terminal, Score(len(PLANTED), 0))


def finish(terminal: Terminal, result: Score) -> int:
    """Show every false alarm and the score; returns the exit code."""
    for message in result.false_alarms:
        terminal.arrived(f"FALSE ALARM {message.subject}", message.text)
    terminal.last(result.line)
    return 0 if result.kept else 1


def play(stack: LocalStack, terminal: Terminal, person: Person) -> Score:
    """Deploy, plant every fault, mend them all, and count what scaudit said of them."""
    terminal.step("sam build && sam deploy, into an AWS on this machine (delays set to seconds)")
    outputs = deploy(stack, "scaudit", PARAMETERS, project=PROJECT, say=terminal.note)
    inbox = Inbox(stack, outputs["TopicArn"])

    terminal.step("The article, command by command: a cluster, a task definition, a healthy service")
    person.types(CLUSTER, show="cluster.serviceConnectDefaults.namespace")
    person.types(
        'aws servicediscovery list-namespaces --filters Name="NAME",Values="service-connect",Condition="EQ"',
        show="Namespaces.0.Name",
    )
    person.types(TASK_DEFINITION, show="taskDefinition.taskDefinitionArn")
    person.types(
        "aws ecs create-service --cluster tutorial --cli-input-json file://service-connect-nginx-service.json",
        show="service.deployments.0.serviceConnectResources",
    )
    terminal.note(f"More healthy ones, and a cluster in {LINKED}, which is linked to this Region")
    aged, *_ = person.types_each(
        [
            creation(AGED.service, AGED.fault),
            creation(SCALED_IN, desired=4),
            creation(RECYCLED, "stream-recycled"),
            CLUSTER + there(LINKED),
            TASK_DEFINITION + there(LINKED),
        ]
    )
    record = wait_for(lambda: verified(stack, outputs["AuditLogGroup"], HEALTHY), f"a record of {HEALTHY}")
    terminal.note("scaudit looked at its task by itself, and found it well. Its record in the audit log:")
    terminal.note(json.dumps(record))

    terminal.step(
        f"{len(PLANTED)} services with a fault: in their registration, their proxy, or what they leave behind"
    )
    arn = aged["service"]["serviceArn"]
    planting = [creation(p.service, p.fault, p.desired, p.region) for p in PLANTED[1:]]
    _, *made = person.types_each([untag(arn), *planting])
    arns = {p.service: answer["service"]["serviceArn"] for p, answer in zip(PLANTED[1:], made, strict=True)}
    wait_for(lambda: verified(stack, outputs["AuditLogGroup"], HAUNTED), f"a record of {HAUNTED}")
    person.types(untag(arns[HAUNTED]))
    person.types(update(HAUNTED))
    ghost = wait_for(lambda: stopped(stack, HAUNTED), f"the end of the first task of {HAUNTED}")
    terminal.step(
        "Meanwhile healthy ones: one registers late, one rolls, one is scaled in, one has its stream recycled"
    )
    person.types(creation(SLOW, "registered-late:3"))
    person.types_each([update(HEALTHY), update(SCALED_IN, "--desired-count 1")])

    terminal.step("What arrives on a queue that is subscribed to scaudit's topic (the first in full)")
    until(inbox, terminal, "open")
    terminal.step("The faults are mended: the cause taken away, a new deployment")
    endpoint = endpoint_of(stack, HAUNTED)
    person.types(f"aws servicediscovery deregister-instance --service-id {endpoint} --instance-id {ghost}")
    person.types_each([untag(arn) for arn in arns.values()])
    person.types_each([update(p.service, region=p.region) for p in PLANTED[1:]])
    terminal.note(
        "What a task died of is over when a later one outlived it: a sweep sees that. One begins every few seconds."
    )
    sweep = {"FunctionName": outputs["SweepFunctionName"], "Payload": "{}"}
    until(inbox, terminal, "resolved", lambda: stack.client("lambda").invoke(**sweep))
    terminal.step("What scaudit knows by now, as one page")
    person.types(f"scaudit map --output {MAP}")
    terminal.note(f"open {MAP} in a browser")
    for message in inbox.look(SILENCE):
        terminal.arrived(message.subject)
    return score(PLANTED, inbox.arrived)


def stopped(stack: LocalStack, service: str) -> str:
    """The id of a task of the service that has stopped."""
    ecs = stack.client("ecs")
    arns = ecs.list_tasks(cluster="tutorial", serviceName=service, desiredStatus="STOPPED")["taskArns"]
    tasks = ecs.describe_tasks(cluster="tutorial", tasks=arns)["tasks"] if arns else []
    return next((task["taskArn"].rsplit("/", 1)[1] for task in tasks if task["lastStatus"] == "STOPPED"), "")


def endpoint_of(stack: LocalStack, service: str) -> str:
    """The Cloud Map service of an ECS service."""
    described = stack.client("ecs").describe_services(cluster="tutorial", services=[service])["services"][0]
    arn: str = described["deployments"][0]["serviceConnectResources"][0]["discoveryArn"]
    return arn.rsplit("/", 1)[1]


def until(inbox: Inbox, terminal: Terminal, state: str, meanwhile: Callable[[], object] = lambda: None) -> None:
    """Show what arrives until every planted fault reached `state`, the first message with its text."""
    deadline = time.monotonic() + PATIENCE
    wanted = {(p.service, p.check, p.region) for p in PLANTED}
    in_full = True
    while missing := wanted - {(m.service, m.check, m.region) for m in inbox.arrived if m.state == state}:
        if time.monotonic() > deadline:
            raise TimeoutError(f"no message '{state}' within {PATIENCE:.0f} s about {sorted(missing)}")
        meanwhile()
        for message in inbox.look(2):
            terminal.arrived(message.subject, message.text if in_full else "")
            in_full = False


def verified(stack: LocalStack, group: str, service: str) -> dict[str, Any] | None:
    """The latest record of a task of the service in the audit log group, read through the Logs API."""
    events = stack.client("logs").filter_log_events(logGroupName=group, filterPattern=f'"{service}"')["events"]
    lines = [json.loads(event["message"]) for event in events if event["message"].startswith("{")]
    found = [line for line in lines if line.get("record") == "task" and line.get("ecs_service") == service]
    return found[-1] if found else None


def wait_for(read: Callable[[], Any], what: str) -> Any:  # noqa: ANN401
    """What `read` gives once it gives anything. Raises TimeoutError after `PATIENCE` seconds."""
    deadline = time.monotonic() + PATIENCE
    while not (found := read()):
        if time.monotonic() > deadline:
            raise TimeoutError(f"{what} did not come within {PATIENCE:.0f} s")
        time.sleep(0.2)
    return found


if __name__ == "__main__":
    sys.exit(main())
