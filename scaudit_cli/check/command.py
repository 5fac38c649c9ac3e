"""The command `scaudit check`."""

import sys
from typing import Annotated

import typer

from scaudit.model import Severity
from scaudit_cli import INTERRUPTED
from scaudit_cli.output import Output, write
from scaudit_cli.usage import As, FailOn, Profile, Refused, Verbose


def check(
    target: Annotated[
        str, typer.Argument(metavar="CLUSTER[/SERVICE]", help="Only this cluster, or service.", show_default=False)
    ] = "",
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
    region: Annotated[
        list[str] | None, typer.Option("--region", "-r", metavar="R", help="This Region; may be repeated.")
    ] = None,
    all_regions: Annotated[
        bool, typer.Option("--all-regions", help="Every cluster of every Region that the account has enabled.")
    ] = False,
    profile: Profile = "",
    wait: Annotated[
        int,
        typer.Option(
            "--wait", metavar="SECONDS", min=0, help="Look again at what is pending, for no longer than this."
        ),
    ] = 0,
    no_settle: Annotated[
        bool, typer.Option("--no-settle", help="Judge what is true this second, whatever may still settle.")
    ] = False,
    problems: Annotated[
        bool, typer.Option("--problems", help="Print nothing but what failed and what could not be told.")
    ] = False,
    since: Annotated[
        str,
        typer.Option("--since", metavar="FILE", help="Tell what is new and what is mended since this earlier JSON."),
    ] = "",
    output: As = Output.TEXT,
    fail_on: FailOn = Severity.ERROR,
    verbose: Verbose = False,
) -> None:
    """Audit the Service Connect tasks of a cluster now: read only, with your own AWS credentials.

    Without a cluster, --namespace or --all: the only cluster of the Region. Of a proxy that ECS calls HEALTHY the log
    of its start is read, and the rest only where that shows a fault.
    """
    from scaudit.judge.rules import Rules
    from scaudit_cli.check.start import scope_of, started
    from scaudit_cli.output.report import report_of
    from scaudit_cli.output.since import compared, earlier

    before = earlier(since) if since else None
    scope = scope_of(
        target, cluster or (), service, namespace, every=every or (all_regions and not (cluster or target))
    )
    if region and all_regions:
        raise Refused("--region and --all-regions exclude each other")
    rules = Rules(settle_scale=0.0 if no_settle else 1.0)
    run = started(profile, () if all_regions else tuple(region or ("",)), scope, rules, fail_on)
    try:
        run.look()
        run.wait(wait)
    except KeyboardInterrupt:
        run.interrupted()
    if run.unreachable and output is Output.TEXT and not run.cut:
        typer.echo(f"scaudit: {run.unreachable}", err=True)
        raise typer.Exit(2)
    report = report_of(
        run.judged(),
        at=run.began,
        fail_on=fail_on,
        verbose=verbose,
        problems=problems,
        notes=run.notes(),
        misnamed=run.misnamed(),
        reads=run.calls,
        account=run.account,
        regions=run.names,
        cut=run.cut,
    )
    write(compared(report, before) if before else report, output, sys.stdout)
    raise typer.Exit(INTERRUPTED if run.cut else report.exit_code)
