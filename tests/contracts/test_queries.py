"""The saved queries ask only for what the audit records of the golden file have."""

import json
import re
from typing import Any

import pytest

from scaudit.model import Status
from scaudit.record import write
from tests.contracts.deployed import ROOT, of_type

RECORDS: list[dict[str, Any]] = list(json.loads((ROOT / "tests/golden/records.json").read_text()).values())
QUERIES = {name: query["QueryString"] for name, query in of_type("AWS::Logs::QueryDefinition").items()}
LANGUAGE = {"and", "as", "asc", "coalesce", "desc", "display", "fields", "filter", "limit", "or", "parse", "sort"}


def asked(query: str) -> tuple[str, set[str]]:
    """The kind of record a query is about, and the names it takes from it."""
    bare = re.sub(r"/.*/", "", query)
    ((_, kind),) = re.findall(r'(record) = "(\w+)"', bare)
    made = set(re.findall(r"\(\?<(\w+)>", query)) | set(re.findall(r"\bas (\w+)", bare))
    return kind, set(re.findall(r"[@A-Za-z_][\w.]*", re.sub(r'"[^"]*"', "", bare))) - LANGUAGE - made


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
    kind, names = asked(QUERIES[query])
    fields = {name for record in RECORDS if record["record"] == kind for name in record}
    assert names <= fields | {"@timestamp", "@message"}


@pytest.mark.parametrize("query", QUERIES)
def test_a_query_shows_no_list_as_if_it_were_a_field(query):
    kind, names = asked(QUERIES[query])
    lists = {
        name for record in RECORDS if record["record"] == kind for name in record if isinstance(record[name], list)
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
