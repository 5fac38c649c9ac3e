"""Whether the roles of a StackSet can do what they are for, as CloudFormation finds out."""

from collections.abc import Iterator
from typing import Any

from ministack.core.responses import get_account_id, request_scope

from local.emulator import role_rights
from local.emulator.protocol import Json
from local.emulator.stack_instances import OperationFailed, StackSet, Target

SERVICE = "cloudformation.amazonaws.com"
ADMINISTRATION, EXECUTION = "AWSCloudFormationStackSetAdministrationRole", "AWSCloudFormationStackSetExecutionRole"
"""The names of the roles of a StackSet that names none."""

# AWS: what CloudFormation calls for a resource is in the type's schema. The types that our StackSets have.
RULE_CALLS = {
    "create": ("events:PutRule", "events:DescribeRule", "events:PutTargets"),
    "update": ("events:PutRule", "events:DescribeRule", "events:PutTargets"),
    "delete": ("events:RemoveTargets", "events:DeleteRule"),
}


def check(stack_set: StackSet, target: Target, operation: str, template: Json) -> None:
    """Raise OperationFailed with AWS's reason if the roles may not carry out an operation in one account and Region."""
    account, _ = target
    administration = stack_set.properties.get("AdministrationRoleARN") or role_arn(get_account_id(), ADMINISTRATION)
    execution = role_arn(account, stack_set.properties.get("ExecutionRoleName") or EXECUTION)
    own = role_rights.name_of(administration)
    stack_set_arn = f"arn:aws:cloudformation:{target[1]}:{get_account_id()}:stackset/{stack_set.id}"
    keys = {"aws__SourceAccount": get_account_id(), "aws__SourceArn": stack_set_arn}
    if not role_rights.trusts_service(administration, SERVICE, **keys):
        raise OperationFailed(
            f"Account {get_account_id()} should have '{own}' role with trust relationship to CloudFormation service."
        )
    if not role_rights.may_assume(administration, execution):
        name = role_rights.name_of(execution)
        raise OperationFailed(f"Account {account} should have '{name}' role with trust relationship to Role '{own}'.")
    with request_scope(*target):
        for action, resource in calls(stack_set, target, operation, template):
            if not role_rights.may(execution, action, resource, iam__PassedToService="events.amazonaws.com"):
                who = role_rights.session(execution)
                raise OperationFailed(
                    f"User: {who} is not authorized to perform: {action} on resource: {resource} because no "
                    f"identity-based policy allows the {action} action"
                )


def calls(stack_set: StackSet, target: Target, operation: str, template: Json) -> Iterator[tuple[str, str]]:
    """What the execution role calls in one account and Region: the actions, each with its resource."""
    account, region = target
    stack = stack_set.stacks.get(target, f"StackSet-{stack_set.name}-new")
    stack_arn = f"arn:aws:cloudformation:{region}:{account}:stack/{stack}/1"
    yield f"cloudformation:{operation.capitalize()}Stack", stack_arn
    yield "cloudformation:DescribeStacks", stack_arn
    for logical_id, resource in template.get("Resources", {}).items():
        if resource["Type"] == "AWS::Events::Rule":
            # The name that CloudFormation makes up begins with the stack's.
            name = resource.get("Properties", {}).get("Name") or f"{stack}-{logical_id}-1"
            for action in RULE_CALLS[operation]:
                yield action, f"arn:aws:events:{region}:{account}:rule/{name}"
            if operation != "delete":
                yield from (("iam:PassRole", role) for role in passed(resource) if isinstance(role, str))


def passed(resource: Json) -> list[Any]:
    """The roles that a rule passes to its targets."""
    return [target["RoleArn"] for target in resource.get("Properties", {}).get("Targets", []) if "RoleArn" in target]


def role_arn(account: str, name: str) -> str:
    """The ARN of a role by its name."""
    return f"arn:aws:iam::{account}:role/{name}"
