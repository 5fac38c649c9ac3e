"""The command `scaudit describe`: one service, or one task of it, as a whole, read now."""

import sys
from collections.abc import Iterable
from dataclasses import replace
from typing import Annotated

import typer

from scaudit.model import Severity
from scaudit.model.arn import Arn
from scaudit_cli.ask.form import Form
from scaudit_cli.check.absent import TASK_ID
from scaudit_cli.usage import FailOn, Profile, Refused, Verbose

_SHORT = 8
"""Characters that are enough to name a task: so many `scaudit check` shows."""


def describe(
    service: Annotated[str, typer.Argument(metavar="[CLUSTER/]SERVICE", help="The service, or its ARN.")],
    task: Annotated[
        str,
        typer.Argument(metavar="[TASK]", help="Only this task: its id or the first 8 characters.", show_default=False),
    ] = "",
    region: Annotated[
        str, typer.Option("--region", "-r", metavar="R", help="Its Region; else the one of your AWS settings.")
    ] = "",
    profile: Profile = "",
    stack: Annotated[str, typer.Option(help="The deployed stack that has it on record.")] = "scaudit",
    output: Annotated[Form, typer.Option("--output", "-o", help="How the answer is written.")] = Form.TEXT,
    fail_on: FailOn = Severity.ERROR,
    verbose: Verbose = False,
) -> None:
    """All of one service, or of one task, now: configuration, registrations, proxies, clients, and what is wrong.

    It is read and judged as `scaudit check` does. What the deployed stack has on record is shown beside it.
    """
    from scaudit.judge.rules import Rules
    from scaudit_cli.check.start import scope_of, started
    from scaudit_cli.describe import json, text
    from scaudit_cli.describe.look import described

    scope = scope_of(service if "/" in service else "", (), "" if "/" in service else service, "", every=False)
    if not scope.service:
        raise Refused(f"{service} is no SERVICE or CLUSTER/SERVICE, nor an ARN of one")
    region, task = region or Arn.of(service).region, task.rsplit("/", 1)[-1]
    if task and len(task) < _SHORT:
        raise Refused(f"{task} is no task: give its id, or at least the first {_SHORT} characters of it")
    whole = task if TASK_ID.fullmatch(task) else ""
    run = started(profile, (region,), replace(scope, alone=True, task=whole), Rules(), fail_on)
    homes = (region, "") if region else ("",)  # a stack watches Regions that are linked to its own
    shown = described(run, lambda known: chosen(task, known), stack, homes, profile, fail_on, verbose=verbose)
    (json if output is Form.JSON else text).write(shown, sys.stdout)
    raise typer.Exit(shown.report.exit_code)


def chosen(task: str, known: Iterable[str]) -> str:
    """The id of the task that is meant, among those that are known. Raises Refused where it is not clear."""
    known = list(known)
    found = [each for each in known if each == task] or [each for each in known if task and each.startswith(task)]
    if len(found) > 1:
        raise Refused(f"there are {len(found)} tasks {task}: {', '.join(found)}")
    if task and not found:
        raise Refused(
            f"no task {task} is known: it does not run for the service, nor is it registered; give the whole id of one "
            "that was stopped less than an hour ago"
        )
    return found[0] if found else ""
