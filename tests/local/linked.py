"""A small template of the kind that links Regions: a bus, and a StackSet whose rules send to it from other Regions."""

import copy
import json
import time
from functools import cache
from typing import Any

from botocore.exceptions import ClientError

from local.environment import ACCOUNT
from local.stack import LocalStack

HOME, EAST, WEST, DISABLED = "ap-northeast-1", "us-east-1", "eu-west-1", "ap-east-1"
OTHER_ACCOUNT = "222222222222"
BUS = f"arn:aws:events:{HOME}:{ACCOUNT}:event-bus/linked"
ENDED = ("COMPLETE", "FAILED")

RULE = {
    "Type": "AWS::Events::Rule",
    "Properties": {
        "EventPattern": {"source": ["probe", "aws.ecs"]},
        "Targets": [{"Id": "Bus", "Arn": {"Ref": "Bus"}, "RoleArn": {"Ref": "Role"}}],
    },
}
INLINE: dict[str, Any] = {
    "Parameters": {"Bus": {"Type": "String"}, "Role": {"Type": "String"}},
    "Resources": {"Rule": RULE},
}


def statement(action: str | list[str], resource: Any = "*", **more: Any) -> dict[str, Any]:
    return {"Effect": "Allow", "Action": action, "Resource": resource, **more}


def role(trusted: dict[str, Any], *statements: dict[str, Any]) -> dict[str, Any]:
    """A role that this principal may take on, and what it may do then."""
    trust = {"Effect": "Allow", "Principal": trusted, "Action": "sts:AssumeRole"}
    policy = {"PolicyName": "All", "PolicyDocument": {"Version": "2012-10-17", "Statement": list(statements)}}
    document = {"Version": "2012-10-17", "Statement": [trust]}
    return {"Type": "AWS::IAM::Role", "Properties": {"AssumeRolePolicyDocument": document, "Policies": [policy]}}


def template(regions: list[str], inline: dict[str, Any] = INLINE, **of_stack_set: Any) -> dict[str, Any]:
    """The template with these linked Regions; `of_stack_set` changes properties of the StackSet."""
    anywhere = f"arn:aws:events:*:{ACCOUNT}:rule/StackSet-links-*"
    rules = [f"events:{each}" for each in ("PutRule", "DescribeRule", "PutTargets", "RemoveTargets", "DeleteRule")]
    let_in = statement("events:PutEvents", BUS, Sid="Own", Principal={"AWS": {"Fn::GetAtt": "Forward.Arn"}})
    collect = {
        "EventBusName": {"Ref": "Bus"},
        "EventPattern": {"source": ["probe", "aws.ecs"], "account": [ACCOUNT]},
        "Targets": [{"Id": "Queue", "Arn": {"Fn::GetAtt": "Queue.Arn"}}],
    }
    stack_set = {
        "StackSetName": "links",
        "PermissionModel": "SELF_MANAGED",
        "AdministrationRoleARN": {"Fn::GetAtt": "Administration.Arn"},
        "ExecutionRoleName": {"Ref": "Execution"},
        "StackInstancesGroup": [{"DeploymentTargets": {"Accounts": [ACCOUNT]}, "Regions": regions}],
        "Parameters": [
            {"ParameterKey": "Bus", "ParameterValue": {"Fn::GetAtt": "Bus.Arn"}},
            {"ParameterKey": "Role", "ParameterValue": {"Fn::GetAtt": "Forward.Arn"}},
        ],
        "TemplateBody": json.dumps(inline),
        **of_stack_set,
    }
    resources = {
        "Queue": {"Type": "AWS::SQS::Queue"},
        "Bus": {"Type": "AWS::Events::EventBus", "Properties": {"Name": "linked"}},
        "BusPolicy": {
            "Type": "AWS::Events::EventBusPolicy",
            "Properties": {"EventBusName": {"Ref": "Bus"}, "StatementId": "Own", "Statement": let_in},
        },
        "Collect": {"Type": "AWS::Events::Rule", "Properties": collect},
        "Forward": role({"Service": "events.amazonaws.com"}, statement("events:PutEvents", BUS)),
        "Administration": role({"Service": "cloudformation.amazonaws.com"}, statement("sts:AssumeRole")),
        "Execution": role(
            {"AWS": {"Fn::GetAtt": "Administration.Arn"}},
            statement("cloudformation:*", f"arn:aws:cloudformation:*:{ACCOUNT}:stack/StackSet-links-*"),
            statement(rules, anywhere),
            statement("iam:PassRole", {"Fn::GetAtt": "Forward.Arn"}),
        ),
        "Links": {
            "Type": "AWS::CloudFormation::StackSet",
            "DependsOn": "BusPolicy",
            "Properties": {name: value for name, value in stack_set.items() if value is not None},
        },
    }
    return {"Resources": resources, "Outputs": {"Queue": {"Value": {"Ref": "Queue"}}}}


