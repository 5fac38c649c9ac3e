"""The places where we reach into ministack, checked at start-up: it changes often, and must not change under us."""

import inspect
from collections.abc import Callable
from typing import Any

from ministack import app
from ministack.core import lambda_runtime, responses
from ministack.services import cloudwatch_logs, dynamodb, ecs, eventbridge, lambda_svc, servicediscovery
from ministack.services.cloudformation import provisioners

HANDLER = ("method", "path", "headers", "body", "query_params")

EXPECTED: tuple[tuple[Callable[..., Any], tuple[str, ...]], ...] = (
    (ecs.handle_request, HANDLER),
    (servicediscovery.handle_request, HANDLER),
    (cloudwatch_logs.handle_request, HANDLER),
    (eventbridge._put_events, ("data", "allow_aws_source")),
    (responses.request_scope, ("account_id", "region")),
    (responses.json_response, ("data", "status", "content_type")),
    (lambda_runtime._detect_runtime_binary, ("runtime",)),
    (lambda_svc._poll_dynamodb_streams, ()),
    (lambda_svc._iter_all_esms, ()),
    (lambda_svc._apply_filter_criteria, ("records", "esm")),
    (dynamodb.stream_records_since, ("table_name", "position", "limit", "account_id", "region")),
    (provisioners._provision_resource, ("resource_type", "logical_id", "props", "stack_name")),
    (app.main, ()),
)


class SeamError(SystemExit):
    """ministack is not the one this was written for."""


def check() -> None:
    for function, expected in EXPECTED:
        found = tuple(inspect.signature(function).parameters)
        if found != expected:
            raise SeamError(
                f"this ministack does not fit: {function.__module__}.{function.__qualname__} takes {found}, "
                f"not {expected}. Install the version that the lock file names."
            )
