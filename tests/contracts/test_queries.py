"""The saved queries ask only for what the audit records of the golden file have. What they return: tests/insights."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest

from local.insights.grammar import parse
from local.insights.terms import Call, Command, Condition, Field, Literal
from scaudit.model import Status
from scaudit_cli.ask.verified import QUERY
from tests.contracts.deployed import ROOT, of_type

RECORDS: list[dict[str, Any]] = list(json.loads((ROOT / "tests/golden/records.json").read_text()).values())
SAVED = of_type("AWS::Logs::QueryDefinition")


def test_the_command_asks_of_a_task_what_the_saved_query_asks() -> None:
    assert QUERY.strip() == SAVED["VerifiedTaskQuery"]["QueryString"].strip()


def commands(query: str) -> list[Command]:
    return parse(re.sub(r"{{\w+}}", "x", SAVED[query]["QueryString"]))


def parts(of: Any) -> Iterator[Any]:
    """An expression or a test, and everything in it."""
    yield of
    for each in of.of if isinstance(of, Call | Condition) else ():
        yield from parts(each)


def within(command: Command) -> Iterator[Any]:
    yield from map(Field, command.by)
    for expression, _ in command.named:
        yield from parts(expression)
    if command.test:
        yield from parts(command.test)


def everything(query: str) -> Iterator[Any]:
    for command in commands(query):
        yield from within(command)


def kinds(query: str) -> set[str]:
    """The kinds of records that it is about."""
    asked = [test for test in everything(query) if isinstance(test, Condition) and test.op in ("=", "in")]
    return {each.value for test in asked if test.of[0] == Field("record") for each in test.of[1:]}


def fields(query: str) -> set[str]:
    """The fields that it takes from records: those that it has not made before."""
    made: set[str] = set()
    taken: set[str] = set()
    for command in commands(query):
        paths = {each.path for each in within(command) if isinstance(each, Field)}
        taken |= {path for path in paths if not {path, path.split(".")[0]} & made}
        made |= {name for each, name in command.named if each != Field(name)} | {command.into}
        made |= set(command.pattern.groupindex) if command.pattern else set()
    return taken


@pytest.mark.parametrize("query", SAVED)
def test_a_query_reads_the_audit_log(query: str) -> None:
    assert SAVED[query]["LogGroupNames"] == [{"Ref": "AuditLog"}]


@pytest.mark.parametrize("query", SAVED)
def test_a_query_uses_fields_that_its_records_have(query: str) -> None:
    assert kinds(query) and kinds(query) <= {record["record"] for record in RECORDS}
    known = {name for record in RECORDS if record["record"] in kinds(query) for name in record}
    assert fields(query) <= known | {"@timestamp", "@message"}


@pytest.mark.parametrize("query", SAVED)
def test_a_query_shows_no_list_as_if_it_were_a_field(query: str) -> None:
    of_it = [record for record in RECORDS if record["record"] in kinds(query)]
    assert not fields(query) & {name for record in of_it for name in record if isinstance(record[name], list)}


@pytest.mark.parametrize("query", SAVED)
def test_a_query_compares_with_answers_that_there_are(query: str) -> None:
    asked = [test for test in everything(query) if isinstance(test, Condition) and test.op == "="]
    told = {t.of[1].value for t in asked if getattr(t.of[0], "path", "") in ("verdict", "finding.status")}
    assert told <= set(Status) and all(isinstance(t.of[1], Literal) for t in asked)


@pytest.mark.parametrize("query", SAVED)
def test_its_parameters_are_those_that_it_declares(query: str) -> None:
    declared = SAVED[query].get("Parameters", [])
    assert {each["Name"] for each in declared} == set(re.findall(r"{{(\w+)}}", SAVED[query]["QueryString"]))
    for each in declared:  # AWS: QueryParameter
        assert re.fullmatch(r"[a-zA-Z_][a-zA-Z0-9_]*", each["Name"]) and len(each["Name"]) <= 128
        assert 0 < len(each["DefaultValue"]) <= 1024 and 0 < len(each["Description"]) <= 512


def test_no_two_queries_have_one_name() -> None:
    names = [query["Name"]["Fn::Sub"] for query in SAVED.values()]
    assert len(set(names)) == len(names) and all(name.startswith("${AWS::StackName}/") for name in names)


def test_every_saved_query_is_in_the_guide_with_its_parameters() -> None:
    text = (ROOT / "docs/operating.md").read_text().partition("### Saved queries")[2].partition("\n### ")[0]
    rows = dict(re.findall(r"^\| `([^`]+)` \| ([^|]*)\|", text, re.MULTILINE))
    names = {str(query["Name"]).rpartition("/")[2].rstrip("'}"): query for query in SAVED.values()}
    assert rows.keys() == names.keys()
    for name, query in names.items():
        assert re.findall(r"`(\w+)`: ", rows[name]) == [each["Name"] for each in query.get("Parameters", [])]
