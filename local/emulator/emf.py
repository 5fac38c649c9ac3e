"""Metrics that functions write into their log lines (embedded metric format), which ministack leaves in the log."""

import json
from collections.abc import Iterator
from typing import Any

from ministack.services import cloudwatch, lambda_svc

_emit = lambda_svc._emit_lambda_logs


def install() -> None:
    lambda_svc._emit_lambda_logs = emit


def emit(
    func: dict[str, Any],
    request_id: str,
    log_text: str,
    error: bool,
    duration_ms: int,
    *,
    log_source: str | None = None,
) -> None:
    _emit(func, request_id, log_text, error, duration_ms, log_source=log_source)
    for line in (log_text or "").splitlines():
        for metric in metrics(line):
            cloudwatch.record_metric(*metric)


def metrics(line: str) -> Iterator[tuple[str, str, float, str, dict[str, str]]]:
    """Namespace, name, value, unit and dimensions of each metric of a line; one not in the format is only a line."""
    try:
        document = json.loads(line)
        for directive in document["_aws"]["CloudWatchMetrics"]:
            for keys in directive["Dimensions"]:
                dimensions = {key: str(document[key]) for key in keys}
                for metric in directive["Metrics"]:
                    name, unit = metric["Name"], metric.get("Unit", "None")
                    yield directive["Namespace"], name, float(document[name]), unit, dimensions
    except (ValueError, LookupError, TypeError):
        return
