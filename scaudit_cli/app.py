"""The command line: its commands."""

from typing import Annotated

import typer

from scaudit import __version__
from scaudit_cli.ask.history import history
from scaudit_cli.ask.map import draw
from scaudit_cli.ask.status import status
from scaudit_cli.check.command import check
from scaudit_cli.describe.command import describe
from scaudit_cli.explain import explain
from scaudit_cli.lint.command import lint
from scaudit_cli.redrive import redrive
from scaudit_cli.test_alert import test_alert
from scaudit_cli.usage import EXIT_CODES, OUTCOMES, STATUS_CODES, Command, Group, examples

ASK, WATCH, REPAIR = "Ask AWS, files and logs", "Watch with the deployed stack", "Repair"
"""How the help groups the commands."""

app = typer.Typer(
    cls=Group,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"scaudit {__version__}")
        raise typer.Exit


@app.callback()
def scaudit(
    version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Does Service Connect really work for your tasks?"""


@app.command(
    cls=Command,
    rich_help_panel=ASK,
    epilog=examples(
        "scaudit proxylog proxy.log",
        "aws logs tail GROUP --log-stream-names STREAM --since 1d --format short | scaudit proxylog -",
        OUTCOMES,
    ),
)
def proxylog(
    file: Annotated[str, typer.Argument(help="The log of one proxy container, or - for standard input.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print all that was read, as one JSON object.")] = False,
) -> None:
    """Read the log of a Service Connect proxy: is it ready, with every listener, and if not, why?

    The log may be what `aws logs tail` or `copilot svc logs` shows, an answer of `aws logs get-log-events` or
    `filter-log-events` as JSON, or a file of Docker's json-file driver, whole or in part.
    """
    from scaudit.proxylog import read_proxy_log
    from scaudit_cli.log_files import read_lines
    from scaudit_cli.proxylog import EXIT, print_json, print_text

    start = read_proxy_log(read_lines(file))
    (print_json if as_json else print_text)(start)
    raise typer.Exit(EXIT[start.verdict])


app.command(
    cls=Command,
    rich_help_panel=ASK,
    epilog=examples(
        "scaudit check tutorial",
        "scaudit check tutorial/web --wait 600",
        "scaudit check --all-regions --problems",
        "scaudit check --all --since yesterday.json",
        "scaudit check --all --output json > scaudit.json",
        EXIT_CODES,
    ),
)(check)
app.command(
    cls=Command,
    rich_help_panel=ASK,
    epilog=examples(
        "scaudit describe tutorial/web",
        "scaudit describe tutorial/web 5ad776f3",
        "scaudit describe web --output json | jq .registrations",
        EXIT_CODES,
    ),
)(describe)
app.command(
    cls=Command,
    rich_help_panel=ASK,
    epilog=examples(
        "scaudit lint service.json task-definition.json",
        "scaudit lint template.yaml --fail-on warning",
        "scaudit lint template.yaml --output sarif > scaudit.sarif",
        EXIT_CODES,
    ),
)(lint)
app.command(
    cls=Command,
    rich_help_panel=WATCH,
    epilog=examples(
        "scaudit status",
        "scaudit status --output json | jq '.problems[] | select(.severity == \"critical\")'",
        STATUS_CODES,
    ),
)(status)
app.command(
    cls=Command,
    rich_help_panel=WATCH,
    epilog=examples("scaudit history web", "scaudit history tutorial/web --since 24h --output json"),
)(history)
app.command(
    "map",
    cls=Command,
    rich_help_panel=WATCH,
    epilog=examples("scaudit map", "scaudit map --namespace shop --live --output shop.html"),
)(draw)
app.command(
    cls=Command,
    rich_help_panel=ASK,
    epilog=examples("scaudit explain SC305", "scaudit explain 305", "scaudit explain port", "scaudit explain"),
)(explain)
app.command(cls=Command, rich_help_panel=REPAIR)(redrive)
app.command(cls=Command, rich_help_panel=WATCH)(test_alert)
