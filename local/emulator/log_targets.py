"""Log groups as targets of EventBridge's rules, which ministack has not.

AWS: for a log group EventBridge takes no role; the policies of CloudWatch Logs must allow it to make a stream and to
write to it.
"""

import logging
import time
import uuid
from typing import Any

from ministack.core.iam_evaluator import evaluate_resource_policy
from ministack.services import cloudwatch_logs

from local.emulator import role_rights

WRITERS = ("events.amazonaws.com", "delivery.logs.amazonaws.com")
NEEDED = ("logs:CreateLogStream", "logs:PutLogEvents")
_log = logging.getLogger(__name__)


def is_log_group(arn: str) -> bool:
    """Whether a target's ARN is that of a log group."""
    return arn.startswith("arn:") and ":log-group:" in arn


def deliver(arn: str, message: str, rule_arn: str) -> None:
    """Write an event into a log group, a stream for each; it is lost, as on AWS, where nothing lets EventBridge."""
    group, stream = arn.split(":log-group:")[1].removesuffix(":*"), str(uuid.uuid4())
    if not allowed(arn.removesuffix(":*"), rule_arn):
        _log.warning("an event is not delivered to %s: no policy of CloudWatch Logs allows it", arn)
        return
    where = {"logGroupName": group, "logStreamName": stream}
    cloudwatch_logs._create_log_stream(where)
    cloudwatch_logs._put_log_events(
        {**where, "logEvents": [{"timestamp": int(time.time() * 1000), "message": message}]}
    )


def allowed(arn: str, rule_arn: str) -> bool:
    """Whether the policies of the Region let both services do both things."""
    return all(_allows(service, action, f"{arn}:*", rule_arn) for service in WRITERS for action in NEEDED)


def _allows(service: str, action: str, resource: str, rule_arn: str) -> bool:
    context = role_rights.context_of("", action, resource, {"aws__SourceArn": rule_arn})
    documents: list[Any] = [each["policyDocument"] for each in cloudwatch_logs._resource_policies.values()]
    return any(evaluate_resource_policy(each, context, service=service).decision == "Allow" for each in documents)
