"""The Slack channel that the stack configures, which no emulator knows: who gets what, and who may do nothing."""

import re
from typing import Any

import pytest

from tests.contracts.deployed import PARAMETERS, RESOURCES, SOURCE, arn, properties

GIVEN = [{"Fn::Not": [{"Fn::Equals": [{"Ref": f"Slack{of}Id"}, ""]}]} for of in ("Workspace", "Channel")]


def test_a_channel_is_configured_only_where_both_ids_are_given_and_has_a_topic_then() -> None:
    conditions = SOURCE["Conditions"]
    assert conditions["HasSlackChannel"] == {"Fn::And": GIVEN}
    assert {"Condition": "HasSlackChannel"} in conditions["HasChatTopic"]["Fn::Or"]
    assert {id for id, each in RESOURCES.items() if each.get("Condition") == "HasSlackChannel"} == {
        "SlackChannel",
        "SlackRole",
    }


@pytest.mark.parametrize(
    ("rule", "given", "needed"),
    [
        ("SlackChannelIsOfAWorkspace", GIVEN[1], GIVEN[0]),
        ("SlackWorkspaceHasAChannel", GIVEN[0], GIVEN[1]),
    ],
)
def test_one_id_without_the_other_is_refused(rule: str, given: Any, needed: Any) -> None:
    asserted = SOURCE["Rules"][rule]
    assert asserted["RuleCondition"] == given and [each["Assert"] for each in asserted["Assertions"]] == [needed]


def test_it_gets_the_alerts_of_the_topic_that_speaks_its_language() -> None:
    channel = properties("SlackChannel")
    assert channel["SnsTopicArns"] == [{"Ref": "RoomTopic"}] and RESOURCES["RoomTopic"]["Condition"] == "HasChatTopic"
    assert (channel["SlackWorkspaceId"], channel["SlackChannelId"]) == (
        {"Ref": "SlackWorkspaceId"},
        {"Ref": "SlackChannelId"},
    )


def test_nobody_may_do_anything_through_it() -> None:
    channel, role = properties("SlackChannel"), properties("SlackRole")
    assert channel["IamRoleArn"] == arn("SlackRole") and role.keys() == {"AssumeRolePolicyDocument"}
    (statement,) = role["AssumeRolePolicyDocument"]["Statement"]
    assert statement["Principal"] == {"Service": "chatbot.amazonaws.com"}
    (bound,) = channel["GuardrailPolicies"]
    assert bound["Fn::Sub"].endswith(":policy/AWSDenyAll")


@pytest.mark.parametrize(("value", "allowed"), [("T012ABCDEFG", True), ("", True), ("#alerts", False), ("c012", False)])
def test_an_id_is_one_of_slack(value: str, allowed: bool) -> None:
    for name in ("SlackWorkspaceId", "SlackChannelId"):
        assert bool(re.fullmatch(PARAMETERS[name]["AllowedPattern"], value)) is allowed
