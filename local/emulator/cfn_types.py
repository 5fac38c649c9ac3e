"""CloudFormation types that ministack has not: composite alarms, which it knows by API, and saved queries, which do
nothing here."""

import uuid
from typing import Any

from ministack.services import cloudwatch
from ministack.services.cloudformation import provisioners

Made = tuple[str, dict[str, str]]


def install() -> None:
    """Teach ministack's CloudFormation the resource types of our template that it does not know."""
    handlers = {"AWS::CloudWatch::CompositeAlarm": COMPOSITE_ALARM, "AWS::Logs::QueryDefinition": QUERY_DEFINITION}
    for resource_type, actions in handlers.items():
        provisioners._RESOURCE_HANDLERS.setdefault(resource_type, actions)


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


def create_query(logical_id: str, properties: dict[str, Any], stack_name: str) -> Made:
    """Accept a saved query; nothing here reads it."""
    return generated_name(logical_id, stack_name), {}


def update_query(physical_id: str, old: dict[str, Any], new: dict[str, Any], stack_name: str) -> Made:
    """Keep a saved query under its id."""
    return physical_id, {}


def delete_query(physical_id: str, properties: dict[str, Any]) -> None:
    """Forget a saved query, of which nothing was kept."""
    pass


COMPOSITE_ALARM = {"create": create_alarm, "update": update_alarm, "delete": delete_alarm}
QUERY_DEFINITION = {"create": create_query, "update": update_query, "delete": delete_query}
