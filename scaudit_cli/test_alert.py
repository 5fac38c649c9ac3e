"""`scaudit test-alert`: have the deployed stack say a test alert, and see that it does and who gets it."""

import time
import uuid
from collections.abc import Iterator
from typing import TYPE_CHECKING

import typer

from scaudit_cli.deployed import Deployed, answers, find
from scaudit_cli.usage import Profile, Stack, StackRegion

if TYPE_CHECKING:
    from scaudit.queue.messages import AlertTest

PATIENCE = 120
"""Seconds. Batching windows of queue and stream, two cold starts, and the log's own delay, several times over."""
PAUSE, TELL = 2, 10
"""Seconds between two looks, and between two lines that say so."""
CLOCKS = 300
"""Seconds by which this machine's clock may be ahead of AWS's."""


def test_alert(stack: Stack = "scaudit", region: StackRegion = "", profile: Profile = "") -> None:
    """Send a test alert the path of every alert: queue, verify, table, stream, notify, topic. See whom it reaches.

    Exit code 0 when it was published and somebody listens, 1 when not, 64 when the stack cannot be reached.
    """
    from scaudit.announce.words.test_alert import message_id

    deployed = find(stack, region, profile)
    listeners = list(subscriptions(deployed))
    for protocol, endpoint, confirmed in listeners:
        typer.echo(f"{'goes to' if confirmed else 'not confirmed yet:'} {protocol} {endpoint}")
    began = time.monotonic()
    asked = ask(deployed)
    typer.echo(f"asked for message {message_id(deployed.account, asked.region, asked.id)}")
    said = seen(deployed, asked, began)
    if said:
        typer.echo(f"published after {time.monotonic() - began:.0f} s")
    else:
        typer.echo(
            f"not published within {PATIENCE} s: look at the alarms of the stack, the dead letters (scaudit redrive) "
            f"and the log group {deployed.outputs['AuditLogGroup']}",
            err=True,
        )
    if not any(confirmed for _, _, confirmed in listeners):
        typer.echo(f"nobody listens: subscribe to {deployed.outputs['TopicArn']}", err=True)
        said = False
    if not said:
        raise typer.Exit(1)


def subscriptions(deployed: Deployed) -> Iterator[tuple[str, str, bool]]:
    """Protocol and endpoint of each subscription of the topic, and whether it is confirmed."""
    with answers():
        pages = deployed.client("sns").get_paginator("list_subscriptions_by_topic")
        for page in pages.paginate(TopicArn=deployed.outputs["TopicArn"]):
            for each in page["Subscriptions"]:
                # AWS: an ARN, or "PendingConfirmation"
                yield each["Protocol"], each["Endpoint"], each["SubscriptionArn"].startswith("arn:")


def ask(deployed: Deployed) -> "AlertTest":
    """Put the request into the queue, in the caller's name."""
    from scaudit.queue.bodies import body
    from scaudit.queue.messages import AlertTest

    with answers():
        who = deployed.client("sts").get_caller_identity()["Arn"].rsplit(":", 1)[1]
        asked = AlertTest(deployed.region, uuid.uuid4().hex[:16], who)
        deployed.client("sqs").send_message(QueueUrl=deployed.outputs["QueueUrl"], MessageBody=body(asked))
    return asked


def seen(deployed: Deployed, asked: "AlertTest", began: float) -> bool:
    """Whether the audit log shows within PATIENCE that the alert was published."""
    from scaudit.announce.words.test_alert import message_id

    wanted = f'"{message_id(deployed.account, asked.region, asked.id)}"'
    since = int((time.time() - CLOCKS) * 1000)
    pages, told = deployed.client("logs").get_paginator("filter_log_events"), time.monotonic()
    while True:
        with answers():
            for page in pages.paginate(
                logGroupName=deployed.outputs["AuditLogGroup"], startTime=since, filterPattern=wanted
            ):
                if page["events"]:
                    return True
        if time.monotonic() > began + PATIENCE:
            return False
        if time.monotonic() > told + TELL:
            told = time.monotonic()
            typer.echo(f"not published yet after {told - began:.0f} s; given up after {PATIENCE} s", err=True)
        time.sleep(PAUSE)
