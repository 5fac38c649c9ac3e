"""AWS's JSON protocol inside the process: calls to ministack's services, and answers of our own."""

import json
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from ministack.core.responses import json_response
from ministack.services import cloudwatch_logs, ecs, servicediscovery

from local.emulator.protocol import Action, AwsError, Json

Response = tuple[int, Mapping[str, str], bytes]
Handler = Callable[[str, str, Mapping[str, str], bytes, Mapping[str, Any]], Awaitable[Response]]
# Raises AwsError for a call that is refused, by service, action, headers and body.
Check = Callable[[str, str, Mapping[str, str], bytes], None]

# Bound at import, so before ours take their place.
_ecs: Handler = ecs.handle_request
_cloud_map: Handler = servicediscovery.handle_request
_logs: Handler = cloudwatch_logs.handle_request


async def call_ecs(action: str, request: Json) -> Json:
    return await _call(_ecs, f"AmazonEC2ContainerServiceV20141113.{action}", request)


async def call_cloud_map(action: str, request: Json) -> Json:
    return await _call(_cloud_map, f"Route53AutoNaming_v20170314.{action}", request)


async def call_logs(action: str, request: Json) -> Json:
    return await _call(_logs, f"Logs_20140328.{action}", request)


async def _call(handler: Handler, target: str, request: Json) -> Json:
    status, _, body = await handler("POST", "/", {"x-amz-target": target}, json.dumps(request).encode(), {})
    answer: Json = json.loads(body or b"{}")
    if status >= 400:
        raise AwsError(answer.get("__type", "InternalFailure").split("#")[-1], answer.get("message", ""))
    return answer


def overlay(service: str, original: Handler, actions: Mapping[str, Action], check: Check) -> Handler:
    """A request handler that answers `actions` itself and leaves every other one to ministack's.

    A call that `check` refuses reaches neither.
    """

    async def handle_request(
        method: str, path: str, headers: Mapping[str, str], body: bytes, query_params: Mapping[str, Any]
    ) -> Response:
        name = headers.get("x-amz-target", "").rsplit(".", 1)[-1]
        try:
            check(service, name, headers, body)
            if name not in actions:
                return await original(method, path, headers, body, query_params)
            response: Response = json_response(await actions[name](json.loads(body or b"{}")))
        except AwsError as error:
            response = json_response({"__type": error.code, "message": str(error)}, 400)
        return response

    return handle_request


def install(
    ecs_actions: Mapping[str, Action],
    cloud_map_actions: Mapping[str, Action],
    logs_actions: Mapping[str, Action],
    check: Check,
) -> None:
    """Answer these actions instead of ministack, each after `check` lets it pass."""
    ecs.handle_request = overlay("ecs", _ecs, ecs_actions, check)
    servicediscovery.handle_request = overlay("servicediscovery", _cloud_map, cloud_map_actions, check)
    cloudwatch_logs.handle_request = overlay("logs", _logs, logs_actions, check)
