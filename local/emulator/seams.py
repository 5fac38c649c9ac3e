"""The places where we reach into ministack, checked at start-up: it changes often, and must not change under us."""

import inspect
from types import ModuleType

from ministack import app
from ministack.core import lambda_runtime, responses
from ministack.services import cloudwatch_logs, dynamodb, ecs, eventbridge, lambda_svc, servicediscovery
from ministack.services.cloudformation import provisioners

HANDLER = ("method", "path", "headers", "body", "query_params")

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
    (lambda_svc, "_poll_dynamodb_streams", ()),
    (lambda_svc, "_iter_all_esms", ()),
    (lambda_svc, "_apply_filter_criteria", ("records", "esm")),
    (dynamodb, "stream_records_since", ("table_name", "position", "limit", "account_id", "region")),
)

STORES: tuple[tuple[ModuleType, str], ...] = (
    (lambda_svc, "_dynamodb_stream_positions"),
    (lambda_svc, "_esm_backoff_until"),
    (lambda_svc, "_esm_wake"),
    (provisioners, "_RESOURCE_HANDLERS"),
)


def check() -> None:
    for module, name, parameters in FUNCTIONS:
        function = getattr(module, name, None)
        found = tuple(inspect.signature(function).parameters) if function else None
        if found != parameters:
            refuse(module, name, f"takes {found}, not {parameters}" if function else "is gone")
    for module, name in STORES:
        if not hasattr(module, name):
            refuse(module, name, "is gone")


def refuse(module: ModuleType, name: str, what: str) -> None:
    raise SystemExit(f"This ministack does not fit: {module.__name__}.{name} {what}. Install what the lock file names.")
