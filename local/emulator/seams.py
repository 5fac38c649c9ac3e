"""The places where we reach into ministack, checked at start-up: it changes often, and must not change under us."""

import inspect
from types import ModuleType

from ministack import app
from ministack.core import iam_actions, iam_evaluator, lambda_runtime, responses, router
from ministack.services import (
    account,
    cloudformation,
    cloudwatch,
    cloudwatch_logs,
    dynamodb,
    ec2,
    ecs,
    eventbridge,
    iam,
    lambda_svc,
    servicediscovery,
    sts,
)
from ministack.services.cloudformation import changesets, engine, handlers, provisioners, stacks

HANDLER = ("method", "path", "headers", "body", "query_params")
REFUSED_CALL = ("service", "action", "principal_arn", "request_id")
REFUSAL = ("error_code", "message", "headers", "resource_arn", "explicit_deny", "resource_policy_arn")

FUNCTIONS: tuple[tuple[ModuleType, str, tuple[str, ...]], ...] = (
    (app, "main", ()),
    (ecs, "handle_request", HANDLER),
    (servicediscovery, "handle_request", HANDLER),
    (cloudwatch_logs, "handle_request", HANDLER),
    (eventbridge, "_put_events", ("data", "allow_aws_source")),
    (eventbridge, "_put_targets", ("data",)),
    (eventbridge, "_invoke_target", ("target", "event", "rule", "view")),
    (eventbridge, "_dispatch_event", ("event", "view")),
    (eventbridge, "_pattern_event_view", ("event",)),
    (eventbridge, "_ensure_default_bus", ()),
    (eventbridge, "_rule_arn", ("rule_name", "bus_name")),
    (eventbridge, "_event_bus_name_from_ref", ("name",)),
    (eventbridge, "_remove_permission", ("data",)),
    (responses, "get_account_id", ()),
    (responses, "get_region", ()),
    (responses, "request_scope", ("account_id", "region")),
    (responses, "json_response", ("data", "status", "content_type")),
    (cloudwatch_logs, "_create_log_stream", ("data",)),
    (cloudwatch_logs, "_put_log_events", ("data",)),
    (cloudwatch_logs, "_resolve_query_log_groups", ("data",)),
    (cloudwatch_logs, "_collect_query_records", ("group_names", "start_time_s", "end_time_s")),
    (lambda_runtime, "_detect_runtime_binary", ("runtime",)),
    (lambda_runtime, "execution_credentials", ("config",)),
    (lambda_svc, "execution_credentials", ("config",)),
    (sts, "register_session", ("access_key", "session")),
    (router, "extract_access_key_id", ("headers", "query_params")),
    (iam_actions, "extract_resource_arn", ("service", *HANDLER, "region", "account_id")),
    (iam_actions, "request_tag_context", ("service", "iam_action", "body", "params")),
    (iam_actions, "identity_denial_message", ("action", "principal_arn", "resource", "explicit_deny")),
    (iam_evaluator, "evaluate", ("ctx", "policies", "limits")),
    (iam_evaluator, "evaluate_resource_policy", ("doc", "ctx", "service", "named_only", "direct_only")),
    (iam_evaluator, "combine_resource_policy", ("identity", "ctx", "policy", "owner_account", "required", "limits")),
    (iam_evaluator, "caller_arn", ()),
    (iam_evaluator, "_gather_role_policies", ("role_name", "account_id")),
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
    (ec2, "_describe_regions", ("p",)),
    (account, "_json", ("status", "body")),
    (engine, "_parse_template", ("template_body",)),
    (engine, "_evaluate_conditions", ("template", "params")),
    (handlers, "_required_capabilities", ("template", "strict")),
    (handlers, "_missing_capabilities", ("given", "required")),
    (stacks, "_runs_on_worker_thread", ("resource_type",)),
    (stacks, "_sends_back_failed_update", ("resource_type",)),
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
    (cloudwatch_logs, "_resource_policies"),
    (cloudwatch_logs, "_queries"),
    (provisioners, "_RESOURCE_HANDLERS"),
    (handlers, "_ACTION_HANDLERS"),
    (handlers, "_evaluate_conditions"),
    (stacks, "_evaluate_conditions"),
    (changesets, "_evaluate_conditions"),
    (cloudformation, "_stacks"),
    (cloudformation, "_stack_events"),
    (eventbridge, "_event_buses"),
    (eventbridge, "_event_bus_policies"),
    (ec2, "_AWS_REGIONS"),
    (ec2, "_ACTION_MAP"),
    (account, "_DISPATCH"),
    (account, "_REGIONS_LIST"),
    (iam, "_roles"),
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
