"""Silence for one check of one service, as documented: not told, not counted, still on record, and not for ever."""

import re
from math import inf
from pathlib import Path
from random import Random

import pytest
from typer.testing import CliRunner

from scaudit.model.life import PATIENCE
from scaudit.model.places import Place
from scaudit_cli.app import app
from tests.builders import REGION
from tests.cli.linted import written
from tests.complaints.command import check, failed
from tests.complaints.watched import OVER, SWEPT, Watched
from tests.contracts.deployed import PARAMETERS, ROOT
from tests.simulation import template
from tests.simulation.ends import ENDS
from tests.simulation.estate import CLUSTER
from tests.simulation.faults import KINDS, Fault
from tests.simulation.healthy_life import ORDINARY, Happening, rolls
from tests.simulation.parts import Registered

LONG = 1800
"""Seconds of a fault that goes on for ever."""
EFFECTS = {"control plane refuses": {"SC303"}, "proxy killed": {"SC209"}} | {
    f"proxy {name}": ({"SC302"} if end.unhealthy and end.check != "SC302" else {"SC310"}) - {end.check}
    for name, end in ENDS.items()
}
"""What a fault of these brings about first, in a task that never starts and in one that ends with its proxy: it is told
for the rest that it brings about, too."""
SILENT = "until=2026-11-24 owner=team-a reason=known"


def documented(check: str) -> tuple[str, str]:
    """The tag that the handbook tells to set, for this check."""
    text = (ROOT / "docs" / "operating.md").read_text()
    (found,) = re.findall(r"--tags 'key=(scaudit:ignore:)SC\d+,value=([^']+)'", text)
    return found[0] + check, found[1]


def goes_on(account: Watched, happening: Happening, most: float = inf) -> None:
    """Let it happen in its own time, for so many seconds at most, and let scaudit see what came of it, and wait until
    it would tell of a single loss."""
    began = account.clock.now
    for pause in happening:
        account.wait(pause)
        if (account.clock.now - began).total_seconds() > most:
            break
    account.wait(2 * SWEPT + PATIENCE * template.HOLD_DOWN)


@pytest.mark.parametrize("silent", [False, True], ids=["aloud", "suppressed"])
@pytest.mark.parametrize("kind", KINDS)
def test_the_documented_suppression_works_for_every_kind_of_fault(account: Watched, kind: str, silent: bool) -> None:
    """istio #58188, #17703: the flag did not do what the page said; kiali #4197, #5309: to ignore one object.

    The first that it explained speaks for itself and the rest: nobody said that this may be silent, too.
    """
    account.estate.create("other", 1)
    fault = Fault(kind, KINDS[kind].check, "web", account.clock.now)
    if silent:
        name, value = documented(fault.check)
        account.estate.services["web"].tags[name] = value
    goes_on(account, KINDS[kind].plant(fault, account.estate, Random(kind)), LONG)
    effects = {("open", effect, "web") for effect in EFFECTS.get(kind, ())}
    opened = [each for each in account.told if each[0] == "open"]  # what happens again grows, and is over afterwards
    assert len(opened) == len(set(opened)) and set(opened) == (effects if silent else {("open", fault.check, "web")})
    standing = account.ledger.standing(Place(REGION, CLUSTER, "web"))
    members = [
        m.suppressed for subject, each in standing.items() if subject.check == fault.check for m in each.values()
    ]
    recorded = [each.get("suppressed", False) for each in account.findings(fault.check) if each["status"] == "fail"]
    assert {*members, *recorded} == {silent}


def test_one_check_of_one_service_is_silenced_and_no_other(account: Watched) -> None:
    """linkerd2 #9529: a check that could not be disabled; kiali #4197, #5309: for one object."""
    account.estate.create("api", 1)
    account.estate.services["web"].tags["scaudit:ignore:SC203"] = SILENT
    web, api = account.estate.running("web"), account.estate.running("api")
    account.wait(SWEPT)
    for task, how in zip(
        [*web, *api], [Registered.WRONG_PORT, Registered.WRONG_ADDRESS, Registered.WRONG_PORT], strict=True
    ):
        account.estate.register(task, how)
    account.wait(SWEPT)
    assert sorted(account.told) == [("open", "SC202", "web"), ("open", "SC203", "api")]


