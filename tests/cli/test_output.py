"""What `scaudit check` and `scaudit lint` print: one report in four formats, each held against its golden file."""

import io
import json
from collections import Counter
from dataclasses import replace
from pathlib import Path

import jsonschema
import pytest
import xmlschema
from rich.console import Console

from scaudit.checks import BY_ID
from scaudit.checks.check import Verdict
from scaudit.model import Severity, Status
from scaudit_cli import progress
from scaudit_cli.output import Output, write
from scaudit_cli.output.finding import Judged, Place, findings_of
from scaudit_cli.output.report import report_of
from tests.builders import NOW

TESTS = Path(__file__).parents[1]
GOLDEN = TESTS / "golden"
SCHEMAS = TESTS / "data" / "schemas"
SUFFIX = {Output.TEXT: "txt", Output.JSON: "json", Output.SARIF: "sarif", Output.JUNIT: "xml"}
TASKS = [f"{n:02x}d776f381d947ffb6f6d60d77912ce5" for n in range(5)]


def verdict(id: str, status: Status = Status.FAIL, member: str = "-", endpoint: str = "", **more) -> Verdict:
    check = BY_ID[id]
    severity = more.pop("severity", check.severity if status in (Status.FAIL, Status.PENDING) else Severity.INFO)
    return Verdict(check, member, endpoint, status, severity=severity, **more)


def wrong_port(member: str, **more) -> Verdict:
    return verdict("SC203", member=member, endpoint="nginx", sentence="registered port is 9999, expected 80", **more)


WEB = Judged(
    "tutorial",
    "web",
    [
        *map(wrong_port, TASKS),
        verdict("SC206", member="gone", endpoint="nginx", sentence="registration 172.31.0.9:80 is left of a task"),
        verdict("SC305", member=TASKS[0], sentence="listener egress is missing", severity=Severity.WARNING),
        verdict("SC302", member=TASKS[0], sentence="the proxy is UNHEALTHY", caused_by="SC305"),
        verdict("SC302", Status.PENDING, member=TASKS[1], sentence="the proxy is UNKNOWN"),
        verdict("SC102", Status.PASS),
    ],
)
LINES = ["rejected: no route", "rejected: \x1b[31mred <b>&", "rejected: no route"]
BLIND = Judged(
    "tutorial",
    "blind",
    [
        verdict("SC303", Status.UNKNOWN, TASKS[2], sentence="logs:GetLogEvents is refused"),
        *(verdict("SC305", member=id, sentence=said) for id, said in zip(TASKS, LINES, strict=False)),
        verdict("SC204", member=TASKS[0], endpoint="api", sentence="known", suppressed=True),
    ],
)
CALM = Judged("tutorial", "calm", [verdict("SC102", Status.PASS), verdict("SC307", Status.SKIPPED, sentence="bridge")])
ITSELF = Judged("", "", [verdict("SC902", endpoint="logs:GetLogEvents", sentence="logs:GetLogEvents is refused")])
FILE = Judged("", "api", [verdict("SC102", sentence="portName api is not named")], {"SC102": Place("web/api.json", 12)})


def written(output: Output, *judged: Judged, **options) -> str:
    out = io.StringIO()
    write(report_of(judged, at=NOW, **options), output, out)
    return out.getvalue()


ALL = (WEB, BLIND, CALM, ITSELF, FILE)
READS = Counter({"ecs:DescribeTasks": 3, "ecs:ListTasks": 1})


@pytest.mark.parametrize("output", Output)
def test_every_format_is_what_users_were_promised(golden, output: Output):
    golden(GOLDEN / f"check-findings.{SUFFIX[output]}", written(output, *ALL, reads=READS, notes=["web2 is gone"]))


def test_verbose_text_shows_what_passed_and_what_does_not_apply(golden):
    golden(GOLDEN / "check-verbose.txt", written(Output.TEXT, WEB, CALM, verbose=True))


def test_a_clean_estate_is_a_tick_for_each_service():
    assert written(Output.TEXT, CALM) == "✓ tutorial/calm\n1 service, 1 healthy: nothing found\n"


