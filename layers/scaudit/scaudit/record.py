"""What a record begins with, the metrics it may carry (CloudWatch's embedded metric format), and how it is written."""

import json
import sys
from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from threading import Lock
from typing import Any

from scaudit import __version__

NAMESPACE = "scaudit"


class Metric(StrEnum):
    """Every metric of scaudit. A verified task is one that a look found to pass or to fail; one that could not be
    judged is unknown. Reads are calls of AWS APIs that an audit made."""

    HEARTBEAT = "Heartbeat"
    CANARY_SECONDS = "CanarySeconds"
    TASKS_VERIFIED = "TasksVerified"
    TASKS_FAILING = "TasksFailing"
    TASKS_UNKNOWN = "TasksUnknown"
    READS = "Reads"
    ANNOUNCEMENTS = "Announcements"
    WITHHELD = "Withheld"


def measured(
    record: Mapping[str, Any], at: datetime, values: Mapping[Metric, float], by: Sequence[str] = ()
) -> dict[str, Any]:
    """The record with these values as metrics of the moment `at`, by these fields of the record.

    As a rule without dimensions: there is one stack in a Region, and CloudWatch bills each combination of their values.
    """
    directive = {
        "Namespace": NAMESPACE,
        "Dimensions": [[*by]],
        "Metrics": [{"Name": metric.value, "Unit": _unit(metric)} for metric in values],
    }
    return {
        **record,
        **{metric.value: value for metric, value in values.items()},
        "_aws": {"Timestamp": int(at.timestamp() * 1000), "CloudWatchMetrics": [directive]},
    }


def _unit(metric: Metric) -> str:
    return "Seconds" if metric is Metric.CANARY_SECONDS else "Count"


_WRITING = Lock()


def write(record: Mapping[str, Any]) -> None:
    """One JSON line to standard output, which Lambda keeps in the audit log group. Regions are audited side by side."""
    line = json.dumps(record, separators=(",", ":")) + "\n"
    with _WRITING:
        sys.stdout.write(line)


SCHEMA = 2
"""1 had a line of every task in every sweep."""


def head(record: str, region: str, at: datetime) -> dict[str, Any]:
    """What every record begins with."""
    return {
        "record": record,
        "schema": SCHEMA,
        "scaudit": __version__,
        "region": region,
        "observed_at": at.isoformat(timespec="milliseconds"),
    }
