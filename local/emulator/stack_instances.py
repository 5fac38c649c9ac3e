"""The instances of StackSets: stacks in any account and Region, each operation carried through to its end."""

import asyncio
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from ministack.core.responses import request_scope
from ministack.services.cloudformation import _stack_events, _stacks, handlers

from local.emulator import role_rights
from local.emulator.protocol import Json
from local.emulator.stack_set_roles import RolesMissing, execution_role

Target = tuple[str, str]
"""Account and Region."""
Operation = Callable[[dict[str, Any]], Any]

DONE = ("CREATE_COMPLETE", "UPDATE_COMPLETE", "DELETE_COMPLETE")


class OperationFailed(Exception):
    """A stack could not be made what it should be; the message is CloudFormation's reason."""


@dataclass
class StackSet:
    """A StackSet, its template as deployed last, and the stack it has in each target."""

    id: str
    properties: Json
    stacks: dict[Target, str] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """The name that the user gave it."""
        return self.id.split(":")[0]

    def create(self, target: Target) -> None:
        """Deploy the template in one account and Region. Raises OperationFailed."""
        # AWS names the stack of an instance like this.
        name = self.stacks[target] = f"StackSet-{self.name}-{uuid.uuid4()}"
        try:
            self.carry_through("CreateStack", target, self.request())
        finally:
            with request_scope(*target):
                if name not in _stacks:
                    del self.stacks[target]

    def update(self, target: Target) -> None:
        """Deploy the template anew in one account and Region. Raises OperationFailed."""
        self.carry_through("UpdateStack", target, self.request())

    def delete(self, target: Target) -> None:
        """Delete the stack in one account and Region. Raises OperationFailed."""
        self.carry_through("DeleteStack", target, {})
        del self.stacks[target]

    def carry_through(self, action: str, target: Target, request: dict[str, Any]) -> None:
        """Let CloudFormation act on the stack of a target in the role that the StackSet has for it, to the end.

        Blocks, with an event loop of its own: never to be called on the emulator's. Raises OperationFailed.
        """
        name, (account, region) = self.stacks[target], target
        try:
            role = execution_role(self.id, self.properties, account)
            with role_rights.acting(role), request_scope(account, region):
                for each in (action, "DescribeStacks"):
                    arn = f"arn:aws:cloudformation:{region}:{account}:stack/{name}/{uuid.uuid4()}"
                    role_rights.require(f"cloudformation:{each}", arn)
                asyncio.run(ended(handlers._ACTION_HANDLERS[action], {"StackName": [name], **request}))
                stack = _stacks.get(name)
        except (RolesMissing, role_rights.RoleMayNot) as error:
            raise OperationFailed(str(error)) from None
        if stack and stack["StackStatus"] not in DONE:
            raise OperationFailed(reason_of(stack["StackId"], target) or stack["StackStatus"])

    def request(self) -> dict[str, Any]:
        """The parameters with which a stack of the set is created or updated."""
        body, url = self.properties.get("TemplateBody"), self.properties.get("TemplateURL")
        request: dict[str, Any] = {
            **({"TemplateBody": [body]} if body else {"TemplateURL": [url]}),
            "Capabilities": self.properties.get("Capabilities", []),
        }
        for kind, members in (("Parameters", ("ParameterKey", "ParameterValue")), ("Tags", ("Key", "Value"))):
            for number, given in enumerate(self.properties.get(kind, []), start=1):
                request |= {f"{kind}.member.{number}.{member}": [str(given[member])] for member in members}
        return request


async def ended(operation: Operation, request: dict[str, Any]) -> None:
    """Run an operation of CloudFormation until it has ended. Raises OperationFailed if it is refused."""
    status, _, body = operation(request)
    if status >= 400 and b"No updates are to be performed" not in body:
        raise OperationFailed(body.decode())
    # ministack leaves the work to a task.
    await asyncio.gather(*(asyncio.all_tasks() - {asyncio.current_task()}))


def reason_of(stack_id: str, target: Target) -> str:
    """Why the first resource of a stack failed in its last operation, as the status of an instance tells it."""
    with request_scope(*target):
        events = _stack_events.get(stack_id, [])
    for each in events:
        if each["ResourceStatus"].endswith("_FAILED") and each["ResourceType"] != "AWS::CloudFormation::Stack":
            told = [(name, each[name]) for name in ("LogicalResourceId", "ResourceType", "ResourceStatusReason")]
            return ", ".join(f"{name.replace('LogicalResource', 'ResourceLogical')}:{value}" for name, value in told)
    return ""
