"""Metrics that functions write into their log lines, where ministack leaves them."""

from typing import Any

from ministack.services import cloudwatch, lambda_svc

from local.emulator.emf import metrics

_emit = lambda_svc._emit_lambda_logs


def install() -> None:
    """Let the log lines of functions become metrics, as CloudWatch does with the embedded metric format."""
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
    """Write a function's log, and record the metrics that are embedded in it."""
    _emit(func, request_id, log_text, error, duration_ms, log_source=log_source)
    for line in (log_text or "").splitlines():
        for metric in metrics(line):
            cloudwatch.record_metric(*metric)
