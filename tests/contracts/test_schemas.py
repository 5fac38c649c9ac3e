"""docs/schemas/ describes all that scaudit writes for machines, every field of it, and nothing else."""

import copy
import io
import json
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from scaudit.announce.words.announcement import Announcement
from scaudit.announce.words.elsewhere import for_bus
from scaudit.checks import BY_ID
from scaudit.checks.check import Verdict
from scaudit.model import Severity, Status
from scaudit.model.incidents import Incident, Member, MemberState, Open, Phase
from scaudit.model.places import Place, Subject
from scaudit.model.service_states import ServiceState
from scaudit.store.items import Swept
from scaudit.store.overview import Overview, Problem
from scaudit_cli.ask import history_text, status_json
from scaudit_cli.ask.history import History
from scaudit_cli.ask.starts import rollouts
from scaudit_cli.ask.status import Status as StackStatus
from scaudit_cli.ask.verified import Line, Verified
from scaudit_cli.output.finding import Judged
from scaudit_cli.output.json import write
from scaudit_cli.output.report import report_of
from tests.builders import ACCOUNT, NOW, REGION
from tests.fakes import described, schemas
from tests.fakes.recorded import records
from tests.fakes.schemas import Schema, read, validator, within, wrong

ROOT = Path(__file__).parents[2]
GOLDEN = ROOT / "tests" / "golden"
WEB, PORT = Place(REGION, "tutorial", "web"), Subject("SC203", "nginx")
BUS = f"arn:aws:events:{REGION}:{ACCOUNT}:event-bus/tickets"
DESCRIPTIONS = {"whole": described.described, "blind": described.blind}
OPTIONAL = {
    "check": {"console", "run", "suppressed", "since", "file", "mended", "interrupted"},
    "describe": {"console", "run"},
    "record": {"unknown", "pending", "passed", "skipped", "stop_code", "caused_by", "suppressed"}
    | {"running_after", "registered_by", "unregistered_at", "ready_after"},
    "status": {"critical", "error", "warning", "info"},
}
"""What may be absent though its object is there, as the schema says; the rest is missed."""


def messages() -> Iterator[tuple[str, dict[str, Any]]]:
    """The golden files of messages, as machines get them."""
    for path in sorted(GOLDEN.glob("message-*.json")):
        subject, text = path.with_suffix(".txt").read_text().split("\n\n", 1)
        yield path.stem, {**json.loads(path.read_text()), "subject": subject.removeprefix("Subject: "), "text": text}


def event(told: dict[str, Any]) -> dict[str, Any]:
    """What a rule gets of it: EventBridge gives it the rest (AWS: EventBridge, event structure)."""
    entry = for_bus(Announcement(told["message_id"], told["subject"], told["text"], told), BUS, NOW)
    return {
        "version": "0",
        "id": "6a7e8feb-b491-4cf7-a9f1-bf3703467718",
        "detail-type": entry["DetailType"],
        "source": entry["Source"],
        "account": ACCOUNT,
        "time": "2026-11-23T12:00:00Z",
        "region": REGION,
        "resources": entry["Resources"],
        "detail": json.loads(entry["Detail"]),
    }


def checked() -> dict[str, Any]:
    """A report that was interrupted, beside an earlier one."""
    failed = Verdict(BY_ID["SC401"], "-", "", Status.FAIL, "cannot resolve orders.shop", Severity.ERROR)
    report = report_of([Judged("tutorial", "web", [failed], region=REGION, account=ACCOUNT)], at=NOW)
    found = tuple(replace(each, since="new") for each in report.findings)
    out = io.StringIO()
    write(replace(report, findings=found, mended=[f"{REGION}/tutorial/calm SC102"], cut=True), out)
    return json.loads(out.getvalue())


def status() -> dict[str, Any]:
    """Of a stack with a problem of each severity."""
    problems = [
        Problem(WEB, PORT, 1, (Member("a1", MemberState.FAIL, NOW, severity, "wrong", since=NOW),))
        for severity in Severity
    ]
    told = Open(WEB, PORT, Severity.ERROR, NOW, NOW, NOW)
    swept = (Swept("tutorial", 2, 3, 3, (), NOW),)
    regions = (
        Overview(REGION, swept, ("new",), (*problems, Problem(WEB, PORT, announced=told)), heartbeat=NOW),
        Overview("eu-west-1"),
    )
    out = io.StringIO()
    status_json.write(StackStatus("scaudit", ACCOUNT, NOW, regions, 1, "error", frozenset()), out)
    return json.loads(out.getvalue())


