"""What `scaudit check` and `scaudit lint` print: one report in four formats, each held against its golden file."""

import io
import json
import re
import sys
from collections import Counter
from dataclasses import replace
from pathlib import Path

import jsonschema
import junitparser
import pytest
import xmlschema
from junit2htmlreport.parser import Junit

from scaudit.checks import BY_ID
from scaudit.checks.check import Verdict
from scaudit.model import Severity, Status
from scaudit.model.answers import Unread
from scaudit.model.places import Place as Home
from scaudit_cli import progress
from scaudit_cli.output import Output, write
from scaudit_cli.output.finding import Judged, Place, findings_of
from scaudit_cli.output.report import report_of
from scaudit_cli.output.since import compared, earlier
from scaudit_cli.usage import Refused
from tests.builders import ACCOUNT, NOW, REGION
from tests.cli.terminal import Terminal

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


def judged_as(service: str, verdicts: list[Verdict], cluster: str = "tutorial") -> Judged:
    return Judged(cluster, service, verdicts, region=REGION, account=ACCOUNT)


WEB = judged_as(
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
DENIED = Unread("logs:GetLogEvents is refused", action="logs:GetLogEvents")
LINES = ["rejected: no route", "rejected: \x1b[31mred <b>&", "rejected: no route"]
BLIND = judged_as(
    "blind",
    [
        verdict("SC303", Status.UNKNOWN, TASKS[2], sentence=DENIED.reason, unread=(DENIED,)),
        *(verdict("SC305", member=id, sentence=said) for id, said in zip(TASKS, LINES, strict=False)),
        verdict("SC204", member=TASKS[0], endpoint="api", sentence="known", suppressed=True),
    ],
)
BLIND = replace(BLIND, tagged={"SC204": "suppressed until 2027-01-31 by the tag of the service"})
CALM = judged_as("calm", [verdict("SC102", Status.PASS), verdict("SC307", Status.SKIPPED, sentence="bridge")])
ITSELF = judged_as("", [verdict("SC902", endpoint="logs:GetLogEvents", sentence=DENIED.reason)], cluster="")
FILE = Judged("", "api", [verdict("SC102", sentence="portName api is not named")], {"SC102": Place("web/api.json", 12)})


def written(output: Output, *judged: Judged, **options) -> str:
    out = io.StringIO()
    about = {"account": ACCOUNT, "regions": (REGION,), **options}
    write(report_of(judged, at=NOW, **about), output, out)
    return out.getvalue()


ALL = (WEB, BLIND, CALM, ITSELF, FILE)
READS = Counter({"ecs:DescribeTasks": 3, "ecs:ListTasks": 1})


@pytest.mark.parametrize("output", Output)
def test_every_format_is_what_users_were_promised(golden, output: Output):
    golden(GOLDEN / f"check-findings.{SUFFIX[output]}", written(output, *ALL, reads=READS, notes=["web2 is gone"]))


def test_verbose_text_shows_what_passed_and_what_does_not_apply(golden):
    golden(GOLDEN / "check-verbose.txt", written(Output.TEXT, WEB, CALM, verbose=True))


def told_in(text: str) -> list[str]:
    """The lines of a report behind its header."""
    header, empty, *lines = text.splitlines()
    assert header == f"account {ACCOUNT}, {REGION}, 2026-11-23 12:00 UTC" and not empty
    return lines


def test_a_clean_estate_is_one_line_and_a_count():
    services = [judged_as(f"calm-{n:02d}", CALM.verdicts) for n in range(30)]
    tick, summary = told_in(written(Output.TEXT, *services))
    assert tick.startswith("✓ 30 healthy: tutorial/calm-00, ") and tick.endswith(" and 20 more")
    assert summary == "30 services, 30 healthy: nothing found"
    assert "tutorial/calm-29" in written(Output.TEXT, *services, verbose=True)


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


def test_commands_that_mend_it_stand_whole_and_only_where_aws_can_run_them():
    clients = tuple(Home(REGION, "c", f"{'s' * 200}{n}") for n in range(2))
    commands = tuple(each.redeploy for each in clients)
    stale = judged_as("web", [verdict("SC402", endpoint="nginx", sentence="stale", stale=clients), verdict("SC401")])
    text = written(Output.TEXT, stale, verbose=True)
    own = f"aws ecs update-service --region {REGION} --cluster tutorial --service web --force-new-deployment"
    assert [line.strip() for line in text.splitlines() if " run " in line] == [f"run  {c}" for c in (own, *commands)]
    told = json.loads(written(Output.JSON, stale, verbose=True))
    assert {f["id"]: f["run"] for f in told["findings"]} == {"SC401": [own], "SC402": list(commands)}
    assert "run" not in json.loads(written(Output.JSON, Judged("", "api", [verdict("SC401")])))["findings"][0]
    assert (
        "run"
        not in json.loads(written(Output.JSON, judged_as("web", [verdict("SC401", Status.UNKNOWN)])))["findings"][0]
    )


def test_json_lists_passes_only_when_asked():
    quiet, verbose = (json.loads(written(Output.JSON, CALM, verbose=v)) for v in (False, True))
    assert [f["status"] for f in quiet["findings"]] == []
    assert [f["status"] for f in verbose["findings"]] == ["skipped", "pass"]
    assert quiet["summary"] == verbose["summary"]


def test_one_finding_for_each_check_resource_and_answer():
    found = findings_of([WEB])
    assert [(f.id, f.status, f.endpoint, len(f.tasks)) for f in found if f.status is not Status.PASS] == [
        ("SC203", "fail", "nginx", 5),
        ("SC206", "fail", "nginx", 1),
        ("SC305", "fail", "", 1),
        ("SC302", "fail", "", 1),
        ("SC302", "pending", "", 1),
    ]
    assert [f.severity.word for f in found] == ["critical", "error", "warning", "error", "error", "error"]


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
    assert "\x1b[1mtutorial/web\x1b[0m" in on_a_terminal(monkeypatch), "what fails is not green"
    assert "\x1b" not in on_a_terminal(monkeypatch, NO_COLOR="1")
    assert "\x1b" not in on_a_terminal(monkeypatch, TERM="dumb")


class Log(io.StringIO):
    """Standard error that nobody looks at."""


@pytest.mark.parametrize("stream", [Log, Terminal])
def test_what_fails_is_told_as_it_is_found_and_how_far_the_run_is(monkeypatch, stream: type[io.StringIO]):
    error = stream()
    monkeypatch.setattr(progress.sys, "stderr", error)
    with progress.Progress(Severity.ERROR).of(30, groups=2) as tell:
        tell(20, [WEB])
        tell(10, [CALM])
    told = error.getvalue()
    assert f"{REGION}/tutorial/web/nginx: SC203 critical: registered port is 9999, expected 80" in told
    assert "SC302" not in told, "it is explained"
    assert ("30/30" if stream is Terminal else "scaudit: 30 of 30 services, 0 s\n") in told


def test_one_group_of_services_needs_no_progress(monkeypatch):
    error = Terminal()
    monkeypatch.setattr(progress.sys, "stderr", error)
    with progress.Progress(Severity.ERROR).of(20, groups=1) as tell:
        tell(20, [WEB])
    assert error.getvalue() == ""


def test_the_reason_why_many_checks_cannot_tell_is_said_once():
    def unknown(id: str, why: str, task: str = TASKS[0]) -> Verdict:
        return verdict(id, Status.UNKNOWN, task, sentence=why)

    blind = [unknown("SC303", "no log"), unknown("SC305", "no log"), unknown("SC302", "no health")]
    told = written(Output.TEXT, judged_as("web", [*blind, unknown("SC306", "no log", TASKS[1])]))
    lines = [line.strip() for line in told.splitlines()]
    asked = [lines[n : n + 2] for n, line in enumerate(lines) if line.startswith("?")]
    assert sorted(asked) == [
        ["? SC302 unknown  no health", f"1 task: {TASKS[0][:8]}"],
        ["? SC303, SC305 unknown  no log", f"1 task: {TASKS[0][:8]}"],
        ["? SC306 unknown  no log", f"1 task: {TASKS[1][:8]}"],
    ]


def test_advice_is_counted_and_shown_only_when_asked():
    advice = judged_as("calm", [verdict("SC107", sentence="without a healthCheck: web")])
    tick, summary = told_in(written(Output.TEXT, advice))
    assert tick == "✓ 1 healthy: tutorial/calm"
    assert summary == "1 service, 1 healthy: 1 info (advice, shown with --verbose)"
    assert "without a healthCheck: web" in written(Output.TEXT, advice, verbose=True)
    assert "without a healthCheck: web" in written(Output.TEXT, advice, fail_on=Severity.INFO)
    assert json.loads(written(Output.JSON, advice))["findings"] == []
    assert json.loads(written(Output.JSON, advice, verbose=True))["findings"][0]["id"] == "SC107"
    (result,) = json.loads(written(Output.SARIF, advice, verbose=True))["runs"][0]["results"]
    assert (result["kind"], result["level"]) == ("informational", "none")


def test_the_worst_service_is_told_first_and_a_cause_before_its_effects():
    mild = judged_as("a", [verdict("SC305", member=TASKS[0], severity=Severity.WARNING)])
    cause = verdict("SC304", member=TASKS[0], severity=Severity.WARNING)
    effect = verdict("SC305", member=TASKS[0], severity=Severity.CRITICAL, caused_by="SC304")
    further = verdict("SC302", member=TASKS[0], caused_by="SC305")
    other = verdict("SC209", member=TASKS[1], severity=Severity.ERROR)
    found = findings_of([mild, judged_as("b", [other, further, effect, cause])])
    assert [(f.home.service, f.id) for f in found] == [
        *(("b", id) for id in ("SC304", "SC305", "SC302", "SC209")),
        ("a", "SC305"),
    ]


def test_what_passed_and_what_does_not_apply_is_told_by_id():
    passed = [verdict(id, Status.PASS) for id in ("SC203", "SC107", "SC104", "SC101")]
    skipped = [verdict(id, Status.SKIPPED) for id in ("SC305", "SC111", "SC402")]
    found = [f.id for f in findings_of([judged_as("web", [*passed, *skipped])])]
    assert found == ["SC111", "SC305", "SC402", "SC101", "SC104", "SC107", "SC203"]


def test_checks_that_explain_one_another_are_all_told():
    one, two = verdict("SC304", caused_by="SC305"), verdict("SC305", caused_by="SC304")
    assert {f.id for f in findings_of([judged_as("web", [one, two])])} == {"SC304", "SC305"}


def seen(*judged: Judged) -> str:
    out = Terminal()
    write(report_of(judged, at=NOW, regions=(REGION,)), Output.TEXT, out)
    return out.getvalue()


def test_nothing_is_wider_than_the_terminal(monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    long = judged_as("web" * 10, [wrong_port(task) for task in TASKS])
    monkeypatch.setenv("NO_COLOR", "1")
    plain = [line for line in seen(*ALL, long).splitlines() if "https://" not in line]
    assert max(map(len, plain)) <= 80
    words = judged_as("web", [verdict("SC305", sentence="a word " * 30)])
    assert "a word " * 29 in written(Output.TEXT, words), "a pipe gets whole lines"
    wrapped = seen(words).splitlines()
    (first, *more) = [line for line in wrapped if "a word" in line]
    assert first.startswith("  \N{MULTIPLICATION SIGN} SC305 critical  a word") and more
    assert all(line.startswith("    a ") or line.startswith("    word") for line in more)


def events_of_writing(output: Output, services: int) -> int:
    """How often Python calls or returns while a report of so many services, each with a fault, is written."""
    faults = [wrong_port(TASKS[0]), verdict("SC107"), verdict("SC204", Status.PASS)]
    report = report_of([judged_as(f"s{n}", faults) for n in range(services)], at=NOW, regions=(REGION,))
    events = 0

    def count(*_: object) -> None:
        nonlocal events
        events += 1

    before = sys.getprofile()
    sys.setprofile(count)
    try:
        write(report, output, io.StringIO())
    finally:
        sys.setprofile(before)
    return events


@pytest.mark.parametrize("output", Output)
def test_four_times_as_many_services_take_four_times_as_long_to_write(output: Output):
    events_of_writing(output, 1)  # what only the first call does, such as imports
    few, many = (events_of_writing(output, number) for number in (25, 100))
    assert many < 5 * few


def test_of_many_sentences_of_one_finding_a_few_are_shown():
    gone = judged_as("web", [verdict("SC201", member=f"t{n}", sentence=f"{n} is missing") for n in range(9)])
    told = written(Output.TEXT, gone)
    assert told.count(" is missing") == 3 and "... and 6 sentences more like these: --verbose" in told
    assert written(Output.TEXT, gone, verbose=True).count(" is missing") == 9
    assert len(json.loads(written(Output.JSON, gone))["findings"][0]["messages"]) == 9


def test_a_tag_that_silences_nothing_is_a_problem():
    said = "tutorial/web: the tag scaudit:ignore:sc203 silences nothing: write scaudit:ignore:SC203"
    for problems in (True, False):
        told = written(Output.TEXT, WEB, problems=problems, notes=["web2 is gone"], misnamed=[said])
        assert f"note: {said}" in told and ("web2 is gone" in told) is not problems
        assert ("note: 1 note without --problems" in told) is problems


def test_an_account_that_nothing_names_is_left_out():
    blind = Judged("tutorial", "web", BLIND.verdicts, region=REGION)
    assert written(Output.TEXT, blind, account="").splitlines()[0] == f"{REGION}, 2026-11-23 12:00 UTC"


def test_what_is_scaled_to_zero_is_not_called_healthy():
    idle = verdict("SC904", Status.SKIPPED, sentence="scaled to zero: no task to verify")
    asleep = judged_as("asleep", [verdict("SC102", Status.PASS), verdict("SC107", Status.SKIPPED, sentence="x"), idle])
    told = written(Output.TEXT, asleep, CALM)
    assert "- tutorial/asleep  (scaled to zero: no task to verify)" in told and "1 healthy: tutorial/calm" in told
    assert "2 services, 1 healthy, 1 not judged: nothing found" in told
    broken = judged_as("asleep", [*asleep.verdicts, wrong_port("a")])
    assert "1 service, 0 healthy: 1 critical" in written(Output.TEXT, broken)


def test_problems_are_shown_without_anything_else():
    advice = judged_as("calm", [verdict("SC107", sentence="without a healthCheck: web")])
    told = written(Output.TEXT, advice, CALM, BLIND, problems=True)
    assert "✓" not in told and "SC107" not in told and "SC305" in told and "SC303" in told


def test_with_several_regions_each_service_says_which():
    elsewhere = Judged("tutorial", "web", WEB.verdicts, region="us-east-1", account=ACCOUNT)
    told = written(Output.TEXT, WEB, elsewhere, regions=(REGION, "us-east-1"))
    assert f"{REGION}  tutorial/web" in told and "us-east-1  tutorial/web" in told
    for output in (Output.JSON, Output.SARIF, Output.JUNIT):
        said = written(output, WEB, elsewhere, regions=(REGION, "us-east-1"))
        assert ACCOUNT in said and REGION in said and "us-east-1" in said
    prints = [
        result["partialFingerprints"]["checkAndResource/v1"]
        for result in json.loads(written(Output.SARIF, WEB, elsewhere))["runs"][0]["results"]
        if result["kind"] == "fail"
    ]
    assert len(prints) == len(set(prints))


def test_sarif_says_that_a_run_did_not_read_everything():
    def invocation(*judged: Judged, **more) -> dict:
        return json.loads(written(Output.SARIF, *judged, **more))["runs"][0]["invocations"][0]

    assert invocation(CALM)["executionSuccessful"] and not invocation(CALM, cut=True)["executionSuccessful"]
    blind = invocation(BLIND)
    assert not blind["executionSuccessful"]
    assert [n["message"]["text"] for n in blind["toolExecutionNotifications"]] == [DENIED.reason]
    silent = judged_as("web", [verdict("SC303", Status.UNKNOWN, TASKS[0], sentence="the log tells nothing")])
    assert invocation(silent)["executionSuccessful"], "everything was read"


def test_a_message_of_sarif_holds_no_link():
    unread = Unread("[look](https://evil.example) is refused", action="logs:GetLogEvents")
    odd = [
        verdict("SC305", member=TASKS[0], sentence="rejected: [click here](https://evil.example) a\\[0]"),
        verdict("SC303", Status.UNKNOWN, TASKS[0], sentence=unread.reason, unread=(unread,)),
    ]
    (run,) = json.loads(written(Output.SARIF, judged_as("web", odd)))["runs"]
    notice = run["invocations"][0]["toolExecutionNotifications"][0]["message"]["text"]
    texts = [*(result["message"]["text"] for result in run["results"]), notice]
    assert len(texts) == 3 and not any(re.search(r"(?<!\\)[\[\]]", text) for text in texts)
    assert re.sub(r"\\([\[\]])", r"\1", texts[0]) == "rejected: [click here](https://evil.example) a\\[0]"


def test_the_help_of_a_rule_is_aws_s():
    (run,) = json.loads(written(Output.SARIF, judged_as("web", [verdict(id) for id in BY_ID], cluster="all")))["runs"]
    rules = run["tool"]["driver"]["rules"]
    assert len(rules) > 30 and {rule["helpUri"].split("/")[2] for rule in rules} == {"docs.aws.amazon.com"}


def test_paths_are_the_repositorys(tmp_path: Path, monkeypatch):
    (tmp_path / ".git").mkdir()
    (tmp_path / "deploy").mkdir()
    monkeypatch.chdir(tmp_path / "deploy")

    def artifact(file: str) -> dict:
        judged = Judged("", "api", [verdict("SC102")], {"SC102": Place(file, 3)})
        (result,) = json.loads(written(Output.SARIF, judged))["runs"][0]["results"]
        return result["locations"][0]["physicalLocation"]["artifactLocation"]

    there = {"uri": "deploy/a%20b.json", "uriBaseId": "%SRCROOT%"}
    assert artifact("a b.json") == artifact(str(tmp_path / "deploy" / "a b.json")) == there
    assert artifact("../deploy/../deploy/a b.json")["uri"] == "deploy/a%20b.json"
    assert artifact("/elsewhere/x.json") == {"uri": "file:///elsewhere/x.json"}


ODD = "".join(map(chr, (0, 1, 9, 10, 27, 60, 38, 0xFFFE, 0xFFFF, 0xD800, 0x1F600)))


def test_junit_is_well_formed_whatever_is_said():
    odd = Judged(ODD, ODD, [verdict("SC102", member=ODD, endpoint=ODD, sentence=ODD)], {"SC102": Place(ODD, 1)})
    told = written(Output.JUNIT, odd, account=ODD)
    told.encode()
    xmlschema.XMLSchema(SCHEMAS / "junit-10.xsd").validate(told)


def test_junit_of_nothing_is_one_case_that_passed():
    suite = xmlschema.XMLSchema(SCHEMAS / "junit-10.xsd").to_dict(written(Output.JUNIT))["testsuite"]
    assert [(each["@tests"], len(each["testcase"])) for each in suite] == [("1", 1)]
    assert "failure" not in suite[0]["testcase"][0]


@pytest.mark.parametrize("judged", [(), (WEB, CALM), (WEB, BLIND), (CALM,)], ids=["nothing", "faults", "open", "well"])
def test_what_others_read_of_junit_is_what_was_found(tmp_path: Path, judged: tuple[Judged, ...]):
    told = written(Output.JUNIT, *judged)
    file = tmp_path / "scaudit.xml"
    file.write_text(told)
    read = junitparser.JUnitXml.fromroot(junitparser.JUnitXml.fromfile(str(file))._elem)
    cases = [case for suite in read for case in suite]
    failed = sum(isinstance(result, junitparser.Failure) for case in cases for result in case.result)
    broken = sum(isinstance(result, junitparser.Error) for case in cases for result in case.result)
    sums = [sum(getattr(suite, name) for suite in read) for name in ("tests", "failures", "errors")]
    assert sums == [len(cases), failed, broken] and cases
    code = report_of(list(judged), at=NOW, fail_on=Severity.ERROR).exit_code
    assert (failed > 0, broken > 0) == (code == 1, BLIND in judged)
    page = Junit(str(file)).html()
    assert all(service.service in page for service in judged if service is not CALM)


def test_a_report_beside_an_earlier_one(tmp_path: Path):
    old = tmp_path / "old.json"
    gone = judged_as("gone", [verdict("SC102", sentence="no such port")])
    fixed = judged_as("calm", [verdict("SC102", sentence="no such port")])
    dark = judged_as("dark", [verdict("SC303", member=TASKS[0])])
    old.write_text(written(Output.JSON, WEB, gone, fixed, dark))
    now = [
        judged_as("web", [*WEB.verdicts, verdict("SC104", sentence="none")]),
        CALM,
        judged_as("dark", [verdict("SC303", Status.UNKNOWN, TASKS[0], sentence="no log")]),
    ]
    report = compared(report_of(now, at=NOW, regions=(REGION,)), earlier(str(old)))
    assert {f.id: f.since for f in report.findings if f.since} == {
        **dict.fromkeys(("SC203", "SC206", "SC305", "SC302"), "unchanged"),
        "SC104": "new",
    }
    assert list(report.mended) == [f"{REGION}/tutorial/calm SC102"], "what was not seen to pass is not mended"
    out = io.StringIO()
    write(report, Output.TEXT, out)
    assert "SC104 error (new)" in out.getvalue() and f"mended: {REGION}/tutorial/calm SC102" in out.getvalue()


PASSES = verdict("SC203", Status.PASS, TASKS[1], "nginx")
LATER = {
    "no task is there to look at": ([verdict("SC102", Status.PASS)], []),
    "one starts": ([verdict("SC209", Status.SKIPPED, TASKS[1], sentence="the task is PENDING")], []),
    "another task passes": ([PASSES], ["SC203"]),
    "one passes, of another the port is not known": ([PASSES, verdict("SC203", Status.UNKNOWN, TASKS[2], "nginx")], []),
}


@pytest.mark.parametrize(("verdicts", "mended"), LATER.values(), ids=LATER)
def test_what_failed_of_tasks_is_mended_when_a_task_passes(tmp_path: Path, verdicts: list[Verdict], mended: list[str]):
    old = tmp_path / "old.json"
    old.write_text(written(Output.JSON, judged_as("web", [wrong_port(TASKS[0])])))
    report = compared(report_of([judged_as("web", verdicts)], at=NOW, regions=(REGION,)), earlier(str(old)))
    assert [each.rsplit(maxsplit=1)[1] for each in report.mended] == mended


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"findings": [1]}', "[" * 100_000])
def test_an_earlier_report_that_is_none(tmp_path: Path, text: str):
    file = tmp_path / "old.json"
    file.write_text(text)
    with pytest.raises(Refused, match="is not what `scaudit check --output json` writes"):
        earlier(str(file))
    with pytest.raises(Refused, match="cannot read"):
        earlier(str(tmp_path / "nosuch"))
    with pytest.raises(Refused, match="scaudit history SERVICE --since 7d tells it"):
        earlier("7d")


def test_advice_that_is_silenced_or_not_asked_for_has_no_hint():
    calm = judged_as("calm", [replace(verdict("SC107"), suppressed=True)])
    assert "--verbose" not in written(Output.TEXT, calm)
    assert "--verbose" not in written(Output.TEXT, judged_as("calm", [verdict("SC107")]), problems=True)
