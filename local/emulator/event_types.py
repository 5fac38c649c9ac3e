"""CloudFormation types of EventBridge: policies of buses, which ministack has not, and rules whose targets are checked
as PutTargets checks them."""

from typing import Any

from ministack.services import eventbridge
from ministack.services.cloudformation import provisioners

from local.emulator import event_buses, role_rights
from local.emulator.cfn_types import Made

RULE, BUS, BUS_POLICY = "AWS::Events::Rule", "AWS::Events::EventBus", "AWS::Events::EventBusPolicy"

# What CloudFormation calls for a rule. AWS: EventBridge deletes no rule that still has targets.
PUT_RULE = ("events:PutRule", "events:DescribeRule", "events:PutTargets")
DELETE_RULE = ("events:RemoveTargets", "events:DeleteRule")

_rule, _bus = provisioners._RESOURCE_HANDLERS[RULE], provisioners._RESOURCE_HANDLERS[BUS]


def install() -> None:
    """Teach ministack's CloudFormation what buses and rules need across Regions."""
    provisioners._RESOURCE_HANDLERS.update(
        {
            RULE: {**_rule, "create": create_rule, "update": update_rule, "delete": delete_rule},
            BUS: {**_bus, "create": create_bus, "update": update_bus, "delete": delete_bus},
            BUS_POLICY: {"create": create_policy, "update": update_policy, "delete": delete_policy},
        }
    )


def create_rule(logical_id: str, properties: dict[str, Any], stack_name: str) -> Made:
    """Create a rule. Raises ValueError with EventBridge's reason for a target that it refuses, and RoleMayNot."""
    name, attributes = _rule["create"](logical_id, properties, stack_name)
    try:
        require(attributes["Arn"], PUT_RULE, properties)
        if error := event_buses.target_error(properties.get("Targets", []), attributes["Arn"]):
            raise ValueError(f"{error[1]} (Service: EventBridge, Status Code: 400, Error Code: {error[0]})")
    except (ValueError, role_rights.RoleMayNot):
        _rule["delete"](name, properties)
        raise
    return name, attributes


def update_rule(name: str, old: dict[str, Any], new: dict[str, Any], stack_name: str, logical_id: str) -> Made:
    """Change a rule. Raises RoleMayNot, and ValueError with EventBridge's reason."""
    require(eventbridge._rule_arn(name, bus_of(old)), PUT_RULE, new)
    made: Made = _rule["update"](name, old, new, stack_name, logical_id)
    return made


def delete_rule(name: str, properties: dict[str, Any]) -> None:
    """Delete a rule. Raises RoleMayNot."""
    require(eventbridge._rule_arn(name, bus_of(properties)), DELETE_RULE, {})
    _rule["delete"](name, properties)


def require(rule_arn: str, actions: tuple[str, ...], properties: dict[str, Any]) -> None:
    """Raise RoleMayNot unless CloudFormation's role may do this to a rule, and pass on the roles of its targets."""
    for action in actions:
        role_rights.require(action, rule_arn)
    for target in properties.get("Targets", []):
        if "RoleArn" in target:
            role_rights.require("iam:PassRole", target["RoleArn"], iam__PassedToService=event_buses.SENDER)


def bus_of(properties: dict[str, Any]) -> str:
    """The name of the bus that a rule is on."""
    return str(properties.get("EventBusName", "default")).rsplit("/", 1)[-1]


def create_bus(logical_id: str, properties: dict[str, Any], stack_name: str) -> Made:
    """Create a bus with its policy."""
    name, attributes = _bus["create"](logical_id, properties, stack_name)
    keep_policy(name, {}, properties)
    return name, attributes


def update_bus(name: str, old: dict[str, Any], new: dict[str, Any], stack_name: str) -> Made:
    """Change a bus and its policy."""
    updated, attributes = _bus["update"](name, old, new, stack_name)
    keep_policy(updated, old, new)
    return updated, attributes


def delete_bus(name: str, properties: dict[str, Any]) -> None:
    """Delete a bus and its policy."""
    _bus["delete"](name, properties)
    eventbridge._event_bus_policies.pop(name, None)


def keep_policy(bus: str, old: dict[str, Any], new: dict[str, Any]) -> None:
    """Give a bus the policy of its own property, which replaces any other, or take it away."""
    if policy := new.get("Policy"):
        eventbridge._event_bus_policies[bus] = {"Version": "2012-10-17", **policy}
    elif old.get("Policy"):
        eventbridge._event_bus_policies.pop(bus, None)


def create_policy(logical_id: str, properties: dict[str, Any], stack_name: str) -> Made:
    """Add a statement to the policy of a bus. Raises ValueError if there is no such bus."""
    bus, sid = place_of(properties)
    if bus not in eventbridge._event_buses:
        raise ValueError(f"Event bus {bus} does not exist.")
    policy = eventbridge._event_bus_policies.setdefault(bus, {"Version": "2012-10-17", "Statement": []})
    others = [each for each in policy["Statement"] if each.get("Sid") != sid]
    policy["Statement"] = [*others, {**statement_of(properties), "Sid": sid}]
    return f"{bus}|{sid}", {}


def update_policy(physical_id: str, old: dict[str, Any], new: dict[str, Any], stack_name: str) -> Made:
    """Replace a statement; CloudFormation deletes the old one if it was another."""
    return create_policy(physical_id, new, stack_name)


def delete_policy(physical_id: str, properties: dict[str, Any]) -> None:
    """Take a statement out of the policy of a bus."""
    bus, sid = place_of(properties)
    eventbridge._remove_permission({"EventBusName": bus, "StatementId": sid})


def place_of(properties: dict[str, Any]) -> tuple[str, str]:
    """The bus that a statement belongs to, and its id there."""
    return properties.get("EventBusName", "default"), properties["StatementId"]


def statement_of(properties: dict[str, Any]) -> dict[str, Any]:
    """A statement written out, or put together of the properties that came before `Statement`."""
    if "Statement" in properties:
        return dict(properties["Statement"])
    known = {key: properties[key] for key in ("Action", "Principal", "Condition") if key in properties}
    return {"Effect": "Allow", "Action": event_buses.PUT, "Resource": "*", **known}
