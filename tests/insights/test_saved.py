"""Every saved query run over the records that scaudit writes: what it returns, and what only looks as if."""

import json
import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

import pytest

from local.insights import run
from tests.builders import DEPLOYMENT_ID, TASK_ID
from tests.contracts.deployed import ROOT, of_type
from tests.fakes.recorded import OTHERS, records

SAVED = {name: query["QueryString"] for name, query in of_type("AWS::Logs::QueryDefinition").items()}
RECORDS: Mapping[str, dict[str, Any]] = json.loads((ROOT / "tests/golden/records.json").read_text())
GHOST = "what is left of a task that is gone"
YOUNG_GHOST = "what may be left of a task that is just gone"
EMPTY = ("failed", "unknown", "pending", "passed", "skipped", "skipped_because", "findings")
WRONG = "task on a wrong port"
REFUSED = "task whose proxy is UNHEALTHY since its listener is refused"
BLIND = "task on a wrong port whose log may not be read"
STARTED, LATE = "task that has just started", "task that is not registered yet"
NEVER = "task that never ran"
SILENT = "task with one failure that is suppressed and one that is not"


def line(record: Mapping[str, Any]) -> str:
    """As `write` writes it."""
    return json.dumps(record, separators=(",", ":")) + "\n"


def ask(query: str, *named: str | Mapping[str, Any], **parameters: str) -> list[dict[str, Any]]:
    """What a query returns of these golden records, or others, in this order of time."""
    told = [RECORDS[each] if isinstance(each, str) else each for each in named]
    return run(SAVED[query], map(line, told), parameters)


def at(record: str, when: str, **changes: Any) -> dict[str, Any]:
    """A golden record of another time."""
    return RECORDS[record] | {"observed_at": datetime.fromisoformat(when).isoformat(timespec="milliseconds"), **changes}


def returned(query: str, **parameters: str) -> list[str]:
    """The golden records of which, alone, the query returns something."""
    return [name for name in RECORDS if ask(query, name, **parameters)]


FINDS: list[tuple[str, dict[str, str], Iterable[str]]] = [
    ("FailedTasksQuery", {}, {WRONG, SILENT, BLIND, REFUSED, NEVER}),
    ("UnknownTasksQuery", {}, {"task whose log may not be read", "task that could not be described"}),
    (
        "UnknownReasonsQuery",
        {},
        {
            "task whose log may not be read",
            "task that could not be described",
            "sweep of a Region that may not be listed",
            "what was verified of a service of which ECS counts more tasks",
            BLIND,
        },
    ),
    (
        "VerifiedTaskQuery",
        {"task": TASK_ID},
        {name for name, each in RECORDS.items() if each["record"] in ("task", "verified")},
    ),
    ("VerifiedTaskQuery", {"task": OTHERS[0]}, {"what was verified of a service"}),
    (
        "TaskQuery",
        {"task": TASK_ID},
        {GHOST, YOUNG_GHOST, *(name for name, each in RECORDS.items() if each["record"] in ("task", "verified"))},
    ),
    ("TaskQuery", {"task": OTHERS[1]}, {"what was verified of a service"}),
    ("TaskQuery", {"task": "0" * 32}, set()),
    ("ServiceFailuresQuery", {"service": "web"}, {WRONG, SILENT, BLIND, REFUSED, GHOST, NEVER}),
    ("ServiceFailuresQuery", {"service": "we"}, set()),
    (
        "LookedAtQuery",
        {"what": "web", "around": "2026-11-23T12:0"},
        {n for n, each in RECORDS.items() if each["record"] in ("task", "service", "registration", "verified")},
    ),
    ("LookedAtQuery", {"what": OTHERS[0], "around": "2026-11-23T12"}, {"what was verified of a service"}),
    ("LookedAtQuery", {"what": "pass", "around": "2026-11-23T12"}, set()),
    ("LookedAtQuery", {"what": "a", "around": "2026-11-23T12"}, set()),
    ("LookedAtQuery", {"what": "web", "around": "2026-11-23T11"}, set()),
    ("StartsQuery", {"service": "web"}, {STARTED, LATE, NEVER}),
    ("StartsQuery", {"service": "we"}, set()),
    ("FlappingQuery", {}, set()),
    ("SuppressedQuery", {}, {SILENT}),
    ("AnnouncementsQuery", {}, {n for n, each in RECORDS.items() if each["record"] == "announcement"}),
]


@pytest.mark.parametrize(("query", "parameters", "those"), FINDS)
def test_a_query_returns_these_records_and_no_others(
    query: str, parameters: dict[str, str], those: Iterable[str]
) -> None:
    assert set(returned(query, **parameters)) == set(those)


