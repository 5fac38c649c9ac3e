"""`scaudit explain`: the page of one check, or the list of all; and what the whole command says of itself."""

import itertools
import os
import subprocess
import sys

import pytest
from typer.testing import CliRunner

from scaudit import __version__
from scaudit.checks import CATALOGUE
from scaudit_cli import explain
from scaudit_cli.app import app
from tests.cli.linted import CASES
from tests.cli.terminal import Terminal


def run(*arguments: str) -> tuple[int, str, str]:
    result = CliRunner().invoke(app, list(arguments), env={"COLUMNS": "100"})
    return result.exit_code, result.stdout, result.stderr


@pytest.mark.parametrize("check", CATALOGUE, ids=lambda check: check.id)
def test_the_page_of_a_check_says_why_and_what_to_do(check):
    code, out, _ = run("explain", check.id.lower())
    assert code == 0 and check.id in out
    assert check.title in out and check.why in out and check.fix in out


@pytest.mark.parametrize("check", CATALOGUE, ids=lambda check: check.id)
def test_on_a_terminal_a_page_keeps_to_its_width_and_addresses_stay_whole(monkeypatch, check):
    for name, value in {"COLUMNS": "80", "NO_COLOR": "1"}.items():
        monkeypatch.setenv(name, value)
    out = Terminal()
    monkeypatch.setattr(explain.sys, "stdout", out)
    explain.explain(check.id)
    told = out.getvalue()
    for line in told.splitlines():
        assert len(line) <= 80 or len(line) - len(line.split()[-1]) <= 40, line
    whole = " ".join(told.split())
    for text in (check.title, check.why, check.fix, check.source):
        assert " ".join(text.split()) in whole, "nothing is cut"


def test_without_an_id_every_check_has_its_line():
    code, out, _ = run("explain")
    lines = out.splitlines()
    assert code == 0 and len(lines) == len(CATALOGUE)
    for line, check in zip(lines, CATALOGUE, strict=True):
        assert line.split(maxsplit=2) == [check.id, check.severity.word, check.title]


def test_an_id_that_is_none_is_64_with_what_it_may_be():
    code, out, err = run("explain", "SC3305")
    assert (code, out) == (64, "") and "did you mean SC305" in err
    assert "none speaks of 'x' (scaudit explain lists them)" in run("explain", "x")[2]
    assert run("explain", "sc999")[2] == "scaudit: there is no check SC999 (scaudit explain lists them)\n"
    assert "there is no check SC501 yet" in run("explain", "SC501")[2]


def test_the_version():
    assert run("--version") == (0, f"scaudit {__version__}\n", "")


@pytest.mark.parametrize("command", ["check", "lint", "explain", "proxylog"])
def test_every_command_shows_examples(command: str):
    code, out, _ = run(command, "--help")
    assert code == 0 and f"scaudit {command} " in out.partition("Examples:")[2]
    assert f" {command} " in run("--help")[1]


def test_a_terminal_that_has_no_such_letters_is_no_reason_to_fail():
    template = CASES / "12-true-in-log-options.yaml"
    environment = {**os.environ, "PYTHONIOENCODING": "ascii", "PYTHONPATH": os.pathsep.join(sys.path)}
    command = [sys.executable, "-m", "scaudit_cli", "lint", str(template)]
    result = subprocess.run(command, env=environment, capture_output=True, text=True)
    assert result.returncode == 0 and "\\u2713 1 healthy: prod/Svc" in result.stdout


def test_a_number_is_an_id_and_a_word_lists_the_checks_that_speak_of_it():
    assert run("explain", "305") == run("explain", "SC305")
    code, out, _ = run("explain", "port")
    assert code == 0 and {line.split()[0] for line in out.splitlines()} >= {"SC102", "SC203"}
    assert len(out.splitlines()) < len(CATALOGUE)


def test_the_help_is_grouped_and_calls_a_flag_a_flag():
    code, out, _ = run("-h")
    assert code == 0 and out == run("--help")[1]
    assert all(f" {panel} " in out for panel in ("Ask AWS, files and logs", "Watch with the deployed stack", "Repair"))
    assert "<bool>" not in out and "<bool>" not in run("check", "-h")[1]
    assert "--install-completion" in out


