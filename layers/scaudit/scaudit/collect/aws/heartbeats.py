"""Whose heart beats where: the metrics by which one scaudit knows another."""

from collections.abc import Mapping
from typing import Any

from scaudit.collect.aws.action import Action, unpublished
from scaudit.collect.aws.reads import Reads
from scaudit.collect.aws.typed import listed
from scaudit.model import Unread
from scaudit.record import NAMESPACE, Metric

LIST_METRICS = Action(
    "cloudwatch:ListMetrics",
    "whether another scaudit watches a Region; for `describe` and `map --live` alone, who calls whom",
    unpublished("CloudWatch ListMetrics"),
    ("*",),
)


def watched_from(reads: Reads, region: str) -> frozenset[str] | Unread:
    """The Regions that a scaudit in this one swept in the last three hours: its own, whose heartbeat has no dimension,
    and those that are linked to it (AWS: ListMetrics, RecentlyActive). Asked for once a batch."""
    key = f"watched from {region}"
    if key not in reads.once:
        asked: dict[str, Any] = {"Namespace": NAMESPACE, "MetricName": Metric.HEARTBEAT.value, "RecentlyActive": "PT3H"}
        answer = reads.ask(LIST_METRICS, "", region=region, **asked)
        if isinstance(answer, dict):
            told = reads.understand(LIST_METRICS, region, _dimensions, answer)
            reads.once[key] = told if isinstance(told, Unread) else frozenset(name or region for name in told)
        else:
            reads.once[key] = answer or Unread(f"{LIST_METRICS.name} gave no answer")
    known: frozenset[str] | Unread = reads.once[key]
    return known


def _dimensions(answer: Mapping[str, Any]) -> list[str]:
    named = [{each["Name"]: each["Value"] for each in raw.get("Dimensions") or ()} for raw in listed(answer["Metrics"])]
    return [each.get("region", "") for each in named]
