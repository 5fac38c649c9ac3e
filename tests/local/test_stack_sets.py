"""StackSets of a template: stacks in other Regions that come, change and go with it, and what AWS refuses."""

import copy

import pytest

from tests.local.linked import ACCOUNT, DISABLED, EAST, INLINE, WEST, Stack, role, template, without

UNREADY = "was unexpectedly stopped or failed. status reason(s): ["
TOPIC = {"Type": "AWS::SNS::Topic"}


@pytest.fixture(scope="module")
def the_stack(stack):
    return Stack(stack)


@pytest.fixture
def links(the_stack):
    """A stack that is deleted after the test, with all that exists of it in any Region."""
    links = the_stack
    yield links
    if links.exists():
        assert links.goes() == "DELETE_COMPLETE"
    assert links.linked() == []


def with_inline(**resources):
    return {**INLINE, "Resources": {**INLINE["Resources"], **resources}}


def test_regions_come_and_go_with_updates_and_all_go_with_the_stack(links):
    assert links.becomes(template([EAST])) == "CREATE_COMPLETE"
    [first] = links.instances(EAST)
    assert first.startswith("StackSet-links-") and links.linked() == [EAST]
    assert links.becomes(template([EAST, WEST])) == "UPDATE_COMPLETE"
    assert links.linked() == [EAST, WEST] and links.instances(EAST) == [first]
    assert links.becomes(template([WEST])) == "UPDATE_COMPLETE"
    assert links.linked() == [WEST]
    assert links.goes() == "DELETE_COMPLETE"


def test_a_new_template_reaches_every_region(links, stack):
    assert links.becomes(template([EAST, WEST])) == "CREATE_COMPLETE"
    assert links.becomes(template([EAST, WEST], with_inline(Topic=TOPIC))) == "UPDATE_COMPLETE"
    assert [len(stack.client("sns", region).list_topics()["Topics"]) for region in (EAST, WEST)] == [1, 1]
    assert links.becomes(template([EAST, WEST])) == "UPDATE_COMPLETE"
    assert [len(stack.client("sns", region).list_topics()["Topics"]) for region in (EAST, WEST)] == [0, 0]


def test_a_stack_without_the_stack_set_leaves_no_instance(links):
    assert links.becomes(template([EAST, WEST])) == "CREATE_COMPLETE"
    unlinked = template([EAST])
    del unlinked["Resources"]["Links"]
    assert links.becomes(unlinked) == "UPDATE_COMPLETE"
    assert links.linked() == []


def test_another_name_is_another_stack_set(links):
    assert links.becomes(template([EAST])) == "CREATE_COMPLETE"
    [first] = links.instances(EAST)
    assert links.becomes(template([EAST], StackSetName="links-again")) == "UPDATE_COMPLETE"
    [second] = links.instances(EAST)
    assert second.startswith("StackSet-links-again-") and first != second


def test_the_name_is_taken_once(links, stack):
    assert links.becomes(template([EAST])) == "CREATE_COMPLETE"
    again = Stack(stack, "again")
    whole = template([WEST])
    whole["Resources"]["Bus"]["Properties"]["Name"] = "again"
    whole["Resources"]["BusPolicy"]["Properties"]["Statement"]["Resource"] = "*"
    assert again.becomes(whole) == "ROLLBACK_COMPLETE"
    assert "NameAlreadyExistsException" in again.why() and links.linked() == [EAST]
    again.goes()


@pytest.mark.parametrize(
    ("of_stack_set", "inline", "reason"),
    [
        ({}, {**INLINE, "Transform": "AWS::Serverless-2016-10-31"}, "Requires capabilities : [CAPABILITY_AUTO_EXPAND]"),
        ({}, with_inline(Role=role({"Service": "lambda.amazonaws.com"})), "Requires capabilities : [CAPABILITY_IAM]"),
        ({}, with_inline(Set={"Type": "AWS::CloudFormation::StackSet"}), "StackSet is not allowed"),
        ({"PermissionModel": "SERVICE_MANAGED"}, INLINE, "enable organizations access"),
        ({"StackSetName": "0links"}, INLINE, "must start with an alphabetic character"),
        ({"TemplateBody": None}, INLINE, "Exactly one of TemplateBody or TemplateUrl must be specified"),
    ],
)
def test_what_aws_refuses_before_it_deploys(links, of_stack_set, inline, reason):
    assert links.becomes(template([EAST], inline, **of_stack_set)) == "ROLLBACK_COMPLETE"
    assert reason in links.why()
    assert links.linked() == []


def test_a_region_that_is_not_enabled_is_refused_and_nothing_is_left(links):
    assert links.becomes(template([EAST, DISABLED])) == "ROLLBACK_COMPLETE"
    assert f"Region {DISABLED} is not enabled" in links.why()


def test_an_update_to_a_region_that_is_not_enabled_leaves_what_was(links):
    assert links.becomes(template([EAST])) == "CREATE_COMPLETE"
    assert links.becomes(template([EAST, DISABLED])) == "UPDATE_ROLLBACK_COMPLETE"
    assert links.linked() == [EAST]