def history() -> dict[str, Any]:
    """Of a service with an incident that is over, and one that never opened."""
    over = Incident(Phase.QUIET, 1, NOW, told_at=NOW, resolved_at=NOW, severity=Severity.CRITICAL)
    incidents = {(WEB, PORT): over, (WEB, Subject("SC204")): Incident()}
    out = io.StringIO()
    told = (records()["announcement"], {**records()["announcement"], "incident_id": ""})
    unheard = {(WEB, Subject("SC202", "nginx")): NOW}
    started = rollouts(records().values())
    states = {WEB: ServiceState(1, 1, ())}
    known = History(REGION, NOW, incidents, told, False, states=states, unheard=unheard, rollouts=started)
    history_text.write_json([known], "web", out)
    return json.loads(out.getvalue())


def of_task() -> dict[str, Any]:
    """Of a task that was verified."""
    line = Line(NOW, "fail", (REGION, "tutorial", "web"), (("SC203",), ("SC201",)), "")
    out = io.StringIO()
    history_text.write_task_json(Verified("a" * 32, NOW, (line,)), "a" * 32, out)
    return json.loads(out.getvalue())


@cache
def examples() -> dict[str, dict[str, dict[str, Any]]]:
    """What is written for machines, by the name of its schema; the golden files among it."""
    told = dict(messages())
    return {
        "record": json.loads((GOLDEN / "records.json").read_text()),
        "message": told,
        "event": {name: event(each) for name, each in told.items()},
        "check": {"golden": json.loads((GOLDEN / "check-findings.json").read_text()), "cut": checked()},
        "status": {"status": status()},
        "history": {"history": history(), "task": of_task()},
        "describe": {name: described.for_machines(each()) for name, each in DESCRIPTIONS.items()},
    }


CASES = [(name, told) for name, all_of in examples().items() for told in all_of]


def test_every_schema_has_examples() -> None:
    assert sorted(examples()) == schemas.NAMES and all(examples().values())


@pytest.mark.parametrize("name", schemas.NAMES)
def test_a_schema_is_one_of_2020_12(name: str) -> None:
    assert read(name)["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    Draft202012Validator.check_schema(read(name))


@pytest.mark.parametrize(("name", "told"), CASES)
def test_what_is_written_is_described_whole(name: str, told: str) -> None:
    assert wrong(name, examples()[name][told]) == ""


def objects(value: Any) -> Iterator[dict[str, Any]]:
    """Every object in a value, but in lists of many only the first ones."""
    if isinstance(value, dict):
        yield value
        for each in value.values():
            yield from objects(each)
    elif isinstance(value, list):
        for each in value[:2]:
            yield from objects(each)


FREE = {"calls_by_api", "CloudWatchMetrics"}
"""Objects whose names are AWS's."""


@pytest.mark.parametrize(("name", "told"), [case for case in CASES if case[0] != "event"])  # its detail is a message
def test_a_field_that_is_missing_or_not_described_is_noticed(name: str, told: str) -> None:
    whole = copy.deepcopy(examples()[name][told])
    free = [id(inner) for each in objects(whole) for key in FREE & each.keys() for inner in objects(each[key])]
    for each in [each for each in objects(whole) if id(each) not in free]:
        for field in each.keys() - OPTIONAL.get(name, set()):
            taken = each.pop(field)
            assert wrong(name, whole), f"{field} is missing, and nobody notices"
            each[field] = taken
        each["novel"] = 1
        assert "novel" in wrong(name, whole)
        assert validator(read(name)).is_valid(whole), "whoever reads it must be able to go on"
        del each["novel"]


def fields_of(schema: Schema) -> list[tuple[str, Schema, str]]:
    """Where each property is, the object of its likes, and its name."""
    return [
        (f"{at}/properties/{name}", part["properties"], name)
        for at, part in within(schema)
        if isinstance(part.get("properties"), dict) and not at.endswith("/if")
        for name in part["properties"]
    ]


@pytest.mark.parametrize("name", schemas.NAMES)
def test_every_field_has_a_description_and_is_written(name: str) -> None:
    schema = read(name)
    for where, siblings, field in fields_of(schema):
        kept = siblings[field]
        assert kept.get("description", "").endswith("."), f"{where} is not described"
        siblings[field] = False
        without = validator(schema)
        assert not all(map(without.is_valid, examples()[name].values())), f"{where} is written by nobody"
        siblings[field] = kept


def test_words_are_those_of_the_code() -> None:
    record = read("record")["$defs"]
    assert record["status"]["enum"] == [status.value for status in Status]
    for name in ("record", "message", "history"):
        assert read(name)["$defs"]["severity"]["enum"] == [severity.word for severity in Severity]
    assert read("history")["$defs"]["incident"]["properties"]["phase"]["enum"] == [phase.value for phase in Phase]


@pytest.mark.parametrize("document", ["README.md", "docs/operating.md"])
def test_documents_lead_to_the_schemas(document: str) -> None:
    assert "schemas" in (ROOT / document).read_text()
    linked = (ROOT / "docs" / "operating.md").read_text()
    assert [name for name in schemas.NAMES if f"(schemas/{name}.schema.json)" not in linked] == []
