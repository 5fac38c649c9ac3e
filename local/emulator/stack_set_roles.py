"""The two roles of a StackSet: whether CloudFormation may act through them, as it finds out."""

from ministack.core.responses import get_account_id, get_region

from local.emulator import role_rights
from local.emulator.protocol import Json

SERVICE = "cloudformation.amazonaws.com"
# AWS: the names of the roles of a StackSet that names none.
ADMINISTRATION, EXECUTION = "AWSCloudFormationStackSetAdministrationRole", "AWSCloudFormationStackSetExecutionRole"


class RolesMissing(Exception):
    """CloudFormation cannot act through the roles of a StackSet; the message is its reason."""


def execution_role(stack_set_id: str, properties: Json, account: str) -> str:
    """The ARN of the role in which CloudFormation deploys into an account. Raises RolesMissing if it cannot take it on.

    To be called in the Region of the StackSet.
    """
    own, region = get_account_id(), get_region()
    administration = properties.get("AdministrationRoleARN") or role_arn(own, ADMINISTRATION)
    execution = role_arn(account, properties.get("ExecutionRoleName") or EXECUTION)
    arn = f"arn:aws:cloudformation:{region}:{own}:stackset/{stack_set_id}"
    trusting = f"Account {own} should have '{role_rights.name_of(administration)}' role with trust relationship to"
    if not role_rights.trusts_service(administration, SERVICE, aws__SourceAccount=own, aws__SourceArn=arn):
        raise RolesMissing(f"{trusting} CloudFormation service.")
    if not role_rights.may_assume(administration, execution):
        raise RolesMissing(
            f"Account {account} should have '{role_rights.name_of(execution)}' role with trust relationship to Role "
            f"'{role_rights.name_of(administration)}'."
        )
    return execution


def role_arn(account: str, name: str) -> str:
    """The ARN of a role by its name."""
    return f"arn:aws:iam::{account}:role/{name}"