def test_named_capabilities_are_enough_for_iam_resources(links):
    inline = with_inline(Own=role({"Service": "lambda.amazonaws.com"}))
    assert links.becomes(template([EAST], inline, Capabilities=["CAPABILITY_NAMED_IAM"])) == "CREATE_COMPLETE"


@pytest.mark.parametrize(
    ("logical_id", "reason"),
    [
        ("Administration", "role with trust relationship to CloudFormation service."),
        ("Execution", "role with trust relationship to Role '"),
    ],
)
def test_a_role_that_may_not_be_assumed_is_refused_in_aws_words(links, logical_id, reason):
    whole = template([EAST])
    document = whole["Resources"][logical_id]["Properties"]["AssumeRolePolicyDocument"]
    document["Statement"][0]["Principal"] = {"Service": "lambda.amazonaws.com"}
    assert links.becomes(whole) == "ROLLBACK_COMPLETE"
    assert f"{UNREADY}Account {ACCOUNT} should have '" in links.why() and reason in links.why()


def test_without_named_roles_the_ones_of_aws_must_be_there(links):
    assert links.becomes(template([EAST], AdministrationRoleARN=None, ExecutionRoleName=None)) == "ROLLBACK_COMPLETE"
    assert "should have 'AWSCloudFormationStackSetAdministrationRole' role" in links.why()


def test_within_an_account_it_is_enough_that_the_execution_role_names_the_other(links):
    assert links.becomes(without(template([EAST]), "Administration", "sts:AssumeRole")) == "CREATE_COMPLETE"


def test_the_account_as_trusted_principal_wants_the_right_to_assume(links):
    whole = template([EAST])
    document = whole["Resources"]["Execution"]["Properties"]["AssumeRolePolicyDocument"]
    document["Statement"][0]["Principal"] = {"AWS": f"arn:aws:iam::{ACCOUNT}:root"}
    assert links.becomes(copy.deepcopy(whole)) == "CREATE_COMPLETE"
    assert links.goes() == "DELETE_COMPLETE"
    assert links.becomes(without(whole, "Administration", "sts:AssumeRole")) == "ROLLBACK_COMPLETE"


@pytest.mark.parametrize("action", ["events:PutRule", "events:DescribeRule", "events:PutTargets", "iam:PassRole"])
def test_each_right_of_the_execution_role_that_is_taken_away_is_missed(links, action):
    assert links.becomes(without(template([EAST]), "Execution", action)) == "ROLLBACK_COMPLETE"
    assert f"is not authorized to perform: {action} on resource: " in links.why()


def test_a_right_to_the_rules_of_one_region_does_not_serve_in_another(links):
    whole = template([EAST, WEST])
    rules = whole["Resources"]["Execution"]["Properties"]["Policies"][0]["PolicyDocument"]["Statement"][1]
    rules["Resource"] = rules["Resource"].replace(":*:", f":{EAST}:")
    assert links.becomes(whole) == "ROLLBACK_COMPLETE"
    assert f"arn:aws:events:{WEST}:" in links.why() and links.linked() == []


def test_without_the_right_to_stacks_nothing_is_deployed(links):
    assert links.becomes(without(template([EAST]), "Execution", "cloudformation:*")) == "ROLLBACK_COMPLETE"
    assert "is not authorized to perform: cloudformation:CreateStack" in links.why()


def test_one_region_that_fails_takes_the_others_along(links):
    rule = copy.deepcopy(INLINE["Resources"]["Rule"])
    rule["Condition"] = "East"
    inline = {**INLINE, "Conditions": {"East": {"Fn::Equals": [{"Ref": "AWS::Region"}, EAST]}}}
    inline["Resources"] = {"Rule": rule, "Odd": {"Type": "AWS::No::Such", "Condition": "West"}}
    inline["Conditions"]["West"] = {"Fn::Not": [{"Condition": "East"}]}
    assert links.becomes(template([EAST, WEST], inline)) == "ROLLBACK_COMPLETE"
    assert UNREADY in links.why() and links.linked() == []


def test_a_condition_may_ask_whether_a_list_is_empty(links):
    whole = template({"Ref": "Linked"})
    whole["Parameters"] = {"Linked": {"Type": "CommaDelimitedList", "Default": ""}}
    joined = {"Fn::Join": ["", {"Ref": "Linked"}]}
    whole["Conditions"] = {"IsLinked": {"Fn::Not": [{"Fn::Equals": [joined, ""]}]}}
    whole["Resources"]["Links"]["Condition"] = "IsLinked"
    assert links.becomes(whole) == "CREATE_COMPLETE"
    assert links.linked() == []
    whole["Parameters"]["Linked"]["Default"] = f"{EAST}, {WEST}"
    assert links.becomes(whole) == "UPDATE_COMPLETE"
    assert links.linked() == [EAST, WEST]
    whole["Parameters"]["Linked"]["Default"] = ""
    assert links.becomes(whole) == "UPDATE_COMPLETE"
    assert links.linked() == []
