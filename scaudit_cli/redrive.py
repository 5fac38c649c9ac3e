"""`scaudit redrive`: show what is in the dead-letter queue, and why; then send back what can be tried again."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Annotated, Any

import typer

from scaudit_cli.deployed import answers, find
from scaudit_cli.usage import Profile, Refused, Stack, StackRegion

if TYPE_CHECKING:
    from scaudit_cli.dead_letters import Letter

HOLD = 600
"""Seconds for which the letters are kept from others: time to read the list and to answer."""
WAIT = 2
"""Seconds. Long polling asks all of SQS's servers, so that an empty answer means an empty queue."""
Held = list[tuple[dict[str, Any], "Letter"]]


def redrive(
    stack: Stack = "scaudit",
    region: StackRegion = "",
    profile: Profile = "",
    yes: Annotated[bool, typer.Option("--yes", help="Send back without asking.")] = False,
    everything: Annotated[
        bool, typer.Option("--all", help="Also messages that verify could not parse; use it after an upgrade.")
    ] = False,
) -> None:
    """Show the dead letters with their reasons, and send back to the queue what can be tried again.

    Exit code 0 when none is left, 1 when some are, 64 when the stack cannot be reached.
    """
    deployed = find(stack, region, profile)
    sqs, dead = deployed.client("sqs"), deployed.outputs["DeadLetterQueueUrl"]
    with held(sqs, dead) as letters:
        if not letters:
            typer.echo("the dead-letter queue is empty")
            return
        show(letters, everything)
        going = [pair for pair in letters if goes_back(pair[1], everything)]
        if not going:
            typer.echo("none of them can be tried again")
        elif yes or typer.confirm(f"Send {len(going)} of {len(letters)} back to the queue?"):
            for raw, _ in going:
                send_back(sqs, deployed.outputs["QueueUrl"], dead, raw)
            letters[:] = [pair for pair in letters if not goes_back(pair[1], everything)]
            typer.echo(f"sent back {len(going)}, left {len(letters)}")
        left = bool(letters)
    if left:
        raise typer.Exit(1)


@contextmanager
def held(sqs: Any, dead: str) -> Iterator[Held]:  # noqa: ANN401
    """Every letter of the queue, hidden from others meanwhile; those still in the list at the end are shown again."""
    from scaudit_cli.dead_letters import letter_of

    letters: Held = []
    try:
        with answers():
            while got := sqs.receive_message(
                QueueUrl=dead,
                MaxNumberOfMessages=10,
                VisibilityTimeout=HOLD,
                WaitTimeSeconds=WAIT,
                MessageAttributeNames=["All"],
                AttributeNames=["All"],
            ).get("Messages"):
                letters += [(raw, letter_of(raw)) for raw in got]
        yield letters
    finally:
        for raw, _ in letters:
            with suppress(Refused), answers():  # it comes back by itself when HOLD is over
                sqs.change_message_visibility(QueueUrl=dead, ReceiptHandle=raw["ReceiptHandle"], VisibilityTimeout=0)


def goes_back(letter: "Letter", everything: bool) -> bool:
    """Whether redrive sends it back; with `everything` also what no retry can process."""
    return not letter.stays and (everything or not letter.hopeless)


def send_back(sqs: Any, queue: str, dead: str, raw: dict[str, Any]) -> None:  # noqa: ANN401
    """Sent before it is deleted: what breaks in between leaves it in both, and verify bears to see a message twice."""
    with answers():
        sqs.send_message(QueueUrl=queue, MessageBody=raw["Body"])
        sqs.delete_message(QueueUrl=dead, ReceiptHandle=raw["ReceiptHandle"])


def show(letters: Held, everything: bool) -> None:
    """Print how many messages there are of each kind and reason, and what becomes of them."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table("count", "about", "reason", "", box=None, pad_edge=False, header_style="dim")
    for letter, count in Counter(letter for _, letter in letters).most_common():
        stays = letter.stays or "cannot be parsed; --all sends it back anyway"
        fate = "can be tried again" if goes_back(letter, everything) else f"stays: {stays}"
        table.add_row(str(count), Text(letter.kind), Text(letter.reason), Text(fate))
    Console(highlight=False, soft_wrap=True).print(table)
