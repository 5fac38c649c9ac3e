"""Linked Regions: what a stack has of them, who may send what home, and what is refused when it is deployed."""

import re
from typing import Any
from uuid import UUID

import pytest
import yaml
from cfnlint.decode.cfn_yaml import loads

from tests.contracts.deployed import OF_LINKED_REGIONS, PARAMETERS, RESOURCES, SOURCE, arn, of_type, properties

NAME = "${AWS::StackName}-linked-regions"
BUS = {"Fn::Sub": "arn:${AWS::Partition}:events:${AWS::Region}:${AWS::AccountId}:event-bus/" + NAME}
RULES = ("TaskEvents", "ServiceEvents")
OWN = {"Ref": "AWS::AccountId"}
HOME = {"Fn::Select": [2, {"Fn::Split": ["/", {"Ref": "AWS::StackId"}]}]}
"""The id in the stack's ARN, a UUID."""


def inline() -> dict[str, Any]:
    """The template of each linked Region."""
    return loads(properties("LinkedRegionStacks")["TemplateBody"])


def given() -> dict[str, Any]:
    """The parameters of that template."""
    return {each["ParameterKey"]: each["ParameterValue"] for each in properties("LinkedRegionStacks")["Parameters"]}


def statements(role: str) -> dict[str, dict[str, Any]]:
    (policy,) = properties(role)["Policies"]
    return {each["Sid"]: each for each in policy["PolicyDocument"]["Statement"]}


def trust(role: str) -> dict[str, Any]:
    (statement,) = properties(role)["AssumeRolePolicyDocument"]["Statement"]
    assert (statement["Effect"], statement["Action"]) == ("Allow", "sts:AssumeRole")
    return statement


def test_a_stack_without_linked_regions_has_none_of_it():
    of_them = {"LinkedBus", "LinkedEvents", "LinkedRegionStacks", *OF_LINKED_REGIONS}
    conditional = {name for name, resource in RESOURCES.items() if resource.get("Condition") == "HasLinkedRegions"}
    assert conditional == of_them
    joined = {"Fn::Join": ["", {"Ref": "LinkedRegions"}]}
    assert SOURCE["Conditions"]["HasLinkedRegions"] == {"Fn::Not": [{"Fn::Equals": [joined, ""]}]}
    assert PARAMETERS["LinkedRegions"]["Default"] == ""


def test_only_this_account_may_send_to_the_bus_and_the_rules_of_linked_regions_do():
    assert properties("LinkedBus")["Name"] == {"Fn::Sub": NAME}
    (statement,) = properties("LinkedBus")["Policy"]["Statement"]
    assert statement["Principal"] == {"AWS": {"Fn::Sub": "arn:${AWS::Partition}:iam::${AWS::AccountId}:root"}}
    assert (statement["Effect"], statement["Action"], statement["Resource"]) == ("Allow", "events:PutEvents", BUS)
    assert not of_type("AWS::Events::EventBusPolicy")
    assert statements("ForwardRole") == {
        "SendHome": {"Sid": "SendHome", "Effect": "Allow", "Action": "events:PutEvents", "Resource": BUS}
    }
    assert trust("ForwardRole")["Principal"] == {"Service": "events.amazonaws.com"}
    assert trust("ForwardRole")["Condition"] == {"StringEquals": {"aws:SourceAccount": OWN}}


def test_what_comes_by_the_bus_is_of_this_account_of_linked_regions_and_of_ecs():
    rule = properties("LinkedEvents")
    assert rule["EventBusName"] == {"Ref": "LinkedBus"}
    kinds = [kind for name in RULES for kind in properties(name)["EventPattern"]["detail-type"]]
    assert rule["EventPattern"] == {
        "source": ["aws.ecs"],
        "account": [OWN],
        "region": {"Ref": "LinkedRegions"},
        "detail-type": kinds,
    }


@pytest.mark.parametrize("rule", RULES)
def test_a_linked_region_has_the_rules_of_this_one_with_the_bus_for_a_target(rule):
    its, here = inline()["Resources"][rule]["Properties"], properties(rule)
    assert {name: its[name] for name in ("Description", "EventPattern")} == {
        name: here[name] for name in ("Description", "EventPattern")
    }
    (target,), (queue,) = its["Targets"], here["Targets"]
    assert target == {
        "Id": "Bus",
        "Arn": {"Ref": "Bus"},
        "RoleArn": {"Ref": "Role"},
        "RetryPolicy": queue["RetryPolicy"],
    }


def test_a_linked_region_has_nothing_else_and_its_template_no_transform():
    template = inline()
    assert template["Resources"].keys() == {*RULES}
    assert template.keys() == {"AWSTemplateFormatVersion", "Description", "Parameters", "Resources"}, (
        "a stack set takes no transform from an inline template that is deployed with roles of its own"
    )
    assert given() == {"Bus": arn("LinkedBus"), "Role": arn("ForwardRole"), "Home": HOME}
    assert template["Parameters"].keys() == given().keys()