@pytest.mark.parametrize("command", ["check", "describe", "lint", "status", "history", "proxylog", "test-alert"])
def test_the_help_breaks_lines_only_where_the_terminal_ends(command: str):
    lines = [line.strip() for line in run(command, "--help")[1].partition("─ ")[0].splitlines()]
    for line, further in itertools.pairwise(lines[2:]):
        first = further.split()[0] if further else ""
        assert not (line and first) or len(line) + 1 + len(first) > 76, f"{line} / {further}"


def test_the_shell_is_offered_severities_by_name():
    asked = {"_SCAUDIT_COMPLETE": "complete_bash", "COMP_WORDS": "scaudit check --fail-on ", "COMP_CWORD": "3"}
    environment = {**os.environ, **asked, "PYTHONPATH": os.pathsep.join(sys.path)}
    program = "from scaudit_cli.app import app; app(prog_name='scaudit')"
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, env=environment)
    assert ran.stdout.split() == ["info", "warning", "error", "critical"], ran.stderr


ARTICLE = str(CASES.parent / "service-connect-nginx.json")


@pytest.mark.parametrize("words", [["explain"], ["explain", "port"], ["lint", "--output", "json", ARTICLE]])
def test_values_that_need_no_conversion_are_not_converted(words: list[str]):
    """Typer converts by Pydantic, which takes as long to import as Typer itself."""
    program = (
        "import sys; from scaudit_cli.app import app; app(standalone_mode=False); print('pydantic' in sys.modules)"
    )
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    ran = subprocess.run([sys.executable, "-c", program, *words], capture_output=True, text=True, env=environment)
    assert ran.stdout.splitlines()[-1] == "False", ran.stderr


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["check", "--output", "xml"], "'xml' is not one of 'text', 'json', 'sarif'"),
        (["check", "--wait", "long"], "valid integer"),
        (["check", "--wait", "-1"], "greater than or equal to 0"),
        (["check", "--fail-on", "bad"], "'bad' is not one of info, warning"),
        (["lint", "--output", "JSON", ARTICLE], "'JSON' is not one of"),
    ],
)
def test_a_value_that_is_none_of_its_type_is_told(words: list[str], said: str):
    code, _, err = run(*words)
    told = " ".join(err.replace("│", " ").split())
    assert code == 64 and said in told and "Value error" not in told


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["status", "prod"], "scaudit history SERVICE tells of one service"),
        (["check", "prod", "payments"], "write a service as CLUSTER/SERVICE"),
        (["describe", "prod/web", "5ad776f3", "more"], "write a service as CLUSTER/SERVICE"),
        (["history", "prod", "web"], "write a service as CLUSTER/SERVICE"),
        (["map", "shop"], "it shows one namespace with --namespace N"),
        (["redrive", "x"], "the stack is named by --stack"),
        (["test-alert", "x"], "the stack is named by --stack"),
        (["explain", "a", "b"], "it takes one id, or one word"),
        (["proxylog", "a", "b"], "cat FILE... | scaudit proxylog -"),
    ],
    ids=lambda of: of[0] if isinstance(of, list) else "",
)
def test_what_a_command_does_not_take_is_told_with_what_to_write_instead(words: list[str], said: str):
    code, _, err = run(*words)
    assert code == 64 and said in " ".join(err.replace("│", " ").split())


COMMANDS = [command.name or command.callback.__name__.replace("_", "-") for command in app.registered_commands]
ASKS_AWS = {"check", "describe", "status", "history", "map", "redrive", "test-alert"}
SHORT = {"--region": "-r", "--output": "-o", "--namespace": "-n", "--verbose": "-v", "--help": "-h"}


@pytest.mark.parametrize("command", COMMANDS)
def test_an_option_has_one_short_form_in_all_commands_and_the_help_names_no_odd_default(command: str):
    told = run(command, "--help")[1]
    for option, short in SHORT.items():
        lines = [line for line in told.splitlines() if f"│ {option} " in line]
        assert all(f" {short} " in line for line in lines), option
    assert ("--region" in told and "--profile" in told) == (command in ASKS_AWS)
    assert "[default: (" not in told
