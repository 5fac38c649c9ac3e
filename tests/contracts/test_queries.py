"""The saved queries ask only for what the audit records of the golden file have."""

import json
import re
from typing import Any

import pytest

from scaudit.model import Status
from scaudit.record import write
from tests.builders import TASK_ID
from tests.contracts.deployed import ROOT, of_type
from tests.fakes.recorded import OTHERS

RECORDS: list[dict[str, Any]] = list(json.loads((ROOT / "tests/golden/records.json").read_text()).values())
QUERIES = {name: query["QueryString"] for name, query in of_type("AWS::Logs::QueryDefinition").items()}
LANGUAGE = {
    "and",
    "as",
    "in",
    "like",
    "asc",
    "coalesce",
    "desc",
    "display",
    "fields",
    "filter",
    "limit",
    "or",
    "parse",
    "sort",
}


def asked(query: str) -> tuple[set[str], set[str]]:
    """The kinds of records a query is about, and the names it takes from them."""
    bare = re.sub(r"/.*/", "", query)
    ((one, several),) = re.findall(r'record (?:= "(\w+)"|in \[([^]]*)\])', bare)
    kinds = {one} if one else set(re.findall(r"\w+", several))
    made = set(re.findall(r"\(\?<(\w+)>", query)) | set(re.findall(r"\bas (\w+)", bare))
    return kinds, set(re.findall(r"[@A-Za-z_][\w.]*", re.sub(r'"[^"]*"', "", bare))) - LANGUAGE - made


def parsed(query: str, line: str) -> dict[str, str]:
    """What the `parse` commands of a query take out of a log line."""
    found = [re.search(each.replace("(?<", "(?P<"), line) for each in re.findall(r"parse @message /(.*)/", query)]
    return {name: value for match in found if match for name, value in match.groupdict().items()}


def failed_task() -> dict[str, Any]:
    return next(record for record in RECORDS if record.get("verdict") == "fail")


@pytest.mark.parametrize("query", QUERIES)
def test_a_query_reads_the_audit_log(query):
    assert of_type("AWS::Logs::QueryDefinition")[query]["LogGroupNames"] == [{"Ref": "AuditLog"}]


@pytest.mark.parametrize("query", QUERIES)
def test_a_query_uses_fields_that_its_records_have(query):
    kinds, names = asked(QUERIES[query])
    assert kinds <= {record["record"] for record in RECORDS}
    fields = {name for record in RECORDS if record["record"] in kinds for name in record}
    assert names <= fields | {"@timestamp", "@message"}


@pytest.mark.parametrize("query", QUERIES)
def test_a_query_shows_no_list_as_if_it_were_a_field(query):
    kinds, names = asked(QUERIES[query])
    lists = {
        name for record in RECORDS if record["record"] in kinds for name in record if isinstance(record[name], list)
    }
    assert not names & lists


@pytest.mark.parametrize("query", QUERIES)
def test_a_query_compares_with_verdicts_that_there_are(query):
    assert set(re.findall(r'verdict = "(\w+)"', QUERIES[query])) <= set(Status)


def test_the_query_of_failures_finds_the_checks_and_the_first_problem(capsys):
    write(failed_task())
    assert parsed(QUERIES["FailedTasksQuery"], capsys.readouterr().out) == {
        "failed_checks": ",".join(f'"{check}"' for check in failed_task()["failed"]),
        "first_problem": failed_task()["findings"][0]["message"],
    }


def test_the_query_of_unknowns_finds_why(capsys):
    unknown = failed_task() | {"findings": [failed_task()["findings"][0] | {"status": "unknown", "message": "refused"}]}
    write(unknown)
    assert parsed(QUERIES["UnknownTasksQuery"], capsys.readouterr().out) == {"first_unknown": "refused"}
    assert "coalesce(reason, first_unknown) as why" in QUERIES["UnknownTasksQuery"]


def looks_at(task: str, capsys: pytest.CaptureFixture[str], *more: dict[str, Any]) -> list[tuple[str, str, str]]:
    """What the query of one task's looks shows: the kind of each record, how it was found, and what failed."""
    query = QUERIES["VerifiedTaskQuery"].replace("{{task}}", task)
    kinds, _ = asked(query)
    found = []
    for record in (*RECORDS, *more):
        write(record)
        line = capsys.readouterr().out
        if record["record"] in kinds and task in line:
            taken = parsed(query, line)
            how = taken.get("found") or record["verdict"]
            found.append((record["record"], how, taken.get("failed_checks", "")))
    return found


def test_the_query_of_a_task_finds_its_own_lines_and_those_that_name_it(capsys):
    found = looks_at(TASK_ID, capsys)
    assert ("verified", "pass", "") in found and ("task", "fail", '"SC203"') in found
    assert ("task", "skipped", "") in found, "its end"
    assert looks_at(OTHERS[0], capsys) == [("verified", "fail", "")]
    assert looks_at(OTHERS[1], capsys) == [("verified", "pass", "")]
    assert looks_at("0" * 32, capsys) == []


def test_the_query_of_a_task_finds_records_of_before_beside_those_of_now(capsys):
    """8fc134c wrote a line of every task in every sweep."""
    before = json.loads((ROOT / "tests/data/upgrade/records-8fc134c.json").read_text())
    assert {record["schema"] for record in before} == {1}
    found = looks_at(TASK_ID, capsys, *before)
    now = len(looks_at(TASK_ID, capsys))
    assert found[now:] == [("task", "pass", ""), ("task", "fail", '"SC203"'), ("task", "unknown", "")]


def test_its_parameter_is_declared():
    (declared,) = of_type("AWS::Logs::QueryDefinition")["VerifiedTaskQuery"]["Parameters"]
    assert set(re.findall(r"{{(\w+)}}", QUERIES["VerifiedTaskQuery"])) == {declared["Name"]}
    assert [name for name, query in QUERIES.items() if "{{" in query] == ["VerifiedTaskQuery"]