def whole(record: dict[str, Any]) -> dict[str, Any]:
    """As it was written while what is empty was not left out."""
    if record["record"] not in ("task", "service", "registration", "namespace"):
        return record
    silent = {"caused_by": "", "suppressed": False}
    findings = [{k: v for k, v in silent.items() if k not in each} | each for each in record.get("findings", ())]
    ended = {"stop_code": ""} if record["record"] == "task" and "task_version" in record else {}
    answers = {} if "reason" in record else {name: [] for name in EMPTY}
    return {**ended, **answers, **record, **({} if "reason" in record else {"findings": findings})}


@pytest.mark.parametrize(("query", "parameters", "those"), FINDS)
def test_a_query_returns_the_same_of_what_is_empty_and_what_is_absent(
    query: str, parameters: dict[str, str], those: Iterable[str]
) -> None:
    """Lines of both forms stand side by side after an upgrade."""

    def told(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        empty = re.compile(r'"caused_by":"",|"suppressed":false,')
        shown = [{name: value for name, value in row.items() if value not in ("", "[]")} for row in rows]
        return [{name: empty.sub("", str(value)) for name, value in row.items()} for row in shown]

    before = [whole(record) for record in RECORDS.values()]
    assert sum(was != now for was, now in zip(before, RECORDS.values(), strict=True)) > 5
    assert told(ask(query, *before, **parameters)) == told(ask(query, *RECORDS.values(), **parameters))
    one, both = (ask(query, *lines, **parameters) for lines in (before, [*before, *RECORDS.values()]))
    if query != "FlappingQuery":  # what came twice
        assert len(both) == len(one) * (1 if "stats" in SAVED[query] else 2)


def test_every_saved_query_is_run() -> None:
    assert {query for query, _, _ in FINDS} == SAVED.keys()
    assert records().keys() == RECORDS.keys(), "the golden file is what scaudit writes"


def test_failed_tasks_show_their_checks_and_the_first_problem() -> None:
    [row] = ask("FailedTasksQuery", WRONG)
    assert row["failed_checks"] == '"SC203"' and row["first_problem"] == "registered port is 9999, expected 80"


def test_a_quotation_mark_ends_no_sentence() -> None:
    findings = [RECORDS[WRONG]["findings"][0] | {"message": 'named "a", expected "b"'}]
    [row] = ask("FailedTasksQuery", RECORDS[WRONG] | {"findings": findings})
    assert row["first_problem"] == r"named \"a\", expected \"b\""


def test_a_task_that_could_not_be_judged_shows_why() -> None:
    rows = ask("UnknownTasksQuery", "task that could not be described", "task whose log may not be read")
    assert [row["why"] for row in rows] == ["logs:GetLogEvents is refused", "ecs:DescribeTasks is refused"]


def test_reasons_are_counted_and_told_with_their_first_and_last_time() -> None:
    early, late = "2026-11-23T10:00:00+00:00", "2026-11-23T11:00:00+00:00"
    log = "task whose log may not be read"
    rows = ask(
        "UnknownReasonsQuery",
        at(log, early),
        at(log, late, task_id=OTHERS[0]),
        "sweep of a Region that may not be listed",
    )
    assert [(row["why"], row["lines"], row.get("tasks")) for row in rows] == [
        ("logs:GetLogEvents is refused", 2, 2),
        ("ecs:ListClusters is refused", 1, 0),
    ]
    assert (rows[0]["first_told"][:16], rows[0]["last_told"][:16]) == (early[:16], late[:16])


def test_whether_a_task_was_verified_is_told_from_its_own_lines_and_its_services() -> None:
    rows = ask("VerifiedTaskQuery", "healthy task", WRONG, "what was verified of a service", task=TASK_ID)
    assert [(row["record"], row["how"]) for row in rows] == [("verified", "pass"), ("task", "fail"), ("task", "pass")]
    assert ask("VerifiedTaskQuery", "what was verified of a service", task=OTHERS[0])[0]["how"] == "fail"


def test_whether_a_task_was_verified_is_told_from_records_of_before_beside_those_of_now() -> None:
    """8fc134c wrote a line of every task in every sweep."""
    before = json.loads((ROOT / "tests/data/upgrade/records-8fc134c.json").read_text())
    assert {record["schema"] for record in before} == {1}
    rows = ask("VerifiedTaskQuery", *before, task=TASK_ID)
    assert [row["how"] for row in rows] == ["unknown", "fail", "pass"]


def test_everything_about_a_task_has_what_was_found_and_what_it_left() -> None:
    rows = ask("TaskQuery", WRONG, "end of a task", "what was verified of a service", GHOST, task=TASK_ID)
    assert [row["record"] for row in rows] == ["registration", "verified", "task", "task"]
    assert [row["how"] for row in rows] == ["fail", "pass", "skipped", "fail"]
    assert rows[0]["failed_checks"] == '["SC206"]' and "is left of a task that is gone" in rows[0]["what"]
    assert rows[2]["stop_code"] == "ServiceSchedulerInitiated" and rows[3]["failed_checks"] == '["SC203"]'


def test_failing_checks_of_a_service_are_told_once_each_with_first_and_last_time() -> None:
    early, late = "2026-11-23T10:00:00+00:00", "2026-11-23T11:00:00+00:00"
    rows = ask(
        "ServiceFailuresQuery",
        at(WRONG, early),
        at(SILENT, late, task_id=OTHERS[0]),
        BLIND,
        "what was verified of a service",
        "service",
        service="web",
    )
    assert {row["finding.check"]: (row["first_told"][:16], row["last_told"][:16]) for row in rows} == {
        "SC203": (early[:16], "2026-11-23T12:00"),
        "SC302": (late[:16], late[:16]),
    }
    assert {row["finding.check"]: row["finding.endpoint"] for row in rows} == {"SC203": "nginx", "SC302": ""}


def test_another_service_of_a_like_name_is_another() -> None:
    assert not ask("ServiceFailuresQuery", RECORDS[WRONG] | {"ecs_service": "web-2"}, service="web")
    assert not ask("LookedAtQuery", RECORDS[WRONG] | {"ecs_service": "web-2"}, what="web", around="2026")


def test_around_a_time_tells_how_it_was_found() -> None:
    asked = {"what": TASK_ID, "around": "2026-11-23T12:0"}
    rows = ask("LookedAtQuery", WRONG, "what was verified of a service", GHOST, **asked)
    assert [(row["record"], row["how"]) for row in rows] == [
        ("registration", "fail"),
        ("verified", "pass"),
        ("task", "fail"),
    ]
    assert ask("LookedAtQuery", "what was verified of a service", what="web", around="2026")[0]["how"] == "fail"


def test_how_long_starts_took_is_told_of_each_deployment_by_its_slowest_task() -> None:
    """A later line of a task is a looser bound."""
    other = at(STARTED, "2026-11-23T12:01:00+00:00", task_id=OTHERS[0], running_after=50.5, registered_by=90)
    again = at(STARTED, "2026-11-23T12:02:00+00:00", registered_by=3000)
    never = at(NEVER, "2026-11-23T12:03:00+00:00", task_id=OTHERS[1])
    next_one = at(STARTED, "2026-11-23T12:04:00+00:00", deployment="ecs-svc/2")
    rows = ask("StartsQuery", LATE, STARTED, again, other, never, next_one, "healthy task", service="web")
    found = [(row["deployment"], row["tasks"], row["ran_tasks"]) for row in rows]
    assert found == [(DEPLOYMENT_ID, 3, 2), ("ecs-svc/2", 1, 1)]
    assert (rows[0]["slowest_to_run"], rows[0]["registered_at_most"], rows[0]["registered_tasks"]) == (50.5, 90, 2)
    assert (rows[0]["last_seen_unregistered"], rows[0]["slowest_to_be_ready"]) == (75, 3.1)


def test_flapping_is_what_was_resolved_more_than_once() -> None:
    end = "announcement of an end"
    again = at(end, "2026-11-23T13:00:00+00:00")
    rows = ask("FlappingQuery", end, "announcement", again, at(end, "2026-11-23T14:00:00+00:00", ecs_service="orders"))
    [row] = rows
    assert (row["ecs_service"], row["check"], row["times"]) == ("web", "SC203", 2)
    assert row["last_resolved"].startswith("2026-11-23T13")


def test_only_what_a_tag_suppressed_is_told_of_a_task() -> None:
    rows = ask("SuppressedQuery", SILENT, WRONG)
    assert [(row["finding.check"], row["says"]) for row in rows] == [("SC203", "registered port is 9999, expected 80")]


def test_a_sentence_that_speaks_of_suppression_is_none() -> None:
    findings = [RECORDS[WRONG]["findings"][0] | {"message": '"suppressed":true'}]
    assert not ask("SuppressedQuery", RECORDS[WRONG] | {"findings": findings})


def test_the_filter_of_the_guide_leaves_out_what_only_advises() -> None:
    (told,) = re.findall(r"`(filter verdict = [^`]+)`", (ROOT / "docs/operating.md").read_text())
    wrong = RECORDS[WRONG]
    advice = wrong | {"findings": [finding | {"severity": "info"} for finding in wrong["findings"]]}
    open_ = advice | {
        "findings": [*advice["findings"], advice["findings"][0] | {"status": "unknown", "severity": "error"}]
    }
    found = [bool(run(told, [line(each)], {})) for each in (wrong, advice, open_)]
    assert found == [True, False, False]
