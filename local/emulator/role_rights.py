"""What AWS's own services may do in the name of a role: whether they may take it on, and what its policies allow."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from ministack.core.iam_actions import identity_denial_message
from ministack.core.iam_evaluator import (
    EvalContext,
    _gather_role_policies,
    combine_resource_policy,
    evaluate,
    evaluate_resource_policy,
)
from ministack.core.responses import get_region
from ministack.services import iam

from local.emulator.protocol import Json

ASSUME = "sts:AssumeRole"

# The role in whose name CloudFormation deploys what it does just now, if it has one.
_acting: ContextVar[str] = ContextVar("acting", default="")


class RoleMayNot(Exception):
    """A role's policies do not allow what was tried in its name; the message is IAM's."""


@contextmanager
def acting(role_arn: str) -> Iterator[None]:
    """Let `require` ask for the rights of this role."""
    token = _acting.set(role_arn)
    try:
        yield
    finally:
        _acting.reset(token)


def require(action: str, resource: str, **keys: str) -> None:
    """Raise RoleMayNot unless the role that acts, if one does, may do this."""
    role = _acting.get()
    if role and not may(role, action, resource, **keys):
        raise RoleMayNot(identity_denial_message(action, session(role), resource, False))


def may(role_arn: str, action: str, resource: str, **keys: str) -> bool:
    """Whether the policies of a role allow an action on a resource, under these condition keys (`aws__SourceArn`)."""
    context = context_of(session(role_arn), action, resource, keys)
    return bool(evaluate(context, _gather_role_policies(name_of(role_arn), account_of(role_arn))).decision == "Allow")


def trusts_service(role_arn: str, service: str, **keys: str) -> bool:
    """Whether a service, such as events.amazonaws.com, may take on a role."""
    context = context_of("", ASSUME, role_arn, keys)
    return bool(evaluate_resource_policy(trust_of(role_arn), context, service=service).decision == "Allow")


def may_assume(role_arn: str, other_arn: str) -> bool:
    """Whether a role may take on another. AWS: within an account a trust policy that names the role is enough."""
    context = context_of(session(role_arn), ASSUME, other_arn, {})
    own = evaluate(context, _gather_role_policies(name_of(role_arn), account_of(role_arn)))
    trust = trust_of(other_arn)
    both = combine_resource_policy(own, context, trust, account_of(other_arn), required=True)
    return bool(trust and both.decision == "Allow")


def lets(policy: Json, caller_arn: str, action: str, resource: str, **keys: str) -> bool:
    """Whether a resource's own policy allows a caller an action on it."""
    context = context_of(caller_arn, action, resource, keys)
    return bool(evaluate_resource_policy(policy, context).decision == "Allow")


def context_of(caller_arn: str, action: str, resource: str, keys: dict[str, str]) -> EvalContext:
    """What the evaluator is asked."""
    return EvalContext(
        principal_arn=caller_arn,
        principal_type="AssumedRole",
        principal_account=account_of(caller_arn),
        action=action,
        resource_arn=resource,
        region=get_region(),
        service_context={key.replace("__", ":").lower(): value for key, value in keys.items()},
    )


def session(role_arn: str) -> str:
    """The ARN of a session of the role."""
    return f"arn:aws:sts::{account_of(role_arn)}:assumed-role/{name_of(role_arn)}/local"


def trust_of(role_arn: str) -> str:
    """The trust policy of a role; nothing if there is no such role."""
    role = iam._roles.get_scoped(account_of(role_arn), None, name_of(role_arn))
    return role["AssumeRolePolicyDocument"] if role else ""


def name_of(role_arn: str) -> str:
    """The name in a role's ARN."""
    return role_arn.rsplit("/", 1)[-1]


def account_of(arn: str) -> str:
    """The account of an ARN."""
    return arn.split(":")[4] if arn else ""
