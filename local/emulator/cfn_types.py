"""CloudFormation types that ministack has not, and that do nothing here: made, named and deleted."""

import uuid
from typing import Any

from ministack.services.cloudformation import provisioners

NAME_PROPERTY = {"AWS::CloudWatch::CompositeAlarm": "AlarmName", "AWS::Logs::QueryDefinition": None}


def install() -> None:
    for resource_type, name_property in NAME_PROPERTY.items():
        provisioners._RESOURCE_HANDLERS.setdefault(resource_type, handlers(name_property))


def handlers(name_property: str | None) -> dict[str, Any]:
    def create(logical_id: str, properties: dict[str, Any], stack_name: str) -> tuple[str, dict[str, str]]:
        physical_id = properties.get(name_property or "") or f"{stack_name}-{logical_id}-{uuid.uuid4().hex[:12]}"
        return physical_id, {}

    def update(
        physical_id: str, old: dict[str, Any], new: dict[str, Any], stack_name: str
    ) -> tuple[str, dict[str, str]]:
        return physical_id, {}

    def delete(physical_id: str, properties: dict[str, Any]) -> None:
        pass

    return {"create": create, "update": update, "delete": delete}
