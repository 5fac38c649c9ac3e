"""IAM where ministack differs from AWS: the resources that calls are checked against, and the words of a refusal."""

from collections.abc import Mapping
from typing import Any

from ministack.core import iam_actions

from local.emulator import iam_resources
from local.emulator.wire import Response

# AWS: these name the resource in the refusal; ministack does so for Logs alone.
NAMES_RESOURCE = ("ecs", "servicediscovery")

_resource_arn = iam_actions.extract_resource_arn
_context = iam_actions.request_tag_context
_denied = iam_actions.access_denied_response


def install() -> None:
    """Let ministack judge requests by the resources and conditions that IAM knows of them."""
    iam_actions.extract_resource_arn = resource_arn
    iam_actions.request_tag_context = context
    iam_actions.access_denied_response = denied


def resource_arn(
    service: str,
    method: str,
    path: str,
    headers: Mapping[str, str],
    body: bytes,
    query_params: Mapping[str, Any],
    region: str,
    account_id: str,
) -> str:
    """The ARN that a request is about, ours first and then ministack's own guess."""
    action = headers.get("x-amz-target", "").rsplit(".", 1)[-1]
    found = iam_resources.resource(service, action, body)
    return found or str(_resource_arn(service, method, path, headers, body, query_params, region, account_id))


def context(service: str, iam_action: str, body: bytes, params: Mapping[str, Any]) -> dict[str, Any]:
    """The condition keys of a request."""
    return {**_context(service, iam_action, body, params), **iam_resources.conditions(service, body)}


def denied(
    service: str,
    action: str,
    principal_arn: str,
    request_id: str,
    *,
    error_code: str = "",
    message: str = "",
    headers: Mapping[str, str] | None = None,
    resource_arn: str = "*",
    explicit_deny: bool = False,
    resource_policy_arn: str = "",
) -> Response:
    """The refusal of a request, in the words in which the real service refuses."""
    if service in NAMES_RESOURCE and not error_code and not message:
        message = iam_actions.identity_denial_message(action, principal_arn, resource_arn, explicit_deny)
    response: Response = _denied(
        service,
        action,
        principal_arn,
        request_id,
        error_code=error_code,
        message=message,
        headers=headers,
        resource_arn=resource_arn,
        explicit_deny=explicit_deny,
        resource_policy_arn=resource_policy_arn,
    )
    return response
