"""The CloudFormation type AWS::CloudFormation::StackSet: a template in other Regions and accounts.

As AWS's own handler of the type does it: on an update the instances that are no longer wanted go first, then those
that stay are updated, then the new ones are made.
"""

import uuid
from contextlib import suppress

from ministack.core.responses import AccountRegionScopedDict
from ministack.services.cloudformation import provisioners, stacks

from local.emulator import stack_set_refusals
from local.emulator.cfn_types import Made
from local.emulator.protocol import Json
from local.emulator.stack_instances import OperationFailed, StackSet, Target

TYPE = "AWS::CloudFormation::StackSet"
# Those of which a change makes another StackSet.
CREATE_ONLY = ("StackSetName", "PermissionModel")
# What the stacks are made of.
DEPLOYED = ("TemplateBody", "TemplateURL", "Parameters", "Capabilities", "Tags")

_blocks, _sends_back = stacks._runs_on_worker_thread, stacks._sends_back_failed_update
# AWS: a name is unique in the account and Region where the StackSet is.
_stack_sets = AccountRegionScopedDict()


def install() -> None:
    """Teach ministack's CloudFormation StackSets, which wait for the stacks they make and may fail halfway."""
    provisioners._RESOURCE_HANDLERS[TYPE] = {"create": create, "update": update, "delete": delete}
    stacks._runs_on_worker_thread = lambda resource_type: resource_type == TYPE or _blocks(resource_type)
    stacks._sends_back_failed_update = lambda resource_type: resource_type == TYPE or _sends_back(resource_type)


def create(logical_id: str, properties: Json, stack_name: str) -> Made:
    """Create a StackSet and its instances. Raises ValueError with AWS's reason; then nothing of it is left."""
    stack_set_refusals.check(properties, {each.name for each in _stack_sets.values()})
    stack_set = StackSet(f"{properties['StackSetName']}:{uuid.uuid4()}", properties)
    _stack_sets[stack_set.id] = stack_set
    try:
        bring_to(stack_set, properties)
    except ValueError:
        # AWS rolls back by deleting the resource that failed.
        with suppress(ValueError):
            delete(stack_set.id, properties)
        raise
    return stack_set.id, {"StackSetId": stack_set.id}


def update(stack_set_id: str, old: Json, new: Json, stack_name: str) -> tuple[str, dict[str, str]]:
    """Change a StackSet and its instances, or make another. Raises ValueError with AWS's reason."""
    if any(old.get(name) != new.get(name) for name in CREATE_ONLY):
        return create("", new, stack_name)
    stack_set_refusals.check(new, set())
    bring_to(_stack_sets[stack_set_id], new)
    return stack_set_id, {"StackSetId": stack_set_id}


def delete(stack_set_id: str, properties: Json) -> None:
    """Delete a StackSet with all its instances. Raises ValueError with AWS's reason."""
    if stack_set := _stack_sets.get(stack_set_id):
        bring_to(stack_set, {**stack_set.properties, "StackInstancesGroup": []})
        del _stack_sets[stack_set_id]


def bring_to(stack_set: StackSet, properties: Json) -> None:
    """Give a StackSet these properties and the instances they ask for. Raises ValueError with AWS's reason."""
    wanted, there = targets(properties), list(stack_set.stacks)
    before = stack_set.properties
    try:
        for target in there:
            if target not in wanted:
                stack_set.delete(target)
        # AWS: the StackSet has the new properties also when not all stacks could be given them.
        stack_set.properties = properties
        changed = any(before.get(name) != properties.get(name) for name in DEPLOYED)
        for target in wanted:
            if target not in there:
                stack_set.create(target)
            elif changed:
                stack_set.update(target)
    except OperationFailed as error:
        raise ValueError(
            f"Resource handler returned message: \"Resource of type 'Stack set operation [{uuid.uuid4()}] was "
            f"unexpectedly stopped or failed. status reason(s): [{error}]' with identifier '{stack_set.id}' did not "
            'stabilize."'
        ) from None


def targets(properties: Json) -> list[Target]:
    """Where a StackSet wants instances."""
    return [
        (account, region)
        for group in properties.get("StackInstancesGroup", [])
        for account in group["DeploymentTargets"]["Accounts"]
        for region in group["Regions"]
    ]