@pytest.mark.parametrize("judged", [ALL, (CALM,), ()], ids=["findings", "clean", "empty"])
@pytest.mark.parametrize("verbose", [True, False])
def test_sarif_and_junit_are_valid(judged, verbose: bool):
    schema = json.loads((SCHEMAS / "sarif-schema-2.1.0.json").read_text())
    sarif = json.loads(written(Output.SARIF, *judged, verbose=verbose))
    jsonschema.validate(sarif, schema, cls=jsonschema.Draft7Validator)
    xmlschema.XMLSchema(SCHEMAS / "junit-10.xsd").validate(written(Output.JUNIT, *judged, verbose=verbose))
    rules = sarif["runs"][0]["tool"]["driver"]["rules"]
    assert [rules[result["ruleIndex"]]["id"] for result in sarif["runs"][0]["results"]] == [
        result["ruleId"] for result in sarif["runs"][0]["results"]
    ]


def test_json_lists_passes_only_when_asked():
    quiet, verbose = (json.loads(written(Output.JSON, CALM, verbose=v)) for v in (False, True))
    assert [f["status"] for f in quiet["findings"]] == ["skipped"]
    assert [f["status"] for f in verbose["findings"]] == ["skipped", "pass"]
    assert quiet["summary"] == verbose["summary"]


def test_one_finding_for_each_check_resource_and_answer():
    found = findings_of([WEB])
    assert [(f.id, f.status, f.endpoint, len(f.tasks)) for f in found if f.status is not Status.PASS] == [
        ("SC203", "fail", "nginx", 5),
        ("SC206", "fail", "nginx", 1),
        ("SC302", "fail", "", 1),
        ("SC305", "fail", "", 1),
        ("SC302", "pending", "", 1),
    ]
    assert [f.severity.word for f in found] == ["critical", "error", "error", "warning", "error", "error"]


def test_a_finding_is_explained_only_when_the_same_check_explains_every_task_of_it():
    def cause(*causes: str) -> str:
        verdicts = [wrong_port(id, caused_by=why) for id, why in zip(TASKS, causes, strict=False)]
        return findings_of([Judged("tutorial", "web", verdicts)])[0].caused_by

    assert cause("SC201", "SC201") == "SC201"
    assert cause("SC201", "") == "" and cause("SC201", "SC102") == ""


def test_the_worst_severity_and_the_most_frequent_sentence_speak():
    one, two = wrong_port(TASKS[0], severity=Severity.WARNING), replace(wrong_port(TASKS[1]), sentence="another")
    (found,) = findings_of([Judged("tutorial", "web", [two, one, replace(one, member=TASKS[2])])])
    assert found.severity is Severity.CRITICAL
    assert found.messages == ("registered port is 9999, expected 80", "another")


PASSED, OPEN = verdict("SC102", Status.PASS), verdict("SC303", Status.UNKNOWN)
EXITS = {
    "nothing at all": ([], Severity.ERROR, 0),
    "passes and what does not apply": ([PASSED, verdict("SC307", Status.SKIPPED)], Severity.ERROR, 0),
    "a failure": ([PASSED, wrong_port("t")], Severity.ERROR, 1),
    "a failure of just that severity": ([wrong_port("t")], Severity.CRITICAL, 1),
    "a warning is not an error": ([wrong_port("t", severity=Severity.WARNING)], Severity.ERROR, 0),
    "a warning when warnings count": ([wrong_port("t", severity=Severity.WARNING)], Severity.WARNING, 1),
    "a failure that a tag suppresses": ([wrong_port("t", suppressed=True)], Severity.INFO, 0),
    "could not tell": ([PASSED, OPEN], Severity.CRITICAL, 2),
    "still pending": ([verdict("SC302", Status.PENDING)], Severity.CRITICAL, 2),
    "a failure wins over what could not be told": ([OPEN, wrong_port("t")], Severity.ERROR, 1),
    "a warning does not": ([OPEN, wrong_port("t", severity=Severity.WARNING)], Severity.ERROR, 2),
}


