"""Records are interfaces: golden files, and the embedded metric format as CloudWatch asks for it."""

import json
from pathlib import Path
from typing import Any

import pytest

from scaudit.record import NAMESPACE, Metric
from tests.fakes.recorded import records

GOLDEN = Path(__file__).parents[1] / "golden"


MEASURED = {name: record for name, record in records().items() if "_aws" in record}


def directive(record: dict[str, Any]) -> dict[str, Any]:
    (only,) = record["_aws"]["CloudWatchMetrics"]
    return only


def test_every_metric_is_written_and_no_other() -> None:
    written = {metric["Name"] for record in MEASURED.values() for metric in directive(record)["Metrics"]}
    assert written == set(Metric)


@pytest.mark.parametrize("record", MEASURED.values(), ids=MEASURED)
def test_a_metric_is_a_number_at_the_root_of_its_record(record: dict[str, Any]) -> None:
    """AWS, embedded metric format specification: target members, metric directive."""
    record = json.loads(json.dumps(record))
    for metric in directive(record)["Metrics"]:
        assert isinstance(record[metric["Name"]], int | float)
        assert metric["Unit"] == ("Seconds" if metric["Name"].endswith("Seconds") else "Count")


@pytest.mark.parametrize("record", MEASURED.values(), ids=MEASURED)
def test_metrics_have_no_dimensions_and_the_time_of_their_record(record: dict[str, Any]) -> None:
    assert directive(record)["Namespace"] == NAMESPACE and directive(record)["Dimensions"] == [[]]
    assert record["_aws"]["Timestamp"] == 1795435200000
    assert record["observed_at"] == "2026-11-23T12:00:00.000+00:00"


def test_tasks_are_no_metrics_of_their_own() -> None:
    assert not {"task", "service", "page", "sweep"} & {record["record"] for record in MEASURED.values()}


def test_records(golden) -> None:
    golden(GOLDEN / "records.json", json.dumps(records(), indent=2) + "\n")


def test_fields_stay_few_enough_for_logs_insights() -> None:
    """It discovers at most 200 fields of a record (AWS: CloudWatch Logs, supported logs and discovered fields)."""

    def leaves(value: object) -> int:
        inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else None
        return 1 if inner is None else sum(map(leaves, inner))

    assert all(leaves(record) < 200 for record in records().values())


def test_a_check_stands_under_its_worst_answer_only() -> None:
    wrong = records()["task on a wrong port"]
    assert wrong["failed"] == ["SC203"] and "SC203" not in wrong["passed"] and "SC202" in wrong["passed"]