def test_what_is_suppressed_is_still_on_record(account: Watched) -> None:
    """kiali PR #10065"""
    account.estate.services["web"].tags["scaudit:ignore:SC203"] = SILENT
    account.estate.register(account.estate.running("web")[0], Registered.WRONG_PORT)
    account.wait(SWEPT)
    last = account.findings("SC203")[-1]
    assert account.told == [] and (last["status"], last.get("suppressed")) == ("fail", True)
    assert last["message"] == "registered port is 9999, expected 80"


def test_a_suppression_ends(account: Watched) -> None:
    """istio #17703: what is known and wrong speaks again after the day that the tag names."""
    account.estate.services["web"].tags["scaudit:ignore:SC203"] = "until=2026-11-23 owner=team-a"
    account.estate.register(account.estate.running("web")[0], Registered.WRONG_PORT)
    account.wait(10 * 3600)
    assert account.told == []
    account.wait(4 * 3600)
    assert account.told == [("open", "SC203", "web")]


def test_a_check_can_be_disabled_altogether(monkeypatch: pytest.MonkeyPatch) -> None:
    """linkerd2 #9529"""
    monkeypatch.setitem(PARAMETERS["IgnoreChecks"], "Default", "SC203,SC205")
    account = Watched()
    account.estate.create("web", 0)
    account.estate.scale("web", 1, Registered.WRONG_PORT)
    account.estate.create("api", 0)
    account.estate.scale("api", 1, Registered.WRONG_ADDRESS)
    account.wait(2 * SWEPT)
    assert account.told == [("open", "SC202", "api")] and account.findings("SC203")


def test_muted_findings_are_neither_sent_nor_counted(account: Watched, monkeypatch: pytest.MonkeyPatch) -> None:
    """prowler #3921: sent all the same; #10824: counted as failures."""
    account.estate.register(account.estate.running("web")[0], Registered.WRONG_PORT)
    code, told = check(account, monkeypatch, "--no-settle")
    assert code == 1 and told["summary"]["critical"] == 1 and told["summary"]["healthy"] == 0
    account.estate.services["web"].tags["scaudit:ignore:SC203"] = SILENT
    code, told = check(account, monkeypatch, "--no-settle")
    assert code == 0 and told["summary"]["critical"] == 0 and told["summary"]["suppressed"] == 1
    assert failed(told)["SC203"]["suppressed"] is True
    account.wait(OVER)
    assert account.told == []


def test_warnings_never_fail_a_run(tmp_path: Path) -> None:
    """linkerd2 #1550, #1807: a CI run must not break on a warning, unless it is told to."""
    paths = [str(path) for path in written(tmp_path, lambda s, m, t, c: m.pop("logConfiguration"))]
    lint = CliRunner().invoke(app, ["lint", *paths])
    assert lint.exit_code == 0 and "SC106" in lint.stdout and "SC106 warning" in lint.stdout
    assert CliRunner().invoke(app, ["lint", "--fail-on", "warning", *paths]).exit_code == 1


@pytest.mark.parametrize("happening", [rolls, *ORDINARY], ids=lambda happening: happening.__name__)
def test_what_is_ordinary_is_no_finding(account: Watched, happening) -> None:
    """istio PR #46481 (IST0117), PR #51568 (IST0128, IST0129); kiali #1884, #4711, #4764: false errors."""
    for seed in range(3):
        goes_on(account, happening(account.estate, "web", Random(seed)))
    assert account.told == []
    assert "fail" not in {record["verdict"] for record in account.kinds("task")}
