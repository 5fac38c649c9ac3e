"""A CloudFormation type that ministack has not: composite alarms, which it knows by API."""

import uuid
from typing import Any

from ministack.services import cloudwatch
from ministack.services.cloudformation import provisioners

Made = tuple[str, dict[str, str]]


def install() -> None:
    """Teach it to ministack's CloudFormation."""
    provisioners._RESOURCE_HANDLERS.setdefault("AWS::CloudWatch::CompositeAlarm", COMPOSITE_ALARM)


def generated_name(logical_id: str, stack_name: str) -> str:
    """A physical name as CloudFormation makes one up."""
    return f"{stack_name}-{logical_id}-{uuid.uuid4().hex[:12]}"


def create_alarm(logical_id: str, properties: dict[str, Any], stack_name: str) -> Made:
    """Create a composite alarm. Raises ValueError with CloudWatch's reason."""
    name = properties.get("AlarmName") or generated_name(logical_id, stack_name)
    return update_alarm(name, {}, properties, stack_name)


def update_alarm(name: str, old: dict[str, Any], new: dict[str, Any], stack_name: str) -> Made:
    """Replace a composite alarm under its name. Raises ValueError with CloudWatch's reason."""
    status, _, body = cloudwatch._put_composite_alarm({}, {**new, "AlarmName": name}, False, True)
    if status >= 400:
        raise ValueError(body.decode())
    return name, {"Arn": cloudwatch._composite_alarms[name]["AlarmArn"]}


def delete_alarm(name: str, properties: dict[str, Any]) -> None:
    """Delete a composite alarm."""
    cloudwatch._delete_alarms({}, {"AlarmNames": [name]}, False, True)


COMPOSITE_ALARM = {"create": create_alarm, "update": update_alarm, "delete": delete_alarm}