def without(whole: dict[str, Any], logical_id: str, action: str) -> dict[str, Any]:
    """The template, less every right of a role to this action."""
    changed = copy.deepcopy(whole)
    document = changed["Resources"][logical_id]["Properties"]["Policies"][0]["PolicyDocument"]
    for each in document["Statement"]:
        actions = [each["Action"]] if isinstance(each["Action"], str) else each["Action"]
        each["Action"] = [kept for kept in actions if kept != action] or ["nothing:AtAll"]
    return changed


class Stack:
    """A stack in the home Region, and a look at all that exists of it anywhere."""

    def __init__(self, stack: LocalStack, name: str = "links") -> None:
        self.name, self.client = name, cache(stack.client)
        self.cfn = self.client("cloudformation")

    def becomes(self, wanted: dict[str, Any]) -> str:
        """Create or update the stack, and return its status when that has ended."""
        request = {"StackName": self.name, "TemplateBody": json.dumps(wanted), "Capabilities": ["CAPABILITY_IAM"]}
        (self.cfn.update_stack if self.exists() else self.cfn.create_stack)(**request)
        return self.ended()

    def goes(self) -> str:
        self.cfn.delete_stack(StackName=self.name)
        return self.ended()

    def exists(self) -> bool:
        return bool(self.status())

    def status(self) -> str:
        """Empty if there is no such stack."""
        try:
            return str(self.cfn.describe_stacks(StackName=self.name)["Stacks"][0]["StackStatus"])
        except ClientError:
            return ""

    def ended(self) -> str:
        deadline = time.monotonic() + 30
        while (status := self.status()) and not status.endswith(ENDED):
            assert time.monotonic() < deadline, status
            time.sleep(0.02)
        return status or "DELETE_COMPLETE"

    def why(self) -> str:
        """What CloudFormation said of the resources that failed."""
        events = self.cfn.describe_stack_events(StackName=self.name)["StackEvents"]
        return " ".join(each.get("ResourceStatusReason", "") for each in events if "FAILED" in each["ResourceStatus"])

    def output(self, name: str) -> str:
        outputs = self.cfn.describe_stacks(StackName=self.name)["Stacks"][0]["Outputs"]
        return str(next(each["OutputValue"] for each in outputs if each["OutputKey"] == name))

    def instances(self, region: str) -> list[str]:
        """The stacks of StackSets in a Region."""
        found = self.client("cloudformation", region).describe_stacks()["Stacks"]
        return [each["StackName"] for each in found if each["StackName"].startswith("StackSet-")]

    def rules(self, region: str) -> list[str]:
        return [each["Name"] for each in self.client("events", region).list_rules()["Rules"]]

    def linked(self) -> list[str]:
        """The Regions where rules and a stack of them are."""
        regions = [each for each in (EAST, WEST) if self.instances(each)]
        assert regions == [each for each in (EAST, WEST) if self.rules(each)]
        return regions
