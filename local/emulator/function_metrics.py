"""Metrics that functions write into their log lines, where ministack leaves them."""

from typing import Any

from ministack.services import cloudwatch, lambda_svc

from local.emulator.emf import metrics

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