def test_the_stack_set_is_of_this_account_in_the_regions_that_are_linked():
    stacks = properties("LinkedRegionStacks")
    assert stacks["StackSetName"] == {"Ref": "AWS::StackName"}
    assert stacks["PermissionModel"] == "SELF_MANAGED" and "Capabilities" not in stacks
    assert stacks["StackInstancesGroup"] == [
        {"DeploymentTargets": {"Accounts": [OWN]}, "Regions": {"Ref": "LinkedRegions"}}
    ]
    assert stacks["AdministrationRoleARN"] == arn("StackSetRole")
    assert stacks["ExecutionRoleName"] == {"Ref": "LinkedStackRole"}


def test_only_cloudformation_may_be_the_stack_sets_role_and_that_only_the_linked_stacks_one():
    statement = trust("StackSetRole")
    first, *disabled_by_default = statement["Principal"]["Service"]
    assert first == "cloudformation.amazonaws.com"
    assert all(re.fullmatch(r"cloudformation\.[a-z]+-[a-z]+-\d\.amazonaws\.com", each) for each in disabled_by_default)
    mine = {"Fn::Sub": "arn:${AWS::Partition}:cloudformation:*:${AWS::AccountId}:stackset/${AWS::StackName}:*"}
    assert statement["Condition"] == {
        "StringEquals": {"aws:SourceAccount": OWN},
        "ArnLike": {"aws:SourceArn": mine},
    }
    (act,) = statements("StackSetRole").values()
    assert act["Action"] == "sts:AssumeRole"
    assert act["Resource"] == {"Fn::Sub": "arn:${AWS::Partition}:iam::${AWS::AccountId}:role/*-LinkedStackRole-*"}
    assert trust("LinkedStackRole")["Principal"] == {"AWS": arn("StackSetRole")}


def test_the_linked_stacks_role_may_manage_its_stacks_and_their_rules():
    may = statements("LinkedStackRole")
    assert may.keys() == {"SeeStacks", "ManageStacks", "ManageRules", "GiveRulesTheirRole"}
    assert may["SeeStacks"]["Action"] == ["cloudformation:DescribeStacks", "cloudformation:ListStacks"]
    stacks = "arn:${AWS::Partition}:cloudformation:*:${AWS::AccountId}:stack/StackSet-${AWS::StackName}-*"
    assert may["ManageStacks"]["Resource"] == {"Fn::Sub": stacks}
    does = {f"cloudformation:{verb}Stack" for verb in ("Create", "Update", "Delete")}
    assert does < {*may["ManageStacks"]["Action"]}
    pattern, named = may["ManageRules"]["Resource"]["Fn::Sub"]
    assert pattern == "arn:${AWS::Partition}:events:*:${AWS::AccountId}:rule/scaudit-${Home}-*"
    assert named == {"Home": HOME} and given()["Home"] == HOME
    names = [inline()["Resources"][rule]["Properties"]["Name"]["Fn::Sub"] for rule in RULES]
    assert names == ["scaudit-${Home}-tasks", "scaudit-${Home}-services"]
    assert all(len(name.replace("${Home}", str(UUID(int=0)))) <= 64 for name in names)
    wanted = {f"events:{each}" for each in ("PutRule", "DescribeRule", "DeleteRule", "PutTargets", "RemoveTargets")}
    assert wanted < {*may["ManageRules"]["Action"]}
    passes = may["GiveRulesTheirRole"]
    assert (passes["Action"], passes["Resource"]) == ("iam:PassRole", arn("ForwardRole"))
    assert passes["Condition"] == {"StringEquals": {"iam:PassedToService": "events.amazonaws.com"}}


def test_what_cannot_be_linked_is_refused_with_a_sentence():
    rules = SOURCE["Rules"]
    partition = rules["LinkedRegionsNeedCrossRegionEvents"]
    assert partition["RuleCondition"] == {"Fn::Not": [{"Fn::Equals": [{"Ref": "AWS::Partition"}, "aws"]}]}
    (none,) = partition["Assertions"]
    assert none["Assert"] == {"Fn::EachMemberEquals": [{"Ref": "LinkedRegions"}, ""]}
    (other,) = rules["LinkedRegionsAreOtherRegions"]["Assertions"]
    assert other["Assert"] == {"Fn::Not": [{"Fn::Contains": [{"Ref": "LinkedRegions"}, {"Ref": "AWS::Region"}]}]}
    for assertion in (none, other):
        assert re.match(r"LinkedRegions must .*\.$", assertion["AssertDescription"])


def test_the_inline_template_is_yaml_that_any_reader_takes():
    class Short(yaml.SafeLoader):
        pass

    Short.add_constructor("!Ref", lambda loader, node: {"Ref": loader.construct_scalar(node)})
    read = yaml.load(properties("LinkedRegionStacks")["TemplateBody"], Short)
    assert read["Resources"].keys() == {*RULES}
