"""The command `scaudit check`."""

import sys
from typing import Annotated

import typer

from scaudit.model import Severity
from scaudit_cli.output import Output, write
from scaudit_cli.usage import As, FailOn, Refused, Verbose


def check(
    cluster: Annotated[
        list[str] | None, typer.Option("--cluster", "-c", metavar="C", help="Only this cluster; may be repeated.")
    ] = None,
    service: Annotated[str, typer.Option("--service", "-s", metavar="S", help="Only the service of this name.")] = "",
    namespace: Annotated[
        str,
        typer.Option(
            "--namespace", "-n", metavar="N", help="Every service in this namespace (name or ARN), of any cluster."
        ),
    ] = "",
    every: Annotated[bool, typer.Option("--all", help="Every cluster of the Region.")] = False,
    wait: Annotated[
        int,
        typer.Option(
            "--wait", metavar="SECONDS", min=0, help="Look again at what is pending, for no longer than this."
        ),
    ] = 0,
    no_settle: Annotated[
        bool, typer.Option("--no-settle", help="Judge what is true this second, whatever may still settle.")
    ] = False,
    output: As = Output.TEXT,
    fail_on: FailOn = Severity.ERROR,
    verbose: Verbose = False,
) -> None:
    """Audit the Service Connect tasks of a cluster now: read only, with your own AWS credentials.

    Without --cluster, --namespace or --all: the only cluster of the Region.
    """
    from scaudit.judge.rules import Rules
    from scaudit_cli.check.run import Run
    from scaudit_cli.check.scope import Scope
    from scaudit_cli.output.report import report_of

    clusters = tuple(name.rsplit("/", 1)[-1] for name in cluster or ())
    if every and clusters:
        raise Refused("--all and --cluster exclude each other")
    run = Run(Scope(clusters, service, namespace, every), Rules(settle_scale=0.0 if no_settle else 1.0))
    run.look()
    run.wait(wait)
    report = report_of(run.judged(), at=run.began, fail_on=fail_on, verbose=verbose, notes=run.notes(), reads=run.calls)
    write(report, output, sys.stdout)
    raise typer.Exit(report.exit_code)
