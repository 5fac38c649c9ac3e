"""The places where we reach into ministack, checked at start-up: it changes often, and must not change under us."""

import inspect
from types import ModuleType

from ministack import app
from ministack.core import iam_actions, lambda_runtime, responses, router
from ministack.services import (
    cloudwatch,
    cloudwatch_logs,
    dynamodb,
    ecs,
    eventbridge,
    lambda_svc,
    servicediscovery,
    sts,
)
from ministack.services.cloudformation import provisioners

HANDLER = ("method", "path", "headers", "body", "query_params")
REFUSED_CALL = ("service", "action", "principal_arn", "request_id")
REFUSAL = ("error_code", "message", "headers", "resource_arn", "explicit_deny", "resource_policy_arn")

FUNCTIONS: tuple[tuple[ModuleType, str, tuple[str, ...]], ...] = (
    (app, "main", ()),
    (ecs, "handle_request", HANDLER),
    (servicediscovery, "handle_request", HANDLER),
    (cloudwatch_logs, "handle_request", HANDLER),
    (eventbridge, "_put_events", ("data", "allow_aws_source")),
    (responses, "get_account_id", ()),
    (responses, "get_region", ()),
    (responses, "request_scope", ("account_id", "region")),
    (responses, "json_response", ("data", "status", "content_type")),
    (lambda_runtime, "_detect_runtime_binary", ("runtime",)),
    (lambda_runtime, "execution_credentials", ("config",)),
    (lambda_svc, "execution_credentials", ("config",)),
    (sts, "register_session", ("access_key", "session")),
    (router, "extract_access_key_id", ("headers", "query_params")),
    (iam_actions, "extract_resource_arn", ("service", *HANDLER, "region", "account_id")),
    (iam_actions, "request_tag_context", ("service", "iam_action", "body", "params")),
    (iam_actions, "identity_denial_message", ("action", "principal_arn", "resource", "explicit_deny")),
    (iam_actions, "access_denied_response", (*REFUSED_CALL, *REFUSAL)),
    (lambda_svc, "_poll_dynamodb_streams", ()),
    (lambda_svc, "_iter_all_esms", ()),
    (lambda_svc, "_apply_filter_criteria", ("records", "esm")),
    (
        lambda_svc,
        "_emit_lambda_logs",
        ("func", "request_id", "log_text", "error", "duration_ms", "log_source"),
    ),
    (cloudwatch, "record_metric", ("namespace", "metric_name", "value", "unit", "dimensions")),
    (cloudwatch, "_put_composite_alarm", ("params", "cbor_data", "is_cbor", "is_json")),
    (cloudwatch, "_delete_alarms", ("params", "cbor_data", "is_cbor", "is_json")),
    (dynamodb, "stream_records_since", ("table_name", "position", "limit", "account_id", "region")),
)

STORES: tuple[tuple[ModuleType, str], ...] = (
    (app, "AUTH"),
    (sts, "_sessions"),
    (servicediscovery, "_namespaces"),
    (servicediscovery, "_services"),
    (lambda_svc, "_dynamodb_stream_positions"),
    (lambda_svc, "_esm_backoff_until"),
    (lambda_svc, "_esm_wake"),
    (cloudwatch, "_composite_alarms"),
    (provisioners, "_RESOURCE_HANDLERS"),
)


def check() -> None:
    """End the process unless ministack has every function and store that we take hold of."""
    for module, name, parameters in FUNCTIONS:
        function = getattr(module, name, None)
        found = tuple(inspect.signature(function).parameters) if function else None
        if found != parameters:
            refuse(module, name, f"takes {found}, not {parameters}" if function else "is gone")
    for module, name in STORES:
        if not hasattr(module, name):
            refuse(module, name, "is gone")


def refuse(module: ModuleType, name: str, what: str) -> None:
    """End the process and say what of ministack does not fit."""
    raise SystemExit(f"This ministack does not fit: {module.__name__}.{name} {what}. Install what the lock file names.")