@pytest.mark.parametrize(("verdicts", "fail_on", "code"), EXITS.values(), ids=EXITS)
def test_how_a_run_exits(verdicts: list[Verdict], fail_on: Severity, code: int):
    assert report_of([Judged("c", "s", verdicts)], at=NOW, fail_on=fail_on).exit_code == code


def test_junit_fails_on_what_makes_the_run_fail_and_on_nothing_else():
    warning = Judged("c", "s", [wrong_port("t", severity=Severity.WARNING)])
    assert "<failure" not in written(Output.JUNIT, warning)
    assert "<failure" in written(Output.JUNIT, warning, fail_on=Severity.WARNING)
    assert "<error" in written(Output.JUNIT, Judged("c", "s", [OPEN]))


def test_nothing_that_steers_a_terminal_gets_out():
    for output in Output:
        assert "\x1b" not in written(output, BLIND) and "\\u001b" not in written(output, BLIND)


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def on_a_terminal(monkeypatch, **environment: str) -> str:
    for name in ("NO_COLOR", "FORCE_COLOR", "CI"):
        monkeypatch.delenv(name, raising=False)
    for name, value in {"TERM": "xterm-256color", **environment}.items():
        monkeypatch.setenv(name, value)
    out = Terminal()
    write(report_of([WEB], at=NOW), Output.TEXT, out)
    return out.getvalue()


def test_there_is_colour_on_a_terminal_unless_it_is_unwanted(monkeypatch):
    assert "\x1b[31m" in on_a_terminal(monkeypatch)
    assert "\x1b" not in on_a_terminal(monkeypatch, NO_COLOR="1")
    assert "\x1b" not in on_a_terminal(monkeypatch, TERM="dumb")


@pytest.mark.parametrize(("total", "shown"), [(20, True), (19, False)])
def test_a_bar_shows_how_far_a_long_audit_is_and_only_a_person_sees_it(monkeypatch, total: int, shown: bool):
    error = io.StringIO()
    groups = [("tutorial", ["web"] * 10), ("other", ["api"] * (total - 10))]
    monkeypatch.setattr(progress, "Console", lambda stderr: Console(file=error, force_terminal=True, width=100))
    assert list(progress.counted(groups, total)) == groups
    assert (f"{total}/{total}" in error.getvalue()) == shown
    nobody = io.StringIO()
    monkeypatch.setattr(progress, "Console", lambda stderr: Console(file=nobody))
    assert list(progress.counted(groups, total)) == groups and nobody.getvalue() == ""


def test_the_reason_why_many_checks_cannot_tell_is_said_once():
    def unknown(id: str, why: str, task: str = TASKS[0]) -> Verdict:
        return verdict(id, Status.UNKNOWN, task, sentence=why)

    blind = [unknown("SC303", "no log"), unknown("SC305", "no log"), unknown("SC302", "no health")]
    told = written(Output.TEXT, Judged("tutorial", "web", [*blind, unknown("SC306", "no log", TASKS[1])]))
    lines = [line.strip() for line in told.splitlines() if line.startswith("  ?")]
    assert sorted(lines) == [
        f"? SC302  no health (1 task: {TASKS[0]})",
        f"? SC303, SC305  no log (1 task: {TASKS[0]})",
        f"? SC306  no log (1 task: {TASKS[1]})",
    ]


def test_advice_is_counted_and_shown_only_when_asked():
    advice = Judged("tutorial", "calm", [verdict("SC107", sentence="without a healthCheck: web")])
    assert written(Output.TEXT, advice) == "✓ tutorial/calm  (1 note)\n1 service, 1 healthy: 1 info\n"
    assert "without a healthCheck: web" in written(Output.TEXT, advice, verbose=True)
    assert "without a healthCheck: web" in written(Output.TEXT, advice, fail_on=Severity.INFO)
    assert json.loads(written(Output.JSON, advice))["findings"][0]["id"] == "SC107"
