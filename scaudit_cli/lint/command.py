"""The command `scaudit lint`."""

import sys
from datetime import UTC, datetime
from typing import Annotated

import typer

from scaudit.model import Severity
from scaudit_cli.output import Output, write
from scaudit_cli.usage import As, FailOn, Verbose


def lint(
    files: Annotated[
        list[str],
        typer.Argument(
            metavar="FILE",
            help="What `aws ecs` takes or answers as JSON, CloudFormation or SAM templates, ecspresso.yml, or what "
            "`terraform show -json` prints; - is standard input.",
        ),
    ],
    output: As = Output.TEXT,
    fail_on: FailOn = Severity.ERROR,
    verbose: Verbose = False,
) -> None:
    """Judge the Service Connect configuration in files, before a deployment. Nothing is read from AWS.

    Files are judged together, as what goes to one account and Region: give a service's file with that of its task
    definition, and those of another environment apart.

    What a template leaves open is unknown; what only AWS can tell is skipped.
    """
    from scaudit_cli.lint.files import read
    from scaudit_cli.lint.judge import judge_files
    from scaudit_cli.output.report import report_of

    at = datetime.now(UTC)
    judged, notes = judge_files(read(files), at)
    report = report_of(judged, at=at, fail_on=fail_on, verbose=verbose, notes=notes)
    write(report, output, sys.stdout)
    raise typer.Exit(report.exit_code)
