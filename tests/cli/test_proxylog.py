"""`scaudit proxylog`: the verdict first, then what proves it and what the checks say; the exit code follows it."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from scaudit_cli.app import app
from tests.cli.proxylogged import LOGS, run
from tests.proxylog.lives import FOLDER, LIVES, Life

KEYS = {"verdict", "why", "ready_line", "listeners", "envoy_starts", "exits", "control_plane", "identity", "evidence"}
LISTENERS = {"wanted", "added", "rejected", "unbound", "missing", "removed", "refused_updates", "unwanted", "lost"}
EXIT = {"healthy": 0, "recovered": 0, "stopped": 0, "degraded": 1, "not_ready": 1, "exited": 1, "unknown": 2}


def test_the_verdict_comes_first_and_then_what_proves_it():
    code, out, _ = run(LOGS / "09-port-in-use-ingress.log")
    lines = out.splitlines()
    assert code == 1
    assert lines[0].startswith("degraded  Envoy started its workers, but listener ingress-nginx was not bound: ")
    assert any(line.lstrip().startswith("199  [2026-11-22") and "failed to bind" in line for line in lines)
    assert any(line.split() == ["egress", "42084", "added"] for line in lines)
    assert any(line.startswith("ingress-nginx") and "not bound: cannot bind '0.0.0.0:43727'" in line for line in lines)


def test_ends_are_listed():
    code, out, _ = run(LOGS / "07-crash-loop-sigkill.log")
    assert code == 1
    assert out.startswith("exited  Envoy ended after 4 starts")
    assert "    202  process 14 was ended by a signal (killed)" in out.splitlines()


@pytest.mark.parametrize("log", sorted(LOGS.glob("*.log")), ids=lambda log: log.name)
def test_json_holds_all_that_was_read(log: Path):
    code, out, _ = run(log, "--json")
    told = json.loads(out)
    assert code == EXIT[told["verdict"]]
    assert told.keys() >= KEYS and told["listeners"].keys() >= LISTENERS
    assert all(finding.keys() == {"id", "severity", "message"} for finding in told["findings"])
    assert run(log)[1].split()[0] == told["verdict"]
    assert all(line.keys() == {"number", "text"} for line in told["evidence"])


@pytest.mark.parametrize("life", LIVES, ids=lambda life: life.name)
def test_it_says_what_the_deployed_checks_would_say(life: Life):
    code, out, _ = run(FOLDER / life.name, "--json")
    told = json.loads(out)
    assert {finding["id"]: finding["severity"] for finding in told["findings"]} == life.fails
    assert code == EXIT[told["verdict"]]
    shown = run(FOLDER / life.name)[1]
    assert all(f"{f['id']}  {f['severity']}  {f['message']}" in shown for f in told["findings"])


def test_standard_input_is_read():
    given = (LOGS / "01-healthy-start.log").read_bytes()
    assert run("-", given=given)[1] == run(LOGS / "01-healthy-start.log")[1]
    assert run("-", given=given.replace(b"\n", b"\r\n"))[1] == run("-", given=given)[1]
    code, out, _ = run("-", "--json", given=b"")
    assert (code, json.loads(out)["verdict"], json.loads(out)["findings"]) == (2, "unknown", [])


def test_no_colour_without_a_terminal_and_nothing_that_steers_one():
    log = b"[2026-11-22 13:10:19.314][1][fatal] [AppNet Agent] \x1b]0;x\x07\x1b[31m[bold]red[/bold]\n\xff\xfe\x00"
    code, out, _ = run("-", given=log)
    assert code == 1 and "\x1b" not in out and "\x07" not in out
    assert "[bold]red[/bold]" in out


def test_only_a_line_feed_ends_a_line():
    """A client may write any other line end into its request; behind it no line of the agent begins."""
    log = (LOGS / "01-healthy-start.log").read_bytes()
    for end in ("\r", "\x0b", "\x0c", "\x85", "\u2028", "\x1c"):
        imitation = f"GET /{end}[2026-11-22 13:10:19.400][1][info] [AppNet Agent] Draining Envoy listeners...\n"
        assert run("-", given=log + imitation.encode())[1].startswith("healthy")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["/no/such/file"], "cannot read /no/such/file: No such file or directory"),
        ([str(LOGS)], "Is a directory"),
        ([], "Missing argument"),
        (["-", "--jsno"], "No such option"),
    ],
)
def test_what_cannot_be_read_is_said_and_is_64(arguments: list[str], said: str):
    code, out, err = run(*arguments)
    assert (code, out) == (64, "")
    assert said in err and "Traceback" not in err


def test_an_unknown_command_is_64():
    assert CliRunner().invoke(app, ["proxylgo"]).exit_code == 64
    assert CliRunner().invoke(app, ["--help"]).exit_code == 0
